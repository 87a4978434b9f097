"""Times of VTK for the pictures of `hotlight bench volume`: the same volume, sections, sizes of pixels and distances of samples.

Run it right before or after the bench on a quiet machine: `python tests/oracle/reformat/peer.py`. It prints medians of 5 in milliseconds.
"""
import math
import time

import numpy as np
import vtk
from vtk.util.numpy_support import numpy_to_vtk

SIDE, SPACING_MM, SLAB_PLANES, RUNS = 512, 0.7, 29, 5


def words():
    """As `volume` in `src/cli/bench_volume.rs`: a body with lungs, a bone and a vessel in air, and noise."""
    at = (np.arange(SIDE) + 0.5) / SIDE - 0.5
    y, x = np.meshgrid(at, at, indexing="ij")
    index = np.arange(SIDE * SIDE, dtype=np.uint32).reshape(SIDE, SIDE)
    out = np.empty((SIDE, SIDE, SIDE), np.int16)
    body = x * x / 0.2 + y * y / 0.14 < 1.0
    bone = x * x + (y - 0.3) ** 2 < 0.0025
    for plane in range(SIDE):
        z = at[plane]
        tube = (x + 0.3 * z) ** 2 + (y - 0.2 * z) ** 2 < 0.0009
        lung = (np.abs(x) - 0.2) ** 2 + y * y + z * z < 0.15**2
        tissue = np.where(bone, 700, np.where(tube, 350, np.where(lung, -850, 40)))
        noise = ((index ^ np.uint32(plane << 16)) * np.uint32(0x9E37_79B1)) >> np.uint32(27)
        out[plane] = np.where(body, tissue, -1000) + noise.astype(np.int32) - 16
    return out


vtk.vtkMultiThreader.SetGlobalDefaultNumberOfThreads(2)
image = vtk.vtkImageData()
image.SetDimensions(SIDE, SIDE, SIDE)
image.SetSpacing(SPACING_MM, SPACING_MM, SPACING_MM)
image.GetPointData().SetScalars(numpy_to_vtk(words().ravel(), deep=True, array_type=vtk.VTK_SHORT))

MIDDLE = np.full(3, (SIDE - 1) / 2 * SPACING_MM)
ROOM_MM = (SIDE - 1) * SPACING_MM
# The coronal section, turned by 27° about x and then by 19° about z: right, down, away.
_t, _p = math.radians(27), math.radians(19)
RIGHT = np.array([math.cos(_p), math.sin(_p), 0])
AWAY = np.array([-math.sin(_p) * math.cos(_t), math.cos(_p) * math.cos(_t), math.sin(_t)])
DOWN = np.cross(AWAY, RIGHT)


def median_ms(draw):
    times = []
    # The first is not counted, as in the bench.
    for run in range(RUNS + 1):
        before = time.perf_counter()
        draw(run)
        times.append((time.perf_counter() - before) * 1e3)
    return sorted(times[1:])[RUNS // 2]


def reslice(planes, mode, side=1024):
    pixel_mm = ROOM_MM / side

    def draw(run):
        cut = vtk.vtkImageReslice()
        cut.SetInputData(image)
        cut.SetInterpolationModeToLinear()
        cut.SetOutputDimensionality(2)
        matrix = vtk.vtkMatrix4x4()
        for column, axis in enumerate((RIGHT, DOWN, AWAY, MIDDLE + AWAY * 0.31 * run)):
            for row in range(3):
                matrix.SetElement(row, column, axis[row])
        cut.SetResliceAxes(matrix)
        cut.SetOutputSpacing(pixel_mm, pixel_mm, SPACING_MM)
        cut.SetOutputOrigin(-ROOM_MM / 2, -ROOM_MM / 2, 0)
        cut.SetOutputExtent(0, side - 1, 0, side - 1, 0, 0)
        if planes > 1:
            cut.SetSlabNumberOfSlices(planes)
            getattr(cut, f"SetSlabModeTo{mode}")()
        cut.Update()

    return draw


def whole_maximum(side=512):
    mapper = vtk.vtkFixedPointVolumeRayCastMapper()
    mapper.SetInputData(image)
    mapper.SetBlendModeToMaximumIntensity()
    mapper.SetAutoAdjustSampleDistances(0)
    mapper.SetSampleDistance(SPACING_MM)
    mapper.SetImageSampleDistance(1)
    mapper.SetNumberOfThreads(2)
    opacity, color = vtk.vtkPiecewiseFunction(), vtk.vtkColorTransferFunction()
    for value, share in ((-1000, 0), (1000, 1)):
        opacity.AddPoint(value, share)
        color.AddRGBPoint(value, share, share, share)
    look = vtk.vtkVolumeProperty()
    look.SetScalarOpacity(opacity)
    look.SetColor(color)
    look.SetInterpolationTypeToLinear()
    volume = vtk.vtkVolume()
    volume.SetMapper(mapper)
    volume.SetProperty(look)
    renderer = vtk.vtkRenderer()
    renderer.AddVolume(volume)
    window = vtk.vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetSize(side, side)
    window.AddRenderer(renderer)
    camera = renderer.GetActiveCamera()
    camera.ParallelProjectionOn()
    camera.SetParallelScale(ROOM_MM / 2)

    def draw(run):
        # Each run a little further round: otherwise the picture would be there already.
        turned = RIGHT * math.sin(0.003 * run) + AWAY * math.cos(0.003 * run)
        camera.SetFocalPoint(*MIDDLE)
        camera.SetPosition(*(MIDDLE - turned * 1000))
        camera.SetViewUp(*-DOWN)
        renderer.ResetCameraClippingRange()
        window.Render()

    return draw


print(f"VTK {vtk.VTK_VERSION}")
print("oblique plane", median_ms(reslice(1, "Mean")))
print("slab maximum", median_ms(reslice(SLAB_PLANES, "Max")))
print("slab minimum", median_ms(reslice(SLAB_PLANES, "Min")))
print("slab mean", median_ms(reslice(SLAB_PLANES, "Mean")))
print("whole maximum", median_ms(whole_maximum()))
