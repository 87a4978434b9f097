#!/usr/bin/env python3
"""Makes the package for Windows of a program that is built: msi.py PROGRAM.exe FOLDER_OF_THE_BILL FOLDER

hotlight.wxs says what is in it, bill.py made the bill and the licences, Cargo.toml says the version. On Windows WiX 3 compiles it, and
checks it by the rules of the system; elsewhere wixl does, of msitools, and the few rows that it does not know of are added by msibuild.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import uuid
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "packaging/windows/hotlight.wxs"

# Of CustomAction.Type: a command in a folder; done later, as the system; whose failure does not count.
COMMAND, DEFERRED, AS_SYSTEM, GOES_ON = 34, 1024, 2048, 64


def version():
    """What Windows can compare: three numbers."""
    text = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
    if not re.fullmatch(r"\d+\.\d+\.\d+", text):
        sys.exit(f"error: an MSI has no version {text}: it knows three numbers and no more")
    return text


def parsed():
    """The source with all that wixl leaves out, and the prefix of its names."""
    root = xml.etree.ElementTree.parse(SOURCE).getroot()
    return root, root.tag[: root.tag.index("}") + 1]


def product_code(version):
    """The same for the same version, another for every other."""
    root, prefix = parsed()
    upgrade = uuid.UUID(root.find(f"{prefix}Product").get("UpgradeCode"))
    return str(uuid.uuid5(upgrade, version)).upper()


def rows_that_wixl_lacks(places):
    """SQL for what stands between ifndef and endif; `places` are those of the actions in their sequence."""
    root, prefix = parsed()
    text = lambda value: "'" + value.replace("'", "''") + "'"
    secure = [entry.get("Id") for entry in root.iter(f"{prefix}Property") if entry.get("Secure") == "yes"]
    secure += ["WIX_DOWNGRADE_DETECTED", "WIX_UPGRADE_DETECTED"]
    yield f"UPDATE `Property` SET `Value`={text(';'.join(secure))} WHERE `Property`='SecureCustomProperties'"

    yield (
        "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, "
        "`Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)"
    )
    for component in root.iter(f"{prefix}Component"):
        name = text(component.get("Id"))
        condition = component.find(f"{prefix}Condition")
        if condition is not None:
            yield f"UPDATE `Component` SET `Condition`={text(condition.text)} WHERE `Component`={name}"
        for entry in component.findall(f"{prefix}Environment"):
            # Set for the system, and taken away when the component goes.
            values = [text(entry.get("Id")), text("=-*" + entry.get("Name")), text(entry.get("Value")), name]
            yield f"INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`) VALUES ({', '.join(values)})"

    for action in root.iter(f"{prefix}CustomAction"):
        kind = COMMAND + DEFERRED + AS_SYSTEM + (GOES_ON if action.get("Return") == "ignore" else 0)
        values = [text(action.get("Id")), str(kind), text(action.get("Directory")), text(action.get("ExeCommand"))]
        yield f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ({', '.join(values)})"
    sequence = [("RemoveEnvironmentStrings", "", 3300), ("WriteEnvironmentStrings", "", 5200)]
    for custom in root.iter(f"{prefix}Custom"):
        after, before = custom.get("After"), custom.get("Before")
        sequence.append((custom.get("Action"), custom.text, places[after] + 1 if after else places[before] - 1))
    for action, condition, place in sequence:
        values = f"{text(action)}, {text(condition)}, {place}"
        yield f"INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ({values})"


def table(msi, name):
    """The rows of a table."""
    text = subprocess.run(["msiinfo", "export", str(msi), name], check=True, text=True, stdout=subprocess.PIPE).stdout
    return [line.rstrip("\r").split("\t") for line in text.split("\n")[3:] if line]


def by_wixl(stage, defined, msi):
    flags = [flag for name, value in {**defined, "Wixl": "1"}.items() for flag in ("-D", f"{name}={value}")]
    outcome = subprocess.run(["wixl", "--arch", "x64", *flags, "--output", str(msi), "hotlight.wxs"], cwd=stage, text=True, stderr=subprocess.PIPE)
    # It warns of what it does not know and goes on without.
    if outcome.returncode != 0 or outcome.stderr.strip():
        sys.exit(f"error: wixl: {outcome.stderr}")
    places = {row[0]: int(row[2]) for row in table(msi, "InstallExecuteSequence")}
    for query in rows_that_wixl_lacks(places):
        subprocess.run(["msibuild", str(msi), "-q", query], check=True)


def by_wix(stage, defined, msi):
    tools = pathlib.Path(os.environ["WIX"]) / "bin"
    flags = [f"-d{name}={value}" for name, value in defined.items()]
    subprocess.run([tools / "candle.exe", "-nologo", "-arch", "x64", *flags, "hotlight.wxs"], cwd=stage, check=True)
    subprocess.run([tools / "light.exe", "-nologo", "-spdb", "-out", msi, "hotlight.wixobj"], cwd=stage, check=True)


def make(program, bill, out, number=None):
    number = number or version()
    defined = {"Version": number, "ProductCode": product_code(number)}
    out.mkdir(parents=True, exist_ok=True)
    msi = out.resolve() / f"hotlight-{number}-x64.msi"
    msi.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stage = pathlib.Path(folder)
        for source, name in [
            (SOURCE, "hotlight.wxs"),
            (program, "hotlight.exe"),
            (ROOT / "packaging/icons/hotlight.ico", "hotlight.ico"),
            (bill / "THIRD-PARTY-LICENCES.txt", "THIRD-PARTY-LICENCES.txt"),
            (bill / "hotlight.cdx.json", "hotlight.cdx.json"),
            (ROOT / "LICENSE-MIT", "LICENSE-MIT.txt"),
            (ROOT / "LICENSE-APACHE", "LICENSE-APACHE.txt"),
        ]:
            shutil.copyfile(source, stage / name)
        (by_wix if os.name == "nt" else by_wixl)(stage, defined, msi)
    return msi


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(make(*map(pathlib.Path, sys.argv[1:])))
