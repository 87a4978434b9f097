"""A second series laid over pictures, whole pictures in red, green and blue: PS3.4 N.2.4, N.2.4.3.

Writes a CT, a PET that lies obliquely in its frame of reference with a slope of its own in each image, and a map of one image, into tests/data/fusion.
The picture below is taken from the CT's words (images at one pixel a pixel) or resampled (planes), the layer is resampled at the same places: linearly, by
SimpleITK in double precision on the affine of the series, moved by the registration, and by eight loads a point in numpy; both must agree before values are
written. Palettes are those of pydicom's files. Left out (null) is what lies closer than 0.01 to the border of two entries of the palette, or to the floor of the
window where that is clear: there a last digit decides.
"""
import pathlib
import shutil
import sys

import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.data import get_palette_files
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import apply_color_lut
from pydicom.uid import ExplicitVRLittleEndian

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

FOLDER = DATA / "fusion"
FILES = {"hot-iron": "hotiron", "pet": "pet", "hot-metal-blue": "hotmetalblue", "spring": "spring", "pet-20-step": "pet20step"}
random = np.random.default_rng(20261128)
UID = "2.25.20261128"


def rotation(axis, degrees):
    x, y, z = np.array(axis, float) / np.linalg.norm(axis)
    s, c = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + s * k + (1 - c) * k @ k


def series(name, number, modality, sop_class, words, signed, axes, origin, thickness, slopes, intercept, units, window):
    """Axes are steps between columns, rows and images as columns of a matrix; read back as the file states them."""
    folder = FOLDER / name
    folder.mkdir(parents=True)
    row, column, step = axes.T
    for index, plane in enumerate(words):
        d = Dataset()
        d.file_meta = FileMetaDataset()
        d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        d.SOPClassUID = d.file_meta.MediaStorageSOPClassUID = sop_class
        d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = f"{UID}.{number}.{index + 1}"
        d.StudyInstanceUID, d.SeriesInstanceUID, d.FrameOfReferenceUID = f"{UID}.9", f"{UID}.{number}", f"{UID}.8"
        d.PatientName, d.PatientID, d.Modality = "ZZCANARY^FUSED", "ZZCANARY", modality
        d.SeriesNumber, d.InstanceNumber, d.StudyDate = number, index + 1, "20261128"
        d.Rows, d.Columns = plane.shape
        d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
        d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, int(signed)
        short = lambda v: pydicom.valuerep.DSfloat(float(v), auto_format=True)
        d.PixelSpacing = [short(np.linalg.norm(column)), short(np.linalg.norm(row))]
        d.ImageOrientationPatient = [short(v) for v in (*row / np.linalg.norm(row), *column / np.linalg.norm(column))]
        d.ImagePositionPatient = [short(v) for v in origin + step * index]
        d.SliceThickness = short(thickness)
        d.RescaleSlope, d.RescaleIntercept = short(slopes[index]), short(intercept)
        d.Units = units
        d.WindowCenter, d.WindowWidth = map(short, window)
        d.PixelData = plane.astype("<i2" if signed else "<u2").tobytes()
        d.save_as(folder / f"{index + 1:02}.dcm", enforce_file_format=True)


def read(name):
    """Modality values, axes and origin, from what the files say."""
    images = [pydicom.dcmread(p) for p in sorted((FOLDER / name).iterdir())]
    position = lambda d: np.array(d.ImagePositionPatient, float)
    row, column = (v / np.linalg.norm(v) for v in np.array(images[0].ImageOrientationPatient, float).reshape(2, 3))
    row_mm, column_mm = map(float, images[0].PixelSpacing)
    deep = (position(images[-1]) - position(images[0])) / (len(images) - 1) if len(images) > 1 else np.cross(row, column) * float(images[0].SliceThickness)
    voxels = np.stack([d.pixel_array.astype(np.float64) * float(d.RescaleSlope) + float(d.RescaleIntercept) for d in images])
    return voxels, np.stack([row * column_mm, column * row_mm, deep], axis=1), position(images[0]), images


def by_hand(voxels, axes, origin, points):
    at = (points - origin) @ np.linalg.inv(axes).T
    size = np.array(voxels.shape[::-1])
    inside = ((at >= -0.5) & (at < size - 0.5)).all(axis=-1)
    low = np.floor(at).astype(int)
    t, value = at - low, np.zeros(at.shape[:-1])
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, t, 1 - t), axis=-1)
        x, y, z = np.moveaxis(np.clip(low + corner, 0, size - 1), -1, 0)
        value += weight * voxels[z, y, x]
    return np.where(inside, value, np.nan)


def by_itk(voxels, axes, origin, matrix, grid, offset):
    """`matrix` leads from the series to the picture."""
    spacing = np.linalg.norm(axes, axis=0)
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(spacing.tolist()); image.SetOrigin(origin.tolist()); image.SetDirection((axes / spacing).flatten().tolist())
    inverse = np.linalg.inv(matrix)
    to_series = sitk.AffineTransform(3)
    to_series.SetMatrix(inverse[:3, :3].flatten().tolist()); to_series.SetTranslation(inverse[:3, 3].tolist())
    first, right, down, (columns, rows) = grid
    normal = np.cross(right, down); normal /= np.linalg.norm(normal)
    mm = np.linalg.norm(right), np.linalg.norm(down)
    direction = np.stack([right / mm[0], down / mm[1], normal], axis=1)
    out = sitk.Resample(image, [columns, rows, 1], to_series, sitk.sitkLinear, (first + normal * offset).tolist(), [*mm, 1.0], direction.flatten().tolist(), float("nan"), sitk.sitkFloat64)
    return sitk.GetArrayFromImage(out)[0]


def sampled(of, matrix, grid, slab):
    voxels, axes, origin, _ = of
    first, right, down, (columns, rows) = grid
    normal = np.cross(right, down); normal /= np.linalg.norm(normal)
    mm, how = slab
    count = int(np.ceil(mm / np.linalg.norm(axes, axis=0).min())) if mm else 1
    offsets = (np.arange(count) + 0.5) * (mm / count) - mm / 2
    j, i = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    points = first + i[..., None] * right + j[..., None] * down
    inverse = np.linalg.inv(matrix)
    planes = []
    for offset in offsets:
        moved = points + normal * offset
        mine = by_hand(voxels, axes, origin, moved @ inverse[:3, :3].T + inverse[:3, 3])
        # Of one image SimpleITK makes no volume.
        if len(voxels) > 1:
            theirs = by_itk(voxels, axes, origin, matrix, grid, offset)
            assert (np.isnan(mine) == np.isnan(theirs)).all()
            assert np.nanmax(np.abs(mine - theirs)) < 1e-6, np.nanmax(np.abs(mine - theirs))
        planes.append(mine)
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {"mip": np.nanmax, "minip": np.nanmin, "mean": np.nanmean}[how](np.stack(planes), axis=0)


def share(values, center, width, function):
    """PS3.3 C.11.2.1.2, C.11.2.1.3."""
    if function == "linear":
        return np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1)
    return np.clip((values - center) / width + 0.5, 0, 1)


def palette(name):
    d = pydicom.dcmread(get_palette_files(f"{FILES[name]}.dcm")[0])
    return apply_color_lut(np.arange(256, dtype=np.uint8).reshape(16, 16), d).reshape(256, 3).astype(np.float64)


def fused(below, over, case):
    """Levels of 8 bits; not a number where a last digit decides."""
    shares = share(over, *case["over_voi"])
    is_seen = ~np.isnan(over)
    entries = np.where(is_seen, shares, 0) * 256
    is_close = is_seen & (np.abs(entries - np.round(entries)) < 0.01) & (np.round(entries) > 0) & (entries < 256)
    if case["clear_floor"]:
        center, width, function = case["over_voi"]
        floor = center - 0.5 - (width - 1) / 2 if function == "linear" else center - width / 2
        is_close |= is_seen & (np.abs(over - floor) < 1e-6 * width)
        is_seen &= ~(shares <= 0)
    colors = palette(case["palette"])[np.clip(np.floor(entries).astype(int), 0, 255)]
    a = np.where(is_seen, case["opacity"], 0.0)[..., None]
    yu = np.nan_to_num(share(below, *case["voi"]))[..., None] * 255
    levels = np.floor(a * colors + (1 - a) * yu + 0.5)
    return np.where(is_close[..., None], np.nan, levels), is_seen.mean()


def make_series():
    shutil.rmtree(FOLDER, ignore_errors=True)
    x, y, z = np.meshgrid(np.arange(22), np.arange(18), np.arange(6), indexing="xy")
    body = ((x - 10.5) / 9) ** 2 + ((y - 8.5) / 7) ** 2 < 1
    hu = np.where(body, 40 + 300 * (np.hypot(x - 14, y - 7) < 3), -1000) + random.integers(-40, 41, body.shape)
    tilt = np.radians(12)
    axes = np.array([[1.5, 0, 0], [0, 1.5 * np.cos(tilt), 0], [0, 1.5 * np.sin(tilt), 3.0]])
    ct_origin = np.array([-15.0, -13.0, 40.0])
    series("ct", 1, "CT", "1.2.840.10008.5.1.4.1.1.2", np.moveaxis(hu + 1024, 2, 0), True, axes, ct_origin, 3, [1] * 6, -1024, None, (40, 400))
    middle = ct_origin + axes @ np.array([10.5, 8.5, 2.5])
    turn = rotation([0.3, -0.2, 1.0], 14)
    axes = turn @ np.diag([2.7, 2.9, 3.7])
    pet = random.integers(0, 9000, (7, 9, 10)) + np.linspace(0, 8000, 10).astype(int)
    slopes = 0.4 + 0.07 * np.arange(7)
    series("pet", 2, "PT", "1.2.840.10008.5.1.4.1.1.128", pet, False, axes, middle - axes @ np.array([3.5, 4.0, 3.0]), 3.7, slopes, 0, "BQML", (4000, 8000))
    # In the plane of the CT's fourth image, with pixels of its own, over a part of it.
    axes = np.array([[2.2, 0, 0], [0, 2.2 * np.cos(tilt), -np.sin(tilt) * 4], [0, 2.2 * np.sin(tilt), np.cos(tilt) * 4]])
    at = ct_origin + np.array([0, 0, 3.0 * 3]) + np.array([7.0, 6.0 * np.cos(tilt), 6.0 * np.sin(tilt)])
    series("map", 3, "MR", "1.2.840.10008.5.1.4.1.1.4", random.integers(0, 1000, (1, 7, 8)), False, axes, at, 4, [1], 0, None, (500, 1000))


def cases():
    ct, pet, one = read("ct"), read("pet"), read("map")
    moved = np.eye(4)
    moved[:3, :3] = rotation([1, 2, -0.5], 9)
    middle = ct[2] + ct[1] @ np.array([10.5, 8.5, 2.5])
    moved[:3, 3] = middle - moved[:3, :3] @ middle + [3.1, -2.3, 1.7]
    found = []

    def add(below, grid, over, where, slab=(0, "mean"), matrix=np.eye(4), **look):
        case = {"over": over, "opacity": 0.5, "palette": "pet", "voi": [40, 400, "linear"], "over_voi": [4000, 8000, "linear"], "clear_floor": False, **look, **where}
        if slab[0]:
            case |= {"slab_mm": slab[0], "projection": slab[1]}
        if not (matrix == np.eye(4)).all():
            case["matrix"] = [float(v) for v in matrix.flatten()]
        levels, seen = fused(below, sampled({"pet": pet, "map": one}[over], matrix, grid, slab), case)
        left_out = np.isnan(levels[..., 0])
        assert 0.15 < seen < 0.95, (case, seen)
        assert left_out.mean() < 0.06, (case, left_out.mean())
        case["columns"], case["rows"] = grid[3]
        case["rgb"] = ["" if gone else bytes(int(v) for v in pixel).hex() for pixel, gone in zip(levels.reshape(-1, 3), left_out.flatten())]
        found.append(case)
        print(over, where, {k: v for k, v in look.items()}, f"seen {seen:.2f}, left out {left_out.sum()} of {left_out.size}")

    def image(number):
        voxels, axes, origin, _ = ct
        return voxels[number - 1], (origin + axes[:, 2] * (number - 1), axes[:, 0], axes[:, 1], voxels.shape[:0:-1])

    def plane(right, down, mm, size, slab=(0, "mean")):
        right, down = np.array(right, float), np.array(down, float)
        center = np.round(middle + [0.13, -0.27, 0.19], 6)
        first = center - right * mm * (size[0] - 1) / 2 - down * mm * (size[1] - 1) / 2
        grid = first, right * mm, down * mm, size
        where = {"center_mm": [float(v) for v in center], "right": [float(v) for v in right], "down": [float(v) for v in down], "pixel_mm": mm}
        return sampled(ct, np.eye(4), grid, slab), grid, where

    for number, look in [
        (1, {}),
        (2, {"opacity": 1.0, "palette": "hot-iron"}),
        (3, {"opacity": 0.25, "palette": "hot-metal-blue", "over_voi": [3000, 6000, "linear_exact"]}),
        (3, {"opacity": 0.0}),
        (4, {"opacity": 0.7, "palette": "spring", "clear_floor": True, "over_voi": [5000, 5000, "linear"]}),
        (5, {"palette": "pet-20-step", "voi": [-200, 1600, "linear"]}),
    ]:
        below, grid = image(number)
        add(below, grid, "pet", {"slice": number}, **look)
        add(below, grid, "pet", {"slice": number}, matrix=moved, **look)
    below, grid = image(4)
    for look in [{}, {"opacity": 0.8, "palette": "hot-iron"}]:
        add(below, grid, "map", {"slice": 4}, over_voi=[500, 1000, "linear"], **look)
    turn = rotation([0.4, 1.0, -0.3], 33)
    for right, down, mm, slab, look in [
        ([1, 0, 0], [0, 1, 0], 1.7, (0, "mean"), {}),
        ([1, 0, 0], [0, 0, -1], 1.3, (0, "mean"), {"palette": "hot-iron", "opacity": 0.6}),
        (turn[0], turn[1], 1.9, (0, "mean"), {"palette": "spring", "over_voi": [4500, 7000, "linear_exact"]}),
        (turn[1], turn[2], 1.9, (8.0, "mip"), {"palette": "hot-metal-blue"}),
        ([0, 1, 0], [0, 0, -1], 1.7, (6.0, "mean"), {"clear_floor": True, "over_voi": [5000, 4000, "linear"]}),
    ]:
        below, grid, where = plane(right, down, mm, (23, 19), slab)
        add(below, grid, "pet", where, slab)
        add(below, grid, "pet", where, slab, matrix=moved, **look)
    return found


make_series()
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("SimpleITK", "numpy", "pydicom"), "cases": cases()})
