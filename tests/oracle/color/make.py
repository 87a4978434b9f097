"""The RGB that colour and palette images show, a byte a sample.

tests/data/color is written by synthesize.py, which also says what it shows; pydicom and dcmtk are asked too. The colour images of others are
in ../formats.

"sha256": of the RGB bytes, row by row. "differs": how far the other programs are from these bytes, in any sample; one that does not read the
image is not named.
"""
import hashlib
import io
import pathlib
import subprocess
import sys
import warnings

import numpy as np
import pydicom
from pydicom.pixels import apply_color_lut, pixel_array
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import synthesize
from common import DATA, tools, write

COLOR = DATA / "color"
HERE = pathlib.Path(__file__)
TABLES = [f"{name}PaletteColorLookupTableData" for name in ["Red", "Green", "Blue"]]
# pydicom 3.0.2 stops at an odd number of entries of 8 bits, and counts the offset of an indirect segment of 16 bits in entries.
PYDICOM_CANNOT = {"palette-8", "palette-8-big-endian", "palette-segmented-16"}


def read(path):
    d = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in d.file_meta:
        d.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if d.original_encoding[0] else ExplicitVRLittleEndian
    if not d.file_meta.TransferSyntaxUID.is_little_endian and TABLES[0] in d:
        for table in TABLES:
            # pydicom reads the tables of a big endian object as little endian.
            d[table].value = np.frombuffer(d[table].value, "<u2").byteswap().tobytes()
    return d


def by_pydicom(d):
    """The upper 8 bits; of a palette whose values all fit 8 bits the lower (rule P-17)."""
    values = pixel_array(d, index=0)
    if d.PhotometricInterpretation != "PALETTE COLOR":
        return (values >> d.BitsStored - 8).astype(np.uint8)
    values = apply_color_lut(values, d)
    holds_8 = values.dtype.itemsize == 1 or TABLES[0] in d and max(np.frombuffer(d[t].value, "<u2").max() for t in TABLES) < 256
    return (values >> (0 if holds_8 else 8)).astype(np.uint8)


def by_dcmtk(path):
    for tool in ["dcm2pnm", "dcmj2pnm", "dcml2pnm"]:
        done = subprocess.run([tool, "-q", "-O", "+op", path], capture_output=True)
        if done.returncode == 0 and done.stdout:
            _, size, _, data = done.stdout.split(b"\n", 3)
            columns, rows = map(int, size.split())
            return np.frombuffer(data, np.uint8).reshape(rows, columns, 3)
    return None


def distance(a, b):
    return int(np.abs(a.astype(int) - b).max())


def describe(path, rgb):
    d = read(path)
    rgb = rgb.astype(np.uint8)
    asked = {"dcmtk": by_dcmtk(path), "pydicom": None if path.stem in PYDICOM_CANNOT else by_pydicom(d)}
    differs = {tool: distance(values, rgb) for tool, values in asked.items() if values is not None}
    return {"path": path.relative_to(DATA).as_posix(), "transfer_syntax": str(d.file_meta.TransferSyntaxUID),
            "photometric": d.PhotometricInterpretation, "differs": differs, "sha256": hashlib.sha256(rgb.tobytes()).hexdigest()}


warnings.simplefilter("ignore")
COLOR.mkdir(exist_ok=True)
made = []
for name, d, rgb in synthesize.files():
    path = COLOR / f"{name}.dcm"
    d.save_as(path, enforce_file_format=True)
    made.append(describe(path, rgb))
versions = tools("pydicom", "numpy", "python-gdcm", "pylibjpeg-openjpeg") | {"dcmtk": subprocess.check_output(["dcm2pnm", "--version"], text=True).split()[2]}
write(HERE.with_name("expected.json"), {"tools": versions, "files": made})
