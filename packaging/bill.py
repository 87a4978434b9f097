#!/usr/bin/env python3
"""What is in the program that is given away: bill.py TARGET FOLDER

Writes for the program built for TARGET (x86_64-unknown-linux-gnu …), from what Cargo.lock and the packages themselves say:
- hotlight.cdx.json, a bill of materials (CycloneDX 1.5),
- THIRD-PARTY-LICENCES.txt, each package with its licence and every text that came with one.

The same tree gives the same bytes: the time is SOURCE_DATE_EPOCH, or that of the last commit. Python 3.11 and cargo suffice.
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Works in other languages that packages bring along: the package, the work, its licence, a file of the package, and where that
# says the version. None: the package's own version does, behind the plus.
VENDORED = {
    "charls-sys": ("CharLS", "BSD-3-Clause", None, r"\+charls\.(.*)"),
    "libsqlite3-sys": ("SQLite", "blessing", "sqlite3/sqlite3.h", r'#define SQLITE_VERSION\s+"(.*)"'),
    "openjpeg-sys": ("OpenJPEG", "BSD-2-Clause", "config/opj_config_private.h", r'#define OPJ_PACKAGE_VERSION "(.*)"'),
    "turbojpeg-sys": ("libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib", "libjpeg-turbo/CMakeLists.txt", r"set\(VERSION (.*)\)"),
}
# These link a library as well, and bring none of somebody else's but what their own licence files name.
OWN = {"link-cplusplus", "objc-sys", "rayon-core", "ring"}

# What the linker of MinGW-w64 puts into a program, by the packages of Debian that bring it.
MINGW = [
    ("mingw-w64-x86-64-dev", "mingw-w64", "ZPL-2.1 AND MIT AND BSD-3-Clause"),
    ("gcc-mingw-w64-x86-64-posix-runtime", "gcc-runtime", "GPL-3.0-or-later WITH GCC-exception-3.1"),
]

# What may be given away in binary form without its text.
WITHOUT_TEXT = {"CC0-1.0", "BSL-1.0"}

TEXT_FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright|readme\.ijg)", re.IGNORECASE)
NO_TEXT = {".rs", ".rtf", ".toml", ".py", ".json", ".yml", ".h", ".c", ".svg", ".png"}


def fail(why):
    sys.exit(f"error: bill.py: {why}")


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout


def shipped(target):
    """The packages that the program for a target is made of, ours first, and whom each needs."""
    data = json.loads(output("cargo", "metadata", "--locked", "--format-version=1", f"--filter-platform={target}"))
    packages = {package["id"]: package for package in data["packages"]}
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    root = data["resolve"]["root"]
    needs, waiting = {}, [root]
    while waiting:
        package = waiting.pop()
        if package in needs:
            continue
        # What only tests or build scripts need is not in the program. Ourselves with the harness is a test's, too.
        kinds = lambda dependency: [kind["kind"] for kind in dependency["dep_kinds"]]
        needs[package] = [dep["pkg"] for dep in nodes[package]["deps"] if None in kinds(dep) and dep["pkg"] != root]
        waiting += needs[package]
    order = sorted(needs, key=lambda package: (package != root, packages[package]["name"], packages[package]["version"]))
    return [packages[package] for package in order], {p: sorted(needs[p]) for p in order}


def folder_of(package):
    return pathlib.Path(package["manifest_path"]).parent


def vendored(package):
    """The work that a package brings along: name, version and licence."""
    name = package["name"]
    if name not in VENDORED:
        if package["links"] and name not in OWN:
            fail(f"{name} links a library: say in VENDORED which work it brings along, or in OWN that it brings none")
        return None
    work, licence, file, pattern = VENDORED[name]
    text = (folder_of(package) / file).read_text() if file else package["version"]
    version = re.search(pattern, text)
    if not version:
        fail(f"{name}: no version of {work} is found: mend its line in VENDORED")
    return work, version[1], licence


def texts(package):
    """The licence texts that lie in a package, however deep."""
    folder, found = folder_of(package), []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_text = TEXT_FILE.match(path.name) or "LICENSES" in parts[:-1]
        if is_text and path.is_file() and path.suffix.lower() not in NO_TEXT and not {"tests", "target"} & set(parts):
            text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip("\n")
            # Some are a link that was packed as its target's name.
            if "\n" in text:
                found.append(text)
    return found


def mit(authors):
    terms = (ROOT / "LICENSE-MIT").read_text().split("\n\n", 2)[2].strip("\n")
    return f"MIT License\n\nCopyright (c) {authors}\n\n{terms}"


def stand_in(package, names):
    """The text for a package that brings none."""
    if "MIT" in names:
        authors = ", ".join(re.sub(r"\s*<.*?>", "", author) for author in package["authors"])
        return mit(authors or f"the authors of {package['name']}")
    if "Apache-2.0" in names:
        return (ROOT / "LICENSE-APACHE").read_text().strip("\n")
    if names & WITHOUT_TEXT:
        return None
    return fail(f"{package['name']} brings no licence text, and none is known here for {package['license']}")


def licences(packages, works):
    """Every package with its licence, then every text with the packages that it came with."""
    version = packages[0]["version"]
    lines = [f"Hotlight {version} holds works of others. Each stands here with its licence, and below all texts that came with them.", ""]
    by_text = {}
    for package in packages[1:]:
        label = f"{package['name']} {package['version']}"
        if not package["license"] and not package["license_file"]:
            fail(f"{label} names no licence")
        lines.append(f"{label}: {package['license'] or 'see its text'}. {package['repository'] or ''}".rstrip())
        names = set(re.findall(r"[\w.+-]+", package["license"] or ""))
        for text in texts(package) or filter(None, [stand_in(package, names)]):
            by_text.setdefault(text, []).append(label)
    for label, licence, text in works:
        lines.append(f"{label}: {licence}.")
        if text:
            by_text.setdefault(text, []).append(label)
    for text, labels in by_text.items():
        lines += ["", "=" * 78, "For " + ", ".join(labels) + ":", "", text]
    return "\n".join(lines) + "\n"


def font():
    """Our font, made of Inter."""
    origin = re.search(r'ORIGIN = "inter-ui@(.*)"', (ROOT / "assets/fonts/make.py").read_text())
    return ("Inter", origin[1] if origin else fail("assets/fonts/make.py names no inter-ui"), "OFL-1.1")


def mingw():
    """The works of MINGW, with what Debian says of them."""
    for package, name, licence in MINGW:
        version = output("dpkg-query", "--show", "--showformat=${Version}", package)
        text = pathlib.Path(f"/usr/share/doc/{package}/copyright").read_text(encoding="utf-8")
        yield (name, version, licence), text.strip("\n")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    target, out = sys.argv[1], pathlib.Path(sys.argv[2])
    packages, needs = shipped(target)
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    digests = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or output("git", "log", "-1", "--format=%ct"))
    time = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)

    # Cargo's own names of packages hold folders of this machine.
    purl = lambda kind, name, version: f"pkg:{kind}/{name}@{urllib.parse.quote(version, safe='')}"
    refs = {p["id"]: purl("cargo", p["name"], p["version"]) for p in packages}
    components, dependencies, works = [], [], []
    for package in packages:
        ref = refs[package["id"]]
        component = {
            "type": "library" if components else "application",
            "bom-ref": ref,
            "name": package["name"],
            "version": package["version"],
            "purl": ref,
        }
        if package["license"]:
            # Before SPDX had expressions, a slash stood for OR.
            component["licenses"] = [{"expression": re.sub(r"\s*/\s*", " OR ", package["license"])}]
        digest = digests.get((package["name"], package["version"]))
        if digest:
            component["hashes"] = [{"alg": "SHA-256", "content": digest}]
        if package["repository"]:
            component["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
        inner = vendored(package)
        depends = [refs[other] for other in needs[package["id"]]]
        components.append(component)
        if inner:
            name, version, licence = inner
            inner_ref = purl("generic", name, version)
            components.append(
                {"type": "library", "bom-ref": inner_ref, "name": name, "version": version, "purl": inner_ref}
                | {"licenses": [{"expression": licence}]}
            )
            dependencies.append({"ref": inner_ref})
            depends.append(inner_ref)
            works.append((f"{name} {version}", licence, None))
        dependencies.append({"ref": ref, "dependsOn": depends})
    rust = output(os.environ.get("RUSTC") or "rustc", "--version").split()[1]
    for (name, version, licence), text in [
        (font(), (ROOT / "assets/fonts/OFL.txt").read_text().strip("\n")),
        (("rust-std", rust, "MIT OR Apache-2.0"), mit("the Rust Project contributors")),
        *(mingw() if target.endswith("-windows-gnu") else []),
    ]:
        ref = purl("generic", name, version)
        components.append(
            {"type": "library", "bom-ref": ref, "name": name, "version": version, "purl": ref}
            | {"licenses": [{"expression": licence}]}
        )
        dependencies.append({"ref": ref})
        works.append((f"{name} {version}", licence, text))

    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([target, components]))}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": components[0],
            "properties": [{"name": "target", "value": target}],
        },
        "components": components[1:],
        "dependencies": dependencies,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "hotlight.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    (out / "THIRD-PARTY-LICENCES.txt").write_text(licences(packages, works), encoding="utf-8")


main()
