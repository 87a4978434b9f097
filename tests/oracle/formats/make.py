"""What every frame of every file below a folder holds, by decoders that are not ours: make.py DATA_FOLDER OUT.json

Gray: SHA-256 of the modality values, slope * stored + intercept in float64, then little endian float32, row by row. Stored values are
masked to Bits Stored and signed by it (PS3.5 8.1.1). Slope and intercept are the functional group's where an object has functional groups,
Dose Grid Scaling and 0 in a dose; float and double pixels stand as they are. A Modality LUT Sequence is not applied; "lut" says that there
is one. Colour: SHA-256 of RGB, a byte a sample; of deeper samples the upper 8 of Bits Stored, of deep palettes the upper 8 of the entry.

Where a decoder may differ by rounding, "grid" holds the values of the pixels 0, step, 2 step and so on. At most 20 frames, spread evenly.
"left_out" says why a file has nothing to compare. "series" is what SimpleITK makes of each folder that holds one series.
"""
import hashlib
import io
import json
import pathlib
import sys
import warnings
from math import ceil, gcd

import numpy as np
import pydicom
from pydicom.pixels import apply_color_lut, convert_color_space

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import common
from decode import LOSSY, dcmtk_version, decode
from planes import functional_group, is_confirmed, plane, series

FRAMES_MAX, GRID_MAX = 20, 768
JPEG_LS_NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"  # loses, and still leaves a decoder no choice
NOT_DATA = {"MANIFEST.tsv", "README.md", "ORIGIN.txt"}
SEQUENCE_END = b"\xfe\xff\xdd\xe0\0\0\0\0"
TOOLS = ["pydicom", "numpy", "SimpleITK", "highdicom", "python-gdcm", "pylibjpeg-libjpeg", "pylibjpeg-openjpeg"]
PIXELS = ["PixelData", "FloatPixelData", "DoubleFloatPixelData"]


def read(path):
    """The data set. One without a header gets the syntax that pydicom found."""
    d = pydicom.dcmread(path, force=True)
    if len(d) == 0:
        # One that ends without the delimiter of its pixel data is lost on pydicom.
        d = pydicom.dcmread(io.BytesIO(path.read_bytes() + SEQUENCE_END), force=True)
    if "TransferSyntaxUID" not in d.file_meta:
        is_implicit, is_little = d.original_encoding
        if is_little and any(k in d for k in PIXELS):
            d.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian if is_implicit else pydicom.uid.ExplicitVRLittleEndian
    return d


def why_not(d):
    """Why there is nothing to compare, or None."""
    if not any(k in d for k in PIXELS):
        name = pydicom.uid.UID(d.get("SOPClassUID") or d.file_meta.get("MediaStorageSOPClassUID") or "").name
        return f"no pixels: {name}" if name else "no pixels: not a DICOM object"
    if d.file_meta.TransferSyntaxUID.startswith("1.2.840.10008.1.2.4.10"):
        return f"video: {d.file_meta.TransferSyntaxUID.name}"
    if "Rows" not in d:
        return "broken: pixel data without an image"
    return None


def spread(count):
    return range(count) if count <= FRAMES_MAX else sorted({round(k * (count - 1) / (FRAMES_MAX - 1)) for k in range(FRAMES_MAX)})


def rescale(d, frame):
    holder = d
    if "PerFrameFunctionalGroupsSequence" in d:
        holder = functional_group(d, frame, "PixelValueTransformationSequence") or {}
    values = [holder.get(k) for k in ["DoseGridScaling" if "DoseGridScaling" in d else "RescaleSlope", "RescaleIntercept"]]
    return [1.0 if values[0] is None else float(values[0]), 0.0 if values[1] is None else float(values[1])]


def stored(d, samples):
    """PS3.5 8.1.1: the Bits Stored up to High Bit, whatever stands in the others."""
    if samples.dtype.kind == "f":
        return samples
    low = 0 if d["PixelData"].is_undefined_length else d.HighBit + 1 - d.BitsStored
    values = samples.astype(np.int64) >> low & (1 << d.BitsStored) - 1
    return values - ((values >> d.BitsStored - 1) << d.BitsStored) if d.PixelRepresentation else values


def color(d, samples, photometric):
    """RGB, a byte a sample."""
    if photometric == "PALETTE COLOR":
        rgb, bits = apply_color_lut(samples, d), d.RedPaletteColorLookupTableDescriptor[2]
        if not d.original_encoding[1] and bits == 16:
            rgb = rgb.byteswap()  # pydicom 3.0.2 reads the tables of a big endian object as little endian
        return (rgb >> (bits - 8 if rgb.max() > 255 else 0)).astype(np.uint8)
    if photometric.startswith("YBR_FULL"):
        samples, photometric = convert_color_space(samples, photometric, "RGB"), "RGB"
    assert photometric in ("RGB", "YBR_RCT", "YBR_ICT"), photometric
    return (samples >> d.BitsStored - 8).astype(np.uint8)


def grid_step(pixels, columns, samples):
    """The smallest step that keeps the grid small and does not walk down one column."""
    step = max(1, ceil(pixels * samples / GRID_MAX))
    while gcd(step, columns) > 1:
        step += 1
    return step


def describe(path, root):
    d = read(path)
    name = path.relative_to(root).as_posix()
    why = why_not(d)
    if why:
        return {"path": name, "why": why}
    per_pixel, count = int(d.SamplesPerPixel), int(d.get("NumberOfFrames") or 1)
    header = d.PhotometricInterpretation
    is_color = per_pixel == 3 or header == "PALETTE COLOR"
    syntax = str(d.file_meta.TransferSyntaxUID)
    may_round = syntax in LOSSY - {JPEG_LS_NEAR_LOSSLESS} or header.startswith("YBR_FULL")
    step = grid_step(d.Rows * d.Columns, d.Columns, per_pixel)
    frames = []
    for n in spread(count):
        samples, photometric, oracle = decode(d, n)
        frame = {"n": n}
        if is_color:
            values = color(d, samples, photometric)
        else:
            frame["rescale"] = slope, intercept = rescale(d, n)
            if samples.dtype.kind == "f":
                frame["rescale"] = slope, intercept = 1.0, 0.0
            values = (slope * stored(d, samples).astype(np.float64) + intercept).astype("<f4")
        frame["sha256"] = hashlib.sha256(values.tobytes()).hexdigest()
        if may_round:
            frame["grid"] = values.reshape(-1, values.shape[2] if is_color else 1)[::step].ravel().tolist()
        place = plane(d, n)
        if place:
            frame["plane"] = place
            confirmed = is_confirmed(path, d, n, place)
            if confirmed is False:
                print(f"  {name} frame {n}: SimpleITK or highdicom puts it elsewhere")
            frame["confirmed"] = bool(confirmed)
        frames.append(frame)
    kind = "color" if is_color else "gray"
    file = {"path": name, "syntax": syntax, "oracle": oracle, "kind": kind, "photometric": header, "samples": per_pixel,
            "planar": d.get("PlanarConfiguration"), "bits": [d.BitsAllocated, d.get("BitsStored")], "signed": d.get("PixelRepresentation"),
            "rows": d.Rows, "columns": d.Columns, "count": count, "lut": "ModalityLUTSequence" in d, "frames": frames}
    if may_round:
        file["step"] = step
    return {k: v for k, v in file.items() if v is not None}


def main(root, out):
    warnings.simplefilter("ignore")
    found, left_out = [], []
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.name not in NOT_DATA and "LICENSES" not in p.parts):
        try:
            row = describe(path, root)
        except Exception as error:  # whatever a broken file does to the oracle is what is recorded
            row = {"path": path.relative_to(root).as_posix(), "why": f"broken: {type(error).__name__}: {str(error)[:160].splitlines()[:1]}"}
            print(f"  {row['path']}: {row['why']}")
        (left_out if "why" in row else found).append(row)
    folders = sorted({p.parent for p in root.rglob("*") if p.is_file()})
    value = {"tools": common.tools(*TOOLS) | {"dcmtk": dcmtk_version()},
             "files": found, "left_out": left_out, "series": [s for s in (series(f, root) for f in folders) if s]}
    if out.is_relative_to(common.ORACLE):
        common.write(out, value)
    else:
        out.write_text(json.dumps(value))
    print(f"{len(found)} files, {sum(len(f['frames']) for f in found)} frames, {len(left_out)} left out, {len(value['series'])} series")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
