"""Finds by experiment the arithmetic of dcm2pnm's windows, and counts how often other rounding rules differ from it.

Runs dcm2pnm on files of tests/data and on ramps made here that hold every stored value once; prints the tables of README.md; fails
when the rule stated there does not give dcm2pnm's numbers bit for bit.
"""
import pathlib
import subprocess
import sys
import tempfile
from fractions import Fraction
from math import floor

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA

WINDOWS = [(40, 80), (40, 81), (40, 400), (-600, 1500), (2048, 4096), (2048.5, 4096), (40.5, 350.25), (40.3, 350.7), (1600, 2800),
           (128, 256), (127, 254), (153, 307), (0, 100), (32768, 65536), (0, 65536), (0, 2), (600, 1.5), (0, 1), (600, 1), (600.25, 1)]
FILES = {"CT 12 bit, -1024": "ct-gantry-tilt/I280", "MR 16 bit signed": "mr-oblique/i257.MRDC.65",
         "CT 16 bit signed, RLE, -1024": "cornerstone/CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
         "DX 8 bit MONOCHROME1": "highdicom/dx_image.dcm", "CR 12 bit MONOCHROME1, slope 0.684": "pydicom/6154"}


def dcm2pnm(path, *options):
    run = subprocess.run(["dcm2pnm", "-q", "-O", *map(str, options), str(path)], capture_output=True, check=True)
    words = " ".join(line for line in run.stdout.decode().splitlines() if not line.startswith("#")).split()
    assert words[0] == "P2"
    return np.array(words[4:], np.int64), int(words[3])


def ramp(folder, name, bits, signed=False, photometric="MONOCHROME2", slope="1", intercept="0"):
    d, meta = Dataset(), FileMetaDataset()
    d.SOPClassUID = meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    d.SOPInstanceUID = meta.MediaStorageSOPInstanceUID = "2.25.1"
    meta.TransferSyntaxUID, d.file_meta = ExplicitVRLittleEndian, meta
    d.PatientName, d.SamplesPerPixel, d.PhotometricInterpretation = "ZZCANARY^TEST", 1, photometric
    d.Rows, d.Columns = 2**bits // 256, 256
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, bits, bits - 1, int(signed)
    d.RescaleSlope, d.RescaleIntercept, d.RescaleType = slope, intercept, "US"
    values = np.arange(2**bits) - (2 ** (bits - 1) if signed else 0)
    d.PixelData = values.astype("<i2" if signed else "<u2").tobytes()
    d["PixelData"].VR = "OW"
    path = folder / f"{name}.dcm"
    d.save_as(path, enforce_file_format=True)
    return path


def borders(x, c, w, low, high, y):
    return np.where(x <= c - 0.5 - (w - 1) / 2, low, np.where(x > c - 0.5 + (w - 1) / 2, high, y)).astype(np.int64)


def rule(x, c, w, low, high):
    """dcm2pnm's LINEAR, in doubles and in this order; low and high change places for MONOCHROME1."""
    outrange = float(high) - float(low)
    offset, gradient = (0.0, 0.0) if w == 1 else (high - ((c - 0.5) / (w - 1) + 0.5) * outrange, outrange / (w - 1))
    return borders(x, c, w, low, high, np.trunc(offset + x * gradient))


def standard(x, c, w, top):
    """C.11.2.1.2.1 in doubles, as printed, before rounding."""
    return np.zeros_like(x) if w == 1 else ((x - (c - 0.5)) / (w - 1) + 0.5) * top


def exact(x, c, w, top):
    """C.11.2.1.2.1 in rationals, floored."""
    if w == 1:
        return np.zeros_like(x)
    values, where = np.unique(x, return_inverse=True)
    C, W = Fraction(c), Fraction(w)
    y = [floor(((Fraction(v) - (C - Fraction(1, 2))) / (W - 1) + Fraction(1, 2)) * top) for v in values.tolist()]
    return np.array([float(min(max(v, 0), top)) for v in y])[where]


def sigmoid(x, c, w, low, high):
    with np.errstate(over="ignore"):
        return np.trunc(low + (float(high) - low) / (1 + np.exp(-4 * (x - c) / w))).astype(np.int64)


def modality(d, truncate=True):
    x = d.pixel_array.ravel().astype(float) * float(d.get("RescaleSlope", 1)) + float(d.get("RescaleIntercept", 0))
    return np.trunc(x) if truncate else x


def compare(path):
    """For 16 and 8 bits: pixels compared, and how many differ under each rule."""
    d = pydicom.dcmread(path)
    inverse = d.PhotometricInterpretation == "MONOCHROME1"
    x = modality(d)
    assert inverse or d.PhotometricInterpretation == "MONOCHROME2"
    for option, top in (("+opw", 65535), ("+opb", 255)):
        low, high = (top, 0) if inverse else (0, top)
        count, misses = 0, dict.fromkeys(("rule", "floor", "floor of the inverse", "round", "exact", "not truncated"), 0)
        for c, w in WINDOWS:
            theirs, depth = dcm2pnm(path, option, "+Ww", c, w)
            assert depth == top
            y = standard(x, c, w, top)
            turn = (lambda v: top - v) if inverse else (lambda v: v)
            ours = {"rule": rule(x, c, w, low, high), "floor": turn(borders(x, c, w, 0, top, np.floor(y))),
                    "floor of the inverse": borders(x, c, w, low, high, np.floor(turn(y))),
                    "round": turn(borders(x, c, w, 0, top, np.floor(y + 0.5))),
                    "exact": turn(borders(x, c, w, 0, top, exact(x, c, w, top))),
                    "not truncated": rule(modality(d, False), c, w, low, high)}
            for name, v in ours.items():
                misses[name] += int((v != theirs).sum())
            count += x.size
            assert all(abs(v - theirs).max() <= 1 for name, v in ours.items() if name != "not truncated"), (path, c, w)
        assert misses["rule"] == 0, (path, misses)
        yield top, count, misses


def others(path):
    """The rules beside LINEAR: sigmoid, min-max window, no window, inverse shape."""
    d = pydicom.dcmread(path)
    x = modality(d)
    for option, top in (("+opw", 65535), ("+opb", 255)):
        low, high = (top, 0) if d.PhotometricInterpretation == "MONOCHROME1" else (0, top)
        for c, w in WINDOWS:
            assert (dcm2pnm(path, option, "+Wfs", "+Ww", c, w)[0] == sigmoid(x, c, w, low, high)).all(), (path, "sigmoid", c, w)
        if len(d.PixelData) % 2 == 0:  # dcm2pnm counts the pad byte of an odd length among the pixels
            least, most = x.min(), x.max()
            assert (dcm2pnm(path, option, "+Wm")[0] == rule(x, (least + most + 1) / 2, most - least + 1, low, high)).all(), (path, "+Wm")
        if float(d.get("RescaleSlope", 1)) == 1:
            least = float(d.get("RescaleIntercept", 0)) - (2 ** (d.BitsStored - 1) if d.PixelRepresentation else 0)
            y = np.trunc(low + (x - least) * ((high - low + 1) / 2**d.BitsStored))
            assert (dcm2pnm(path, option, "-W")[0] == y).all(), (path, "-W")
        turned = dcm2pnm(path, option, "+Piv", "+Ww", 40, 400)[0]
        assert (turned == rule(x, 40, 400, top, 0)).all(), (path, "+Piv")


version = subprocess.run(["dcm2pnm", "--version"], capture_output=True, check=True).stdout.decode().split()[2]
print(f"dcm2pnm {version}, {len(WINDOWS)} windows")
print("| image | output | pixels | (c) rule | (a) floor | (a') floor of the inverse | (b) round | (d) floor of the exact value |")
print("| --- | --- | --- | --- | --- | --- | --- | --- |")
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    images = {name: DATA / path for name, path in FILES.items()}
    images["ramp 12 bit"] = ramp(folder, "a", 12)
    images["ramp 12 bit MONOCHROME1"] = ramp(folder, "b", 12, photometric="MONOCHROME1")
    images["ramp 16 bit"] = ramp(folder, "c", 16)
    images["ramp 16 bit signed, -1024"] = ramp(folder, "d", 16, True, intercept="-1024")
    images["ramp 12 bit, slope 0.684, -1024.5"] = ramp(folder, "e", 12, slope="0.684", intercept="-1024.5")
    untruncated = {}
    for name, path in images.items():
        for top, count, misses in compare(path):
            inverse = misses["floor of the inverse"] if "MONOCHROME1" in name else ""
            print(f"| {name} | {top} | {count} | {misses['rule']} | {misses['floor']} | {inverse} | {misses['round']} | {misses['exact']} |")
            if misses["not truncated"]:
                untruncated[name, top] = misses["not truncated"]
        others(path)
    print("differ when the modality value is not truncated to an integer first:", untruncated)
