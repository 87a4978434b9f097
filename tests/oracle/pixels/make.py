"""Stored and modality values of every gray file in tests/data that no other topic compares, and why the others are refused.

Stored values are hashed as little-endian int32, modality values as little-endian float32 of slope * stored + intercept worked in
float64; both row by row. Native pixels are read a second time with numpy alone (mask to Bits Stored, sign from its top bit) and
SimpleITK is asked for the modality values. stored_middle: four pixels from [rows / 2, columns / 2] on; means count every pixel.
"""
import hashlib
import pathlib
import sys

import numpy as np
import pydicom
import SimpleITK as sitk

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

sitk.ProcessObject.SetGlobalWarningDisplay(False)
REFUSED = {
    "bad/MR_truncated.dcm": "truncated: 8130 of 8192 bytes of pixel data",
    "bad/empty.dcm": "not DICOM: empty",
    "bad/report.txt": "not DICOM: text",
}
ELSEWHERE = {"licences", "charset", "color", "formats", "SC_rgb_small_odd.dcm"}


def native(d):
    """Stored values from the bytes, PS3.5 8.1.1: only Bits Stored count."""
    size = d.BitsAllocated // 8
    order = "<" if d.file_meta.TransferSyntaxUID.is_little_endian else ">"
    a = np.frombuffer(d.PixelData, f"{order}u{size}", d.Rows * d.Columns).astype(np.int64) & ((1 << d.BitsStored) - 1)
    if d.PixelRepresentation:
        a -= (a >> (d.BitsStored - 1)) << d.BitsStored
    return a


def sha(a):
    return hashlib.sha256(a.tobytes()).hexdigest()


def numbers(d, key):
    v = d.get(key)
    return [] if v is None else [float(x) for x in (v if isinstance(v, pydicom.multival.MultiValue) else [v])]


def describe(path, name):
    d = pydicom.dcmread(path)
    assert d.SamplesPerPixel == 1 and d.get("NumberOfFrames", 1) == 1
    stored = d.pixel_array.astype("<i4").ravel()
    syntax = d.file_meta.TransferSyntaxUID
    if not syntax.is_compressed or syntax.is_deflated:
        assert (native(d) == stored).all(), name
    slope, intercept = float(d.get("RescaleSlope", 1)), float(d.get("RescaleIntercept", 0))
    modality = (slope * stored.astype(np.float64) + intercept).astype("<f4")
    try:
        image = sitk.ReadImage(str(path))
    except RuntimeError:
        print(f"  {name}: SimpleITK does not read it")
    else:
        ours = modality
        if d.PhotometricInterpretation == "MONOCHROME1":  # SimpleITK inverts the stored values on reading
            ours = slope * (2**d.BitsStored - 1 - stored) + intercept
        assert np.allclose(sitk.GetArrayFromImage(image).ravel(), ours, rtol=1e-6, atol=0), name
    return {
        "path": name, "transfer_syntax": str(syntax), "photometric": d.PhotometricInterpretation, "rows": d.Rows, "columns": d.Columns,
        "bits_allocated": d.BitsAllocated, "bits_stored": d.BitsStored, "high_bit": d.HighBit, "pixel_representation": d.PixelRepresentation,
        "slope": slope, "intercept": intercept, "padding": d.get("PixelPaddingValue"),
        "window_centers": numbers(d, "WindowCenter"), "window_widths": numbers(d, "WindowWidth"),
        "stored_min": int(stored.min()), "stored_max": int(stored.max()), "stored_middle": stored.reshape(d.Rows, d.Columns)[d.Rows // 2, d.Columns // 2:][:4].tolist(), "stored_sha256": sha(stored),
        "modality_min": float(modality.min()), "modality_max": float(modality.max()),
        "modality_mean": float(f"{modality.mean(dtype=np.float64):.12g}"), "modality_sha256": sha(modality)}


files = []
for path in sorted(p for p in DATA.rglob("*") if p.is_file() and p.suffix != ".md" and not ELSEWHERE & set(p.parts)):
    name = path.relative_to(DATA).as_posix()
    if name not in REFUSED:
        files.append(describe(path, name))

same = [f for f in files if f["path"].startswith("pydicom/MR_small")]
assert len(same) == 4 and len({f["stored_sha256"] for f in same}) == 1, "one image in four encodings"
write(pathlib.Path(__file__).with_name("expected.json"), {
    "tools": tools("pydicom", "numpy", "SimpleITK", "python-gdcm"), "files": files,
    "refused": [{"path": p, "why": w} for p, w in REFUSED.items()]})
