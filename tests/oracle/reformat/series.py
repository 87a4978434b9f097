"""A series of slices as voxels of modality values, and what is seen of the planes of a slab."""
import warnings

import numpy as np
import pydicom


def read(folder):
    images = [pydicom.dcmread(p) for p in sorted(folder.iterdir()) if p.is_file()]
    images = [d for d in images if "PixelData" in d]
    assert len({d.SeriesInstanceUID for d in images}) == 1, folder
    directions = lambda d: [v / np.linalg.norm(v) for v in np.array(d.ImageOrientationPatient, float).reshape(2, 3)]
    normal = np.cross(*directions(images[0]))
    images.sort(key=lambda d: np.array(d.ImagePositionPatient, float) @ normal)
    row, column = directions(images[0])
    position = lambda d: np.array(d.ImagePositionPatient, float)
    row_mm, column_mm = map(float, images[0].PixelSpacing)
    step = (position(images[-1]) - position(images[0])) / (len(images) - 1)
    voxels = np.stack([d.pixel_array.astype(np.float64) * float(d.get("RescaleSlope", 1) or 1) + float(d.get("RescaleIntercept", 0) or 0) for d in images])
    axes = np.stack([row * column_mm, column * row_mm, step], axis=1)
    return voxels, axes, position(images[0])


def project(planes, how):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {"mip": np.nanmax, "minip": np.nanmin, "mean": np.nanmean}[how](planes, axis=0)
