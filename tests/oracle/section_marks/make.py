"""What marks on oblique sections of real series measure: lengths, angles, areas, and the values of regions in planes and slabs.

Series: gantry-tilted (sheared) and oblique. Lengths and angles come from points in the patient by numpy. A region is sampled on a
grid of squares as fine as the finest voxels, counted from the section's centre; a sample counts where its middle lies inside or on
the edge. SimpleITK resamples that grid linearly in double precision, each plane of a slab by itself; numpy does the same by eight
loads a sample, and both must agree here before values are written.
"""
import pathlib
import sys

import numpy as np
import SimpleITK as sitk

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reformat"))
from common import DATA, tools, write
from series import project, read

HERE = pathlib.Path(__file__)


def turned(rng):
    """Right and down of a plane in any direction."""
    q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return q[0], q[1]


def by_itk(voxels, axes, origin, first, right, down, mm, size, offset):
    image = sitk.GetImageFromArray(voxels)
    spacing = np.linalg.norm(axes, axis=0)
    image.SetSpacing(spacing.tolist()); image.SetOrigin(origin.tolist()); image.SetDirection((axes / spacing).flatten().tolist())
    normal = np.cross(right, down)
    out = sitk.Resample(image, [size[0], size[1], 1], sitk.Transform(), sitk.sitkLinear, (first + normal * offset).tolist(), [mm, mm, 1.0],
                        np.stack([right, down, normal], axis=1).flatten().tolist(), float("nan"), sitk.sitkFloat64)
    return sitk.GetArrayFromImage(out)[0]


def by_hand(voxels, axes, origin, first, right, down, mm, size, offset):
    i, j = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    at = first + i[..., None] * mm * right + j[..., None] * mm * down + offset * np.cross(right, down)
    at = (at - origin) @ np.linalg.inv(axes).T
    count = np.array(voxels.shape[::-1])
    inside = ((at >= -0.5) & (at < count - 0.5)).all(axis=-1)
    low = np.floor(at).astype(int); t = at - low; total = np.zeros(at.shape[:2])
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, t, 1 - t), axis=-1)
        x, y, z = np.moveaxis(np.clip(low + np.array(corner), 0, count - 1), -1, 0)
        total += weight * voxels[z, y, x]
    return np.where(inside, total, np.nan)


def region(series, section, corners, shape, slab_mm, how):
    voxels, axes, origin = series
    center, right, down = section
    finest = np.linalg.norm(axes, axis=0).min()
    planes = max(1, int(np.ceil(slab_mm / finest))) if slab_mm else 1
    offsets = (np.arange(planes) + 0.5) * (slab_mm / planes) - slab_mm / 2
    low, high = corners.min(axis=0), corners.max(axis=0)
    start = np.floor(low / finest).astype(int) - 1
    size = (np.ceil(high / finest).astype(int) + 1 - start).tolist()
    middles = [(np.arange(n) + s + 0.5) * finest for n, s in zip(size, start)]
    x, y = np.meshgrid(*middles)
    first = center + right * middles[0][0] + down * middles[1][0]
    stacks = [np.stack([resample(voxels, axes, origin, first, right, down, finest, size, o) for o in offsets]) for resample in (by_itk, by_hand)]
    assert (np.isnan(stacks[0]) == np.isnan(stacks[1])).all()
    found = [project(stack, how) for stack in stacks]
    assert np.nanmax(np.abs(found[0] - found[1])) < 1e-6
    middle, radius = (low + high) / 2, (high - low) / 2
    u, v = (x - middle[0]) / radius[0], (y - middle[1]) / radius[1]
    inside = u * u + v * v <= 1 if shape == "ellipse" else (np.abs(u) <= 1) & (np.abs(v) <= 1)
    values = found[0][inside & ~np.isnan(found[0])]
    area = np.prod(2 * radius) * (np.pi / 4 if shape == "ellipse" else 1)
    return {"area_mm2": area, "count": len(values), "mean": values.mean(), "sd": values.std(), "min": values.min(), "max": values.max()}


def cases(folder):
    series = read(DATA / folder)
    voxels, axes, origin = series
    count = np.array(voxels.shape[::-1])
    rng = np.random.default_rng(len(folder))
    out = []
    # Every slab as a MIP, a MinIP and a mean, and planes.
    for number, (slab_mm, how) in enumerate([(0, "mean"), (3.3, "mip"), (4.1, "minip"), (5.2, "mean"), (0, "mean"), (7.3, "mip")]):
        center = origin + axes @ ((count - 1) / 2 + rng.uniform(-0.3, 0.3, 3))
        right, down = turned(rng)
        points = rng.uniform(-18, 18, (3, 2)).round(3)
        patient = center + points @ np.stack([right, down])
        a, b = patient[0] - patient[1], patient[2] - patient[1]
        corners = np.stack([rng.uniform(-14, -5, 2), rng.uniform(5, 14, 2)]).round(3)
        shape = ["ellipse", "rectangle"][number % 2]
        out.append({"folder": folder, "center": center.tolist(), "right": right.tolist(), "down": down.tolist(), "slab_mm": slab_mm, "projection": how,
                    "points": points.tolist(), "length_mm": float(np.linalg.norm(a)), "degrees": float(np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))),
                    "shape": shape, "corners": corners.tolist(), **{key: float(value) if key != "count" else value for key, value in region(series, (center, right, down), corners, shape, slab_mm, how).items()}})
    return out


if __name__ == "__main__":
    found = [case for folder in ["ct-gantry-tilt", "mr-oblique"] for case in cases(folder)]
    print([(case["folder"], case["count"], round(case["mean"], 2), round(case["sd"], 2)) for case in found])
    write(HERE.with_name("expected.json"), {"tools": tools("SimpleITK", "numpy", "pydicom"), "cases": found})
