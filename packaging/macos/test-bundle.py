#!/usr/bin/env python3
"""Checks the bundle for macOS, laid out with a stand-in for the program. What macOS makes of it is seen there alone."""

import pathlib
import plistlib
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def equal(what, found, expected):
    if found != expected:
        sys.exit(f"error: {what}:\n  found    {found}\n  expected {expected}")


def main():
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "program").write_text("a stand-in")
        for name in ("THIRD-PARTY-LICENCES.txt", "hotlight.cdx.json"):
            (work / name).write_text("a stand-in\n")
        subprocess.run([ROOT / "packaging/macos/bundle.sh", work / "program", work, work / "out"], check=True)
        app = work / "out/Hotlight.app/Contents"
        found = sorted((str(path.relative_to(app)), path.stat().st_mode & 0o777) for path in app.rglob("*") if path.is_file())
        names = ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY-LICENCES.txt", "hotlight.cdx.json", "hotlight.icns"]
        expected = [("Info.plist", 0o644), ("MacOS/hotlight", 0o755), ("PkgInfo", 0o644)]
        equal("files", found, sorted(expected + [(f"Resources/{name}", 0o644) for name in names]))

        plist = plistlib.loads((app / "Info.plist").read_bytes())
        number = version.split("-")[0].split("+")[0]
        for key, value in {
            "CFBundleIdentifier": "org.hotlight.hotlight",
            "CFBundlePackageType": "APPL",
            "CFBundleShortVersionString": number,
            "CFBundleVersion": number,
        }.items():
            equal(key, plist[key], value)
        equal("the program", (app / "MacOS" / plist["CFBundleExecutable"]).read_text(), "a stand-in")
        equal("the icon", (app / "Resources" / (plist["CFBundleIconFile"] + ".icns")).read_bytes()[:4], b"icns")
        [kind] = plist["CFBundleDocumentTypes"]
        [declared] = plist["UTImportedTypeDeclarations"]
        equal("what it opens is declared", kind["LSItemContentTypes"], [declared["UTTypeIdentifier"]])
        tags = declared["UTTypeTagSpecification"]
        equal("DICOM's name", (tags["public.filename-extension"], tags["public.mime-type"]), (["dcm"], ["application/dicom"]))
        equal("nobody's association is taken", kind["LSHandlerRank"], "Alternate")
        equal("links", [url["CFBundleURLSchemes"] for url in plist["CFBundleURLTypes"]], [["hotlight"]])
        equal("nothing is left to fill in", b"@" in (app / "Info.plist").read_bytes(), False)
    print("-- plist and layout are as they should be")


main()
