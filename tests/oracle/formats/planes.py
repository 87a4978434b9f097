"""Where frames lie: from the attributes, and the same from SimpleITK (classic objects) and highdicom (functional groups)."""
import numpy as np
import SimpleITK as sitk
from highdicom.spatial import ImageToReferenceTransformer

sitk.ProcessObject.SetGlobalWarningDisplay(False)


def plane(d, frame):
    """Image Position, Image Orientation, Pixel Spacing: 3 + 6 + 2 numbers; None where one is missing. Functional groups where there are any."""
    group = lambda name: functional_group(d, frame, name) or {}
    if "SharedFunctionalGroupsSequence" in d or "PerFrameFunctionalGroupsSequence" in d:
        holders = [group("PlanePositionSequence"), group("PlaneOrientationSequence"), group("PixelMeasuresSequence")]
    elif d.get("NumberOfFrames", 1) in (None, 1):
        holders = [d, d, d]
    else:
        return None
    values = [h.get(k) for h, k in zip(holders, ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"])]
    if [len(v or []) for v in values] != [3, 6, 2]:
        return None
    return [float(x) for v in values for x in v]


def functional_group(d, frame, name):
    """The item for this frame, or the shared one. PS3.3 C.7.6.16."""
    own = d.get("PerFrameFunctionalGroupsSequence") or []
    for groups in [*own[frame:frame + 1], *(d.get("SharedFunctionalGroupsSequence") or [])]:
        if groups.get(name):
            return groups[name][0]
    return None


def is_confirmed(path, d, frame, values):
    """Whether a program that reads the file by itself puts the frame there. None: none does."""
    x, y = np.array(values[3:6]), np.array(values[6:9])
    expected = np.column_stack([x * values[10], y * values[9], values[:3]])
    if "PerFrameFunctionalGroupsSequence" in d:
        try:
            theirs = ImageToReferenceTransformer.for_image(d, frame_number=frame + 1).affine
        except (ValueError, TypeError, AttributeError, KeyError):
            return None
        # Its origin is the corner of the first pixel.
        theirs = np.column_stack([theirs[:3, :2], theirs[:3, :2] @ [0.5, 0.5] + theirs[:3, 3]])
    else:
        reader = sitk.ImageFileReader()
        reader.SetFileName(str(path))
        try:
            reader.ReadImageInformation()
        except RuntimeError:
            return None
        direction, spacing = np.array(reader.GetDirection()).reshape(3, 3), reader.GetSpacing()
        theirs = np.column_stack([direction[:, 0] * spacing[0], direction[:, 1] * spacing[1], reader.GetOrigin()])
    return bool(np.allclose(theirs, expected, rtol=1e-4, atol=1e-4))


def series(folder, root):
    """A folder with one series of classic slices as SimpleITK's GDCM reader stacks it; None for any other folder."""
    try:
        ids = sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder))
        if len(ids) != 1:
            return None
        files = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), ids[0])
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(files)
        reader.MetaDataDictionaryArrayUpdateOn()
        image = reader.Execute()
    except RuntimeError:
        return None
    if image.GetDimension() != 3 or len(files) < 2 or image.GetSize()[2] != len(files) or not reader.HasMetaDataKey(0, "0020|0032"):
        return None
    direction = np.array(image.GetDirection()).reshape(3, 3).T
    positions = [[float(x) for x in reader.GetMetaData(k, "0020|0032").split("\\")] for k in range(len(files))]
    along = [float(f"{np.dot(direction[2], p):.9g}") for p in positions]
    steps = np.diff(along)
    return {
        "folder": folder.relative_to(root).as_posix(),
        "is_regular": bool(len(steps) > 1 and steps.min() > 0.01 and np.ptp(steps) <= 0.01 * np.median(steps)),
        "size": image.GetSize(), "order": [reader.GetMetaData(k, "0008|0018").strip() for k in range(len(files))],
        "origin_mm": image.GetOrigin(), "spacing_mm": image.GetSpacing(), "row_direction": direction[0].tolist(),
        "column_direction": direction[1].tolist(), "normal": direction[2].tolist(), "along_normal_mm": along}
