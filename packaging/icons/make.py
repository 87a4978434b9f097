#!/usr/bin/env python3
"""Makes the pictures of the icon that systems want, from hotlight.svg: PNG for Linux, .ico for Windows, .icns for macOS.

Needs rsvg-convert (librsvg2-bin 2.54.7 of Debian 12 made those that are committed). Both containers hold PNG files as they are.
"""

import pathlib
import struct
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def png(side):
    command = ["rsvg-convert", f"--width={side}", f"--height={side}", str(HERE / "hotlight.svg")]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def ico(sides):
    pictures = [png(side) for side in sides]
    at = 6 + 16 * len(sides)
    entries = b""
    for side, picture in zip(sides, pictures):
        # A side of 256 is written as 0.
        entries += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    return struct.pack("<HHH", 0, 1, len(sides)) + entries + b"".join(pictures)


def icns(kinds):
    parts = b""
    for kind, side in kinds:
        picture = png(side)
        parts += struct.pack(">4sI", kind, 8 + len(picture)) + picture
    return struct.pack(">4sI", b"icns", 8 + len(parts)) + parts


for side in [48, 256]:
    (HERE / f"hotlight-{side}.png").write_bytes(png(side))
(HERE / "hotlight.ico").write_bytes(ico([16, 24, 32, 48, 64, 256]))
(HERE / "hotlight.icns").write_bytes(icns([(b"icp4", 16), (b"icp5", 32), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512)]))
