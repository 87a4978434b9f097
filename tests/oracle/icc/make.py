"""Colours from one ICC profile to another, perceptual intent, by littlecms (through Pillow).

tests/data/icc is written by synthesize.py. "colors": 1,200 seeded colours, hexadecimal, a quarter of them dark; "pairs": what becomes of them, and
"is_shown": 1 where the monitor can show the colour and all within 8 levels of it, in which case none of them is cut and all find the way back.
"""
import pathlib
import sys

import numpy as np
from PIL import Image, ImageCms

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import synthesize
from common import DATA, tools, write

FOLDER = DATA / "icc"
PAIRS = ["adobe srgb", "srgb adobe", "wide srgb", "srgb wide", "table srgb", "srgb table", "wide table", "table adobe"]
# cmsFLAGS_NOOPTIMIZE: every colour goes through the profiles' own curves and tables.
NO_OPTIMIZE = 0x0100



def mapped(source, monitor, colors):
    image = Image.frombytes("RGB", (len(colors), 1), colors.astype(np.uint8).tobytes())
    transform = ImageCms.buildTransform(source, monitor, "RGB", "RGB", ImageCms.Intent.PERCEPTUAL, NO_OPTIMIZE)
    return np.frombuffer(ImageCms.applyTransform(image, transform).tobytes(), np.uint8).reshape(-1, 3)


def is_shown(source, monitor, colors):
    shown = np.ones(len(colors), bool)
    for side in np.ndindex(3, 3, 3):
        near = np.clip(colors.astype(int) + 8 * np.array(side) - 8, 0, 255)
        there = mapped(source, monitor, near)
        back = mapped(monitor, source, there).astype(int)
        is_cut = (there == 0) & (near > 0) | (there == 255) & (near.min(1, keepdims=True) < 255)
        shown &= (np.abs(back - near).max(1) <= 4) & ~is_cut.any(1)
    return shown


FOLDER.mkdir(exist_ok=True)
for name, profile in synthesize.profiles():
    (FOLDER / f"{name}.icc").write_bytes(profile)
random = np.random.default_rng(20261128)
colors = np.concatenate([random.integers(0, 256, (900, 3)), random.integers(0, 32, (300, 3))]).astype(np.uint8)
# Without a profile sRGB is assumed.
profile = {"srgb": ImageCms.createProfile("sRGB")}
pairs = []
for pair in PAIRS:
    source, monitor = (profile.get(name) or ImageCms.getOpenProfile(str(FOLDER / f"{name}.icc")) for name in pair.split())
    shown = "".join(map(str, is_shown(source, monitor, colors).astype(int)))
    pairs.append({"from_to": pair.split(), "colors": mapped(source, monitor, colors).tobytes().hex(), "is_shown": shown})
versions = tools("pillow", "numpy") | {"littlecms": ImageCms.core.littlecms_version}
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": versions, "colors": colors.tobytes().hex(), "pairs": pairs})
