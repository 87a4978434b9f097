#!/usr/bin/env python3
"""Checks the package for Windows by its tables; where there is wine, installs it there: test-msi.py [PACKAGE.msi PROGRAM]

Without a package it makes some itself, with a stand-in for the program, and upgrades one to the other. With one, the program that it
installs under wine must draw to the byte what PROGRAM draws, which is ours for this machine. Needs wixl and msitools. What wine
shows is what an implementation of Windows that is not Microsoft's makes of it.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import msi

UPGRADE_CODE = "{C7B1D5C5-26F8-542D-9F58-B8C62D70498A}"
RULE = '"[System64Folder]netsh.exe" advfirewall firewall {} rule name="Hotlight receives studies" {}program="[INSTALLFOLDER]hotlight.exe"'


def equal(what, found, expected):
    if found != expected:
        sys.exit(f"error: {what}:\n  found    {found}\n  expected {expected}")


def check_tables(package, number):
    rows = lambda table: msi.table(package, table)
    names = subprocess.run(["msiinfo", "tables", package], check=True, text=True, stdout=subprocess.PIPE).stdout.split()
    properties = {row[0]: row[1] for row in rows("Property")}
    equal("the version is that of Cargo.toml", properties["ProductVersion"], number)
    equal("it is the same product for ever", properties["UpgradeCode"], UPGRADE_CODE)
    equal("the code of this version", properties["ProductCode"], "{" + msi.product_code(number) + "}")
    equal("it is for the machine", properties["ALLUSERS"], "1")
    secure = set(properties["SecureCustomProperties"].split(";"))
    equal("public properties reach the installation", {"INSTALLFOLDER", "SITE", "FIREWALL_SCP"} - secure, set())

    # Whatever is older is replaced (VersionMax, without itself); of what is newer it is only known that it is there.
    equal(
        "upgrades",
        sorted(row[:5] + row[6:7] for row in rows("Upgrade")),
        [[UPGRADE_CODE, "", number, "", "1", "WIX_UPGRADE_DETECTED"], [UPGRADE_CODE, number, "", "", "2", "WIX_DOWNGRADE_DETECTED"]],
    )
    conditions = {row[0] for row in rows("LaunchCondition")}
    equal("when it refuses", conditions, {"NOT WIX_DOWNGRADE_DETECTED", "Installed OR VersionNT64 >= 603"})

    files = sorted(row[2].split("|")[-1] for row in rows("File"))
    expected = ["LICENSE-APACHE.txt", "LICENSE-MIT.txt", "THIRD-PARTY-LICENCES.txt", "hotlight.cdx.json", "hotlight.exe", "hotlight.ico"]
    equal("files", files, expected)
    equal("where they go", [row[1] for row in rows("Directory") if row[0] == "INSTALLFOLDER"], ["ProgramFiles64Folder"])
    equal("the start menu", [(row[1], row[2]) for row in rows("Shortcut")], [("ProgramMenuFolder", "Hotlight")])

    registry = {(row[2], row[3]): row[4] for row in rows("Registry")}
    classes = "SOFTWARE\\Classes\\"
    for key, value in {
        (classes + "Hotlight.dcm\\shell\\open\\command", ""): '"[#HotlightExe]" -- "%1"',
        (classes + ".dcm\\OpenWithProgids", "Hotlight.dcm"): "",
        (classes + "hotlight", "URL Protocol"): "",
        (classes + "hotlight\\shell\\open\\command", ""): '"[#HotlightExe]" link -- "%1"',
    }.items():
        equal(f"the registry's {key}", registry.get(key), value)
    equal("all of it is of the machine", {row[1] for row in rows("Registry")}, {"2"})
    equal("nobody's association is taken", [key for key in registry if key[0] == classes + ".dcm"], [])

    equal("the site's folder", rows("Environment"), [["SiteFolder", "=-*HOTLIGHT_SITE_DIR", "[SITE]", "Site"]])
    equal("only where it is said", {row[0]: row[4] for row in rows("Component")}, {"Program": "", "Associations": "", "Links": "", "Site": 'SITE OR REMOVE="ALL"'})

    # Deferred (1024), as the system (2048), a command in a folder (34); taking the rule away may fail (64).
    actions = {row[0]: (row[1], row[3]) for row in rows("CustomAction")}
    port = "dir=in action=allow profile=domain protocol=TCP localport=[FIREWALL_SCP] "
    expected = {"AllowReceiving": ("3106", RULE.format("add", port)), "ForbidReceiving": ("3170", RULE.format("delete", ""))}
    equal("what it runs", actions, expected)
    equal("commands that fit", [name for name, (_, command) in actions.items() if len(command) > 255], [])
    sequence = {row[0]: (row[1], int(row[2])) for row in rows("InstallExecuteSequence")}
    equal("when the firewall is opened", sequence["AllowReceiving"][0], "FIREWALL_SCP AND NOT Installed")
    equal("when it is closed", sequence["ForbidReceiving"][0], 'REMOVE="ALL"')
    order = ["FindRelatedProducts", "LaunchConditions", "InstallValidate", "RemoveExistingProducts", "InstallInitialize", "ForbidReceiving"]
    order += ["RemoveEnvironmentStrings", "RemoveFiles", "InstallFiles", "WriteRegistryValues", "WriteEnvironmentStrings", "AllowReceiving"]
    order += ["InstallFinalize"]
    equal("the order", sorted(order, key=lambda action: sequence[action][1]), order)
    equal("no dialogs", [name for name in names if name in ("Dialog", "Control")], [])


class Wine:
    """A Windows that is made anew, in a folder."""

    def __init__(self, wine, work):
        prefix = work / "wine"
        settings = {"WINEPREFIX": str(prefix), "WINEARCH": "win64", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
        self.wine, self.environment = wine, {**os.environ, **settings}
        self.environment.pop("DISPLAY", None)
        self.system, self.folder = prefix / "drive_c/windows/system32", prefix / "drive_c/Program Files/Hotlight"
        self.run("wineboot", "--init")

    def end(self):
        """Its server writes into the folder as long as it lives."""
        server = shutil.which("wineserver") or pathlib.Path(self.wine).parent / "wineserver"
        subprocess.run([server, "--kill"], env=self.environment)

    def run(self, *command):
        command = [self.wine, *map(str, command)]
        return subprocess.run(command, env=self.environment, text=True, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def is_windows(self, version):
        self.run("reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", version, "/f")

    def has(self, *query):
        return self.run("reg", "query", *query).returncode == 0

    def installed(self, word, package, *properties):
        return self.run("msiexec", word, package, "/qn", *properties).returncode == 0


def upgraded(wine, older, newer):
    run, has, installed, folder = wine.run, wine.has, wine.installed, wine.folder
    machine = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
    site = (machine, "/v", "HOTLIGHT_SITE_DIR")
    wine.is_windows("win7")
    equal("Windows 7 is refused", installed("/i", older), False)
    wine.is_windows("win10")
    equal("it is installed", installed("/i", older), True)
    equal("its files", sorted(path.name for path in folder.iterdir())[-2:], ["hotlight.exe", "hotlight.ico"])
    command = run("reg", "query", "HKLM\\SOFTWARE\\Classes\\hotlight\\shell\\open\\command").stdout
    equal("the handler of links", re.search(r"REG_SZ\s+(.*?)\s*$", command, re.M)[1], '"C:\\Program Files\\Hotlight\\hotlight.exe" link -- "%1"')
    equal("no site's folder where none is said", has(*site), False)
    equal("a later version takes its place", installed("/i", newer, "SITE=C:\\site", "FIREWALL_SCP=11112"), True)
    equal("it is there", (folder / "hotlight.exe").read_text(), "newer")
    equal("the site's folder", has(*site), True)
    equal("the earlier version is refused then", installed("/i", older), False)
    equal("and nothing has changed", (folder / "hotlight.exe").read_text(), "newer")
    equal("it is removed", installed("/x", newer), True)
    equal("no file stays", folder.exists(), False)
    for key in [site, ("HKLM\\SOFTWARE\\Classes\\hotlight",), ("HKLM\\SOFTWARE\\Classes\\Hotlight.dcm",), ("HKLM\\SOFTWARE\\Hotlight",)]:
        equal(f"{key} stays", has(*key), False)
    print("-- under wine it was installed, upgraded and removed")


# Chance, for those programs of Rust that run under a wine which lacks it, as Debian 12's does.
PRNG = """
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T size) { return SystemFunction036(bytes, (ULONG)size); }
"""


def drawn(wine, work, package, program):
    """Installs the package and looks at what its program draws of each image of tests/data, beside what ours here does."""
    if not (wine.system / "bcryptprimitives.dll").exists():
        (work / "prng.c").write_text(PRNG)
        command = ["x86_64-w64-mingw32-gcc-posix", "-shared", "-o", wine.system / "bcryptprimitives.dll", work / "prng.c", "-ladvapi32"]
        subprocess.run(command, check=True)
    wine.is_windows("win10")
    equal("it is installed", wine.installed("/i", package), True)
    exe = wine.folder / "hotlight.exe"
    equal("its version", wine.run(exe, "--version").stdout.strip(), f"hotlight {msi.version()}")
    equal("no console opens beside it", b"consoleAllocationPolicy" in exe.read_bytes(), True)

    def ours(*command):
        return subprocess.run(command, text=True, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def told_and_drawn(run, command, image):
        out = work / "picture.png"
        out.unlink(missing_ok=True)
        info, render = run(command, "info", image), run(command, "render", "--backend", "cpu", "--out", out, image)
        return (info.returncode, info.stdout, render.returncode), out.read_bytes() if out.exists() else None

    pictures = 0
    for image in sorted((msi.ROOT / "tests/data").rglob("*.dcm")):
        (told, picture), (expected, picture_here) = told_and_drawn(wine.run, exe, image), told_and_drawn(ours, program, image)
        equal(f"what it says of {image}", told, expected)
        if picture != picture_here:
            sys.exit(f"error: {image} is drawn otherwise")
        pictures += picture is not None
    if not pictures:
        sys.exit("error: nothing was drawn")
    equal("it is removed", wine.installed("/x", package), True)
    equal("no file stays", wine.folder.exists(), False)
    print(f"-- under wine it was installed, drew {pictures} pictures to the byte as the program here does, and was removed")


def stand_ins(work):
    """A package of this version and one of a later, which hold no program."""
    number = msi.version()
    later = re.sub(r"\d+$", lambda last: str(int(last[0]) + 1), number)
    for name in ("THIRD-PARTY-LICENCES.txt", "hotlight.cdx.json"):
        (work / name).write_text("a stand-in\n")
    packages = []
    for text, of in [("older", number), ("newer", later)]:
        (work / text).write_text(text)
        packages.append(msi.make(work / text, work, work / "out", of))
        check_tables(packages[-1], of)
    return packages


def main():
    if len(sys.argv) not in (1, 3):
        sys.exit(__doc__)
    wine = shutil.which("wine64") or next(filter(os.path.exists, ["/usr/lib/wine/wine64"]), None)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        if len(sys.argv) == 3:
            package, program = map(pathlib.Path.resolve, map(pathlib.Path, sys.argv[1:]))
            check_tables(package, msi.version())
            test = lambda windows: drawn(windows, work, package, program)
        else:
            packages = stand_ins(work)
            test = lambda windows: upgraded(windows, *packages)
        print("-- the tables are as they should be")
        if not wine:
            print("-- left out, not here: wine")
            return
        windows = Wine(wine, work)
        try:
            test(windows)
        finally:
            windows.end()


main()
