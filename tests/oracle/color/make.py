"""The RGB that colour and palette images show, a byte a sample.

tests/data/color is written by synthesize.py, which also says what it shows; pydicom and dcmtk are asked too. HOTLIGHT_DATA=DIR adds
every colour image of a larger folder to expected-large.json: first, middle and last frame, by pydicom, with dcmtk asked too.

"sha256": of the RGB bytes, row by row. "rgb": 64 pixels as hexadecimal digits; the k-th stands at index k * 2654435761 % pixels.
"exact": the hash must be equal; where it is false (YBR, lossy) the 64 pixels must be within 1. "differs": how far the other programs are
from these bytes, in any sample of any frame given; one that does not read the image is not named.
"""
import hashlib
import io
import os
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
SAMPLED = np.arange(64, dtype=np.uint64) * np.uint64(2654435761)
LOSSY = {f"1.2.840.10008.1.2.4.{n}" for n in [50, 51, 91, 203]}
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


def by_pydicom(d, frame):
    """The upper 8 bits; of a palette whose values all fit 8 bits the lower (rule P-17)."""
    values = pixel_array(d, index=frame)
    if d.PhotometricInterpretation != "PALETTE COLOR":
        return (values >> d.BitsStored - 8).astype(np.uint8)
    values = apply_color_lut(values, d)
    holds_8 = values.dtype.itemsize == 1 or TABLES[0] in d and max(np.frombuffer(d[t].value, "<u2").max() for t in TABLES) < 256
    return (values >> (0 if holds_8 else 8)).astype(np.uint8)


def by_dcmtk(path, frame):
    for tool in ["dcm2pnm", "dcmj2pnm", "dcml2pnm"]:
        done = subprocess.run([tool, "-q", "-O", "+op", "+F", str(frame + 1), path], capture_output=True)
        if done.returncode == 0 and done.stdout:
            _, size, _, data = done.stdout.split(b"\n", 3)
            columns, rows = map(int, size.split())
            return np.frombuffer(data, np.uint8).reshape(rows, columns, 3)
    return None


def distance(a, b):
    return int(np.abs(a.astype(int) - b).max())


def describe(path, root, known=None):
    """known: the RGB of the only frame, where it is not pydicom's."""
    d = read(path)
    count, syntax = int(d.get("NumberOfFrames") or 1), d.file_meta.TransferSyntaxUID
    frames, differs = [], {}
    for n in sorted({0, count // 2, count - 1}):
        asked = {"dcmtk": by_dcmtk(path, n)}
        if known is None:
            rgb = by_pydicom(d, n)
        else:
            rgb = known.astype(np.uint8)
            asked["pydicom"] = None if path.stem in PYDICOM_CANNOT else by_pydicom(d, n)
        for tool, values in asked.items():
            if values is not None:
                differs[tool] = max(differs.get(tool, 0), distance(values, rgb))
        pixels = rgb.reshape(-1, 3)
        frames.append({"frame": n, "sha256": hashlib.sha256(rgb.tobytes()).hexdigest(), "rgb": pixels[SAMPLED % len(pixels)].tobytes().hex()})
    exact = syntax not in LOSSY and not d.PhotometricInterpretation.startswith("YBR_FULL")
    return {"path": path.relative_to(root).as_posix(), "transfer_syntax": str(syntax), "photometric": d.PhotometricInterpretation,
            "rows": d.Rows, "columns": d.Columns, "frame_count": count, "exact": exact, "differs": differs, "frames": frames}


def is_color(path):
    try:
        d = pydicom.dcmread(path, force=True, stop_before_pixels=True, specific_tags=["PhotometricInterpretation", "Rows"])
    except Exception:  # not DICOM, or broken on purpose
        return False
    return "Rows" in d and not d.get("PhotometricInterpretation", "MONO").startswith("MONO")


def large(root):
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        if is_color(path):
            yield describe(path, root)


warnings.simplefilter("ignore")
COLOR.mkdir(exist_ok=True)
made = []
for name, d, rgb in synthesize.files():
    path = COLOR / f"{name}.dcm"
    d.save_as(path, enforce_file_format=True)
    made.append(describe(path, DATA, rgb))
versions = tools("pydicom", "numpy", "python-gdcm", "pylibjpeg-openjpeg") | {"dcmtk": subprocess.check_output(["dcm2pnm", "--version"], text=True).split()[2]}
write(HERE.with_name("expected.json"), {"tools": versions, "files": made})
if os.environ.get("HOTLIGHT_DATA"):
    root = pathlib.Path(os.environ["HOTLIGHT_DATA"])
    write(HERE.with_name("expected-large.json"), {"tools": versions, "files": list(large(root))})
