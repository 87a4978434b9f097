"""Statistics of regions by numpy, and lengths by the formula of the standard from the attributes that pydicom reads.

Positions are those of PS3.3 C.10.5: 0,0 is the outer corner of the first pixel, so the centre of pixel (column i, row j) is i + 0.5, j + 0.5.
A pixel counts when its centre lies inside the region or on its edge. Values are slope * stored + intercept in float64; sd is numpy's with
ddof=0. Areas are pi a b and w h in pixels. length: Pixel Spacing, Imager Pixel Spacing or 10 * |Physical Delta| of the region, as `by` says.
"""
import pathlib
import sys

import numpy as np
import pydicom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

REGIONS = [
    ("pydicom/CT_small.dcm", [[20.0, 30.0], [61.0, 90.0]]), ("pydicom/CT_small.dcm", [[100.3, 7.7], [31.9, 55.2]]),
    ("pydicom/CT_small.dcm", [[-40.0, 90.25], [70.5, 400.0]]),
    ("pydicom/MR_small.dcm", [[10.5, 12.5], [40.5, 33.5]]), ("pydicom/MR_small.dcm", [[5.1, 60.3], [6.2, 62.0]]),
    ("ct-gantry-tilt/I280", [[100.25, 120.75], [400.5, 300.125]]),
    ("formats/made/int32_rescaled.dcm", [[3.2, 4.8], [50.1, 40.7]]), ("formats/made/mono1_rle.dcm", [[3.2, 4.8], [50.1, 40.7]]),
    ("formats/made/signed_8bit.dcm", [[0.0, 0.0], [62.0, 47.0]]),
]
LENGTHS = [
    ("pydicom/CT_small.dcm", "PixelSpacing", [[3.5, 4.5], [100.25, 77.0]]),
    ("dicomdir/98892001/CT2N/6924", "PixelSpacing", [[3.5, 4.5], [100.25, 77.0]]),  # a scanogram with oblong pixels
    ("pydicom/6154", "ImagerPixelSpacing", [[3.5, 4.5], [100.25, 77.0]]),
    ("highdicom/dx_image.dcm", "ImagerPixelSpacing", [[200.0, 10.0], [10.0, 160.0]]),
    ("pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm", "regions", [[20.0, 40.0], [900.0, 700.0]]),
    ("formats/pydicom-data/OBXXXX1A_rle_2frame.dcm", "regions", [[130.0, 70.0], [700.0, 400.0]]),
    ("formats/pydicom-data/OBXXXX1A_rle_2frame.dcm", "regions", [[200.0, 530.0], [700.0, 540.0]]),
    ("formats/pydicom-data/OBXXXX1A_rle_2frame.dcm", "regions", [[200.0, 400.0], [700.0, 540.0]]),
    ("formats/pydicom-data/OBXXXX1A_rle_2frame.dcm", "regions", [[20.0, 70.0], [700.0, 400.0]]),
]


def inside(shape, corners, rows, columns):
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    if shape == "rectangle":
        return (low[0] <= x) & (x <= high[0]) & (low[1] <= y) & (y <= high[1])
    centre, radius = (low + high) / 2, (high - low) / 2
    return ((x - centre[0]) / radius[0]) ** 2 + ((y - centre[1]) / radius[1]) ** 2 <= 1


def region(path, shape, corners):
    d = pydicom.dcmread(DATA / path)
    values = float(d.get("RescaleSlope", 1)) * d.pixel_array.astype(np.float64) + float(d.get("RescaleIntercept", 0))
    chosen = values[inside(shape, corners, d.Rows, d.Columns)]
    width, height = np.ptp(np.array(corners), axis=0)
    some = chosen.size > 0
    return {
        "path": path, "shape": shape, "corners": corners, "count": int(chosen.size),
        "area_px": float(width * height * (np.pi / 4 if shape == "ellipse" else 1)),
        "mean": float(chosen.mean()) if some else None, "sd": float(chosen.std(ddof=0)) if some else None,
        "min": float(chosen.min()) if some else None, "max": float(chosen.max()) if some else None}


def length(path, by, ends):
    d = pydicom.dcmread(DATA / path, stop_before_pixels=True)
    step = np.abs(np.subtract(*np.array(ends)))
    mm = None
    if by == "regions":
        for r in d.SequenceOfUltrasoundRegions:
            low, high = (r.RegionLocationMinX0, r.RegionLocationMinY0), (r.RegionLocationMaxX1 + 1, r.RegionLocationMaxY1 + 1)
            is_tissue = r.RegionSpatialFormat == 1 and r.PhysicalUnitsXDirection == r.PhysicalUnitsYDirection == 3
            if is_tissue and (np.array(ends) >= low).all() and (np.array(ends) <= high).all():
                mm = float(np.hypot(*(step * np.abs([r.PhysicalDeltaX, r.PhysicalDeltaY]) * 10)))
    else:
        row, column = map(float, d[by].value)
        mm = float(np.hypot(*(step * [column, row])))
    is_scanogram = d.Modality == "CT" and "LOCALIZER" in d.get("ImageType", [])
    return {"path": path, "by": by, "is_scanogram": is_scanogram, "ends": ends, "mm": mm}


write(pathlib.Path(__file__).with_name("expected.json"), {
    "tools": tools("pydicom", "numpy"),
    "regions": [region(path, shape, corners) for path, corners in REGIONS for shape in ("ellipse", "rectangle")],
    "lengths": [length(*each) for each in LENGTHS]})
