"""Where the slices of a series lie: order, spacing, corners, orientation letters, tilt. All in mm, LPS.

PS3.3 C.7.6.2.1.1: position of pixel (column i, row j) = IPP + row_direction * column_spacing * i + column_direction * row_spacing * j.
The normal is row_direction x column_direction of the first slice; slices ascend along it. HOTLIGHT_DATA=DIR adds whole series of a
larger folder, written to expected-large.json. SimpleITK's ImageSeriesReader is held against origin, spacing and direction.
"""
import os
import pathlib
import sys

import numpy as np
import pydicom
import SimpleITK as sitk

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

sitk.ProcessObject.SetGlobalWarningDisplay(False)
HERE = pathlib.Path(__file__)
LARGE = ["ct-gantry-tilt/p1", "mr-oblique/t1-130"]
THRESHOLD = 0.25


def letters(direction, threshold=THRESHOLD):
    """Names of the way a direction points, the largest component first; further ones where |component| > threshold."""
    order = sorted(range(3), key=lambda axis: -abs(direction[axis]))  # equal components: x before y before z
    chosen = order[:1] + [axis for axis in order[1:] if abs(direction[axis]) > threshold]
    return "".join("LPH"[axis] if direction[axis] > 0 else "RAF"[axis] for axis in chosen)


def floats(v):
    return [float(x) + 0.0 for x in np.round(np.asarray(v, float), 9)]


def series(folder, root):
    images = [(pydicom.dcmread(p, stop_before_pixels=True), p) for p in sorted(folder.iterdir()) if p.is_file()]
    assert len({d.SeriesInstanceUID for d, _ in images}) == 1
    position = lambda d: np.array(d.ImagePositionPatient, float)
    directions = lambda d: (np.array(d.ImageOrientationPatient[:3], float), np.array(d.ImageOrientationPatient[3:], float))
    normal = np.cross(*directions(images[0][0]))
    images.sort(key=lambda item: position(item[0]) @ normal)
    first, last = images[0][0], images[-1][0]
    row, column = directions(first)
    normal = np.cross(row, column)
    for d, _ in images:
        assert np.allclose(directions(d), (row, column), atol=1e-6) and d.PixelSpacing == first.PixelSpacing
        assert (d.Rows, d.Columns) == (first.Rows, first.Columns)
    along = np.array([position(d) @ normal for d, _ in images])
    steps = np.diff(along)
    assert (steps > 0).all()
    row_mm, column_mm = map(float, first.PixelSpacing)
    step = (position(last) - position(first)) / (len(images) - 1)
    tilt = float(np.degrees(np.arccos(np.clip(step @ normal / np.linalg.norm(step) / np.linalg.norm(normal), -1, 1))))

    def corners(d):
        at = lambda i, j: floats(position(d) + row * column_mm * i + column * row_mm * j)
        return [at(i, j) for j in (0, d.Rows - 1) for i in (0, d.Columns - 1)]

    check(images, row, column, normal, row_mm, column_mm, step, corners)
    edges = {"left": -row, "right": row, "top": -column, "bottom": column}
    return {
        "folder": folder.relative_to(root).as_posix(), "series_uid": first.SeriesInstanceUID, "modality": first.Modality, "frames": len(images),
        "rows": first.Rows, "columns": first.Columns, "spacing_mm": floats([row_mm, column_mm, np.median(steps)]),
        "step_min_mm": float(np.round(steps.min(), 9)), "step_max_mm": float(np.round(steps.max(), 9)), "step_vector_mm": floats(step),
        "tilt_degrees": float(np.round(tilt, 6)), "origin_mm": floats(position(first)), "row_direction": floats(row),
        "column_direction": floats(column), "normal": floats(normal), "first_corners_mm": corners(first), "last_corners_mm": corners(last),
        "edge_directions": {edge: floats(v) for edge, v in edges.items()}, "edge_letters": {edge: letters(v) for edge, v in edges.items()},
        "files": [p.name for _, p in images], "order": [d.SOPInstanceUID for d, _ in images]}


def check(images, row, column, normal, row_mm, column_mm, step, corners):
    """SimpleITK agrees on each slice's corners and on the volume; it spaces a tilted stack along the step, not along the normal."""
    for d, path in (images[0], images[-1]):
        image = sitk.ReadImage(str(path))
        theirs = [image.TransformIndexToPhysicalPoint((i, j, 0)) for j in (0, d.Rows - 1) for i in (0, d.Columns - 1)]
        assert np.allclose(theirs, corners(d), atol=1e-4), path.name
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([str(p) for _, p in images])
    volume = reader.Execute()
    assert np.allclose(volume.GetOrigin(), corners(images[0][0])[0], atol=1e-6)
    assert np.allclose(volume.GetSpacing(), (column_mm, row_mm, np.linalg.norm(step)), atol=1e-5)
    theirs = np.array(volume.GetDirection()).reshape(3, 3).T
    assert np.allclose(theirs, (row, column, normal), atol=1e-6)
    code = sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(volume.GetDirection()).replace("S", "H").replace("I", "F")
    assert code == "".join(letters(v)[0] for v in (row, column, normal))


def letter_cases():
    """Directions made to try the rule of letters(): axes, obliques, ties, thresholds."""
    made = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1), (0.97, -0.2431, 0), (0.96, -0.28, 0), (-0.28, 0.96, 0),
            (0.6, 0.6, 0.5291503), (-0.5773503, -0.5773503, -0.5773503), (0.2, -0.9, 0.3872983), (0.1, 0.2, -0.9746794)]
    return [{"direction": list(map(float, v)), "threshold": t, "letters": letters(v, t)} for v in made for t in (0.0, 0.25, 0.5)]


used = tools("pydicom", "numpy", "SimpleITK")
write(HERE.with_name("expected.json"), {
    "tools": used, "threshold": THRESHOLD, "corner_order": "first row: first, last column; last row: first, last column",
    "letter_cases": letter_cases(), "series": [series(DATA / name, DATA) for name in ("ct-gantry-tilt", "mr-oblique")]})
if root := os.environ.get("HOTLIGHT_DATA"):
    root = pathlib.Path(root)
    write(HERE.with_name("expected-large.json"), {
        "tools": used, "threshold": THRESHOLD, "series": [series(root / name, root) for name in LARGE]})
