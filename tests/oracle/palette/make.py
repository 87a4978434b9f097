"""The eight well-known palettes, every entry, as pydicom ships and reads them (PS3.6 B.1): red, green and blue a byte each, hexadecimal.

They are read from its files: asked for by name or UID, pydicom 3.0.2 gives winter for fall and fall for winter.
"""
import pathlib
import sys

import numpy as np
import pydicom
from pydicom.data import get_palette_files
from pydicom.pixels import apply_color_lut

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

FILES = ["hotiron", "pet", "hotmetalblue", "pet20step", "spring", "summer", "fall", "winter"]
ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
palettes = []
for name in FILES:
    d = pydicom.dcmread(get_palette_files(f"{name}.dcm")[0])
    colors = apply_color_lut(ramp, d).astype(np.uint8)
    palettes.append({"uid": d.SOPInstanceUID, "label": d.ContentLabel, "colors": colors.tobytes().hex()})
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("pydicom", "numpy"), "palettes": palettes})
