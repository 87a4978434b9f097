"""Values of planes and slabs through real series, in modality units: tilted (sheared), oblique, anisotropic.

SimpleITK resamples linearly in double precision on the affine of the series (its directions need not be orthogonal); a slab is the largest, smallest or mean
value of planes at equal distances, each in the middle of its share. numpy does the same by eight loads a point, and VTK's vtkImageReslice (float output) with
its own slab modes. All three must agree here before values are written. HOTLIGHT_DATA=DIR adds whole series, written to expected-large.json.
"""
import os
import pathlib
import sys

import numpy as np
import SimpleITK as sitk
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write
from series import project, read

HERE = pathlib.Path(__file__)
COLUMNS, ROWS = 15, 11
# right, down, pixel mm, slab mm, projection
TURN = np.array([[0.8137976813493738, -0.44096961052988237, 0.37852230636979245], [0.46984631039295416, 0.8825641192593856, 0.01802831123629725],
                 [-0.34202014332566866, 0.16317591116653482, 0.9254165783983234]])
VIEWS = [([1, 0, 0], [0, 1, 0], 3.1, 0, "mean"), ([1, 0, 0], [0, 0, -1], 1.3, 0, "mean"), ([0, 1, 0], [0, 0, -1], 1.3, 0, "mean"),
         (list(TURN[0]), list(TURN[1]), 1.7, 0, "mean"), (list(TURN[1]), list(TURN[2]), 1.7, 3.3, "mip"), (list(TURN[0]), list(TURN[2]), 1.7, 2.9, "minip"),
         (list(TURN[0]), list(TURN[1]), 2.3, 4.7, "mean"), ([1, 0, 0], [0, 1, 0], 7.3, 5.3, "mip")]


def grids(axes, shape, origin, view, seed):
    """Origin of the first pixel's centre, steps, and offsets of the slab's planes."""
    right, down, mm, slab, _ = view
    right, down = np.array(right, float), np.array(down, float)
    middle = origin + axes @ ((np.array(shape[::-1]) - 1) / 2 + np.random.default_rng(seed).uniform(-0.4, 0.4, 3))
    first = middle - right * mm * (COLUMNS - 1) / 2 - down * mm * (ROWS - 1) / 2
    finest = np.linalg.norm(axes, axis=0).min()
    planes = max(1, int(np.ceil(slab / finest))) if slab else 1
    offsets = (np.arange(planes) + 0.5) * (slab / planes) - slab / 2
    return middle, first, right * mm, down * mm, np.cross(right, down), offsets


def by_itk(voxels, axes, origin, grid, how):
    image = sitk.GetImageFromArray(voxels)
    spacing = np.linalg.norm(axes, axis=0)
    image.SetSpacing(spacing.tolist()); image.SetOrigin(origin.tolist()); image.SetDirection((axes / spacing).flatten().tolist())
    _, first, right, down, normal, offsets = grid
    planes = []
    for offset in offsets:
        out = sitk.Resample(image, [COLUMNS, ROWS, 1], sitk.Transform(), sitk.sitkLinear, (first + normal * offset).tolist(),
                            [np.linalg.norm(right), np.linalg.norm(down), 1.0], np.stack([right / np.linalg.norm(right), down / np.linalg.norm(down), normal], axis=1).flatten().tolist(),
                            float("nan"), sitk.sitkFloat64)
        planes.append(sitk.GetArrayFromImage(out)[0])
    return project(np.stack(planes), how)


def by_hand(voxels, axes, origin, grid, how):
    _, first, right, down, normal, offsets = grid
    inverse = np.linalg.inv(axes)
    size = np.array(voxels.shape[::-1])
    planes = np.full((len(offsets), ROWS, COLUMNS), np.nan)
    for k, offset in enumerate(offsets):
        for j in range(ROWS):
            for i in range(COLUMNS):
                at = inverse @ (first + right * i + down * j + normal * offset - origin)
                if (at < -0.5).any() or (at >= size - 0.5).any():
                    continue
                low = np.floor(at).astype(int); t = at - low; value = 0.0
                for corner in np.ndindex(2, 2, 2):
                    weight = np.prod(np.where(corner, t, 1 - t))
                    x, y, z = np.clip(low + corner, 0, size - 1)
                    value += weight * voxels[z, y, x]
                planes[k, j, i] = value
    return project(planes, how)


def by_vtk(voxels, axes, origin, grid, how):
    """In indices of voxels, so that shear is a matrix like any other. What VTK extrapolates at the border is left out by the caller."""
    depth, rows, columns = voxels.shape
    image = vtk.vtkImageData(); image.SetDimensions(columns, rows, depth)
    image.GetPointData().SetScalars(numpy_to_vtk(voxels.astype(np.float32).ravel(), deep=True))
    _, first, right, down, normal, offsets = grid
    inverse = np.linalg.inv(axes)
    matrix = vtk.vtkMatrix4x4()
    for column, vector in enumerate((inverse @ right, inverse @ down, inverse @ normal, inverse @ (first - origin))):
        for line in range(3):
            matrix.SetElement(line, column, vector[line])
    reslice = vtk.vtkImageReslice(); reslice.SetInputData(image); reslice.SetResliceAxes(matrix); reslice.SetInterpolationModeToLinear(); reslice.SetOutputDimensionality(2)
    reslice.SetOutputScalarType(vtk.VTK_FLOAT); reslice.SetBackgroundLevel(-32768)
    step = offsets[1] - offsets[0] if len(offsets) > 1 else 1.0
    reslice.SetOutputSpacing(1, 1, 1); reslice.SetOutputOrigin(0, 0, 0); reslice.SetOutputExtent(0, COLUMNS - 1, 0, ROWS - 1, 0, 0)
    reslice.SetSlabNumberOfSlices(len(offsets)); reslice.SetSlabSliceSpacingFraction(step)
    {"mip": reslice.SetSlabModeToMax, "minip": reslice.SetSlabModeToMin, "mean": reslice.SetSlabModeToMean}[how]()
    reslice.Update()
    return vtk_to_numpy(reslice.GetOutput().GetPointData().GetScalars()).reshape(ROWS, COLUMNS).astype(np.float64)


def cases(folder, root):
    voxels, axes, origin = read(folder)
    found, worst = [], {"numpy": 0.0, "VTK": 0.0}
    for seed, view in enumerate(VIEWS):
        grid = grids(axes, voxels.shape, origin, view, seed)
        values = by_itk(voxels, axes, origin, grid, view[4])
        mine = by_hand(voxels, axes, origin, grid, view[4])
        assert (np.isnan(values) == np.isnan(mine)).all(), (folder, view)
        inside = ~np.isnan(values)
        worst["numpy"] = max(worst["numpy"], float(np.abs(values - mine)[inside].max()))
        # VTK: where every plane of the slab lies within the outermost centres.
        inverse = np.linalg.inv(axes)
        _, first, right, down, normal, offsets = grid
        j, i, k = np.meshgrid(np.arange(ROWS), np.arange(COLUMNS), np.arange(len(offsets)), indexing="ij")
        at = (inverse @ (first + i[..., None] * right + j[..., None] * down + offsets[k][..., None] * normal - origin)[..., None])[..., 0]
        core = ((at > 0.01) & (at < np.array(voxels.shape[::-1]) - 1.01)).all(axis=(-1, -2))
        if core.any():
            worst["VTK"] = max(worst["VTK"], float(np.abs(by_vtk(voxels, axes, origin, grid, view[4]) - values)[core].max()))
        assert inside.sum() > 20, (folder, view, inside.sum())
        found.append({"folder": str(folder.relative_to(root)), "center_mm": [round(float(x), 9) for x in grid[0]], "right": [float(x) for x in view[0]], "down": [float(x) for x in view[1]],
                      "pixel_mm": view[2], "slab_mm": view[3], "projection": view[4], "planes": len(offsets),
                      "values": [None if np.isnan(x) else round(float(x), 4) for x in values.flatten()]})
    print(folder.name, worst, "pixels", sum(x is not None for case in found for x in case["values"]))
    assert worst["numpy"] < 1e-6 and worst["VTK"] < 0.02, worst
    return found


def all_of(folders, root, out):
    write(HERE.with_name(out), {"tools": tools("SimpleITK", "numpy", "vtk", "pydicom"), "columns": COLUMNS, "rows": ROWS, "cases": [case for folder in folders for case in cases(root / folder, root)]})


if __name__ == "__main__":
    all_of(["ct-gantry-tilt", "mr-oblique"], DATA, "expected.json")
    if "HOTLIGHT_DATA" in os.environ:
        root = pathlib.Path(os.environ["HOTLIGHT_DATA"])
        all_of(["ct-gantry-tilt/p1", "mr-oblique/t1-130"], root, "expected-large.json")
