"""Where the slices of a series lie: order, spacing, corners, orientation letters, tilt. All in mm, LPS.

PS3.3 C.7.6.2.1.1: position of pixel (column i, row j) = IPP + row_direction * column_spacing * i + column_direction * row_spacing * j.
The normal is row_direction x column_direction of the first slice; slices ascend along it. HOTLIGHT_DATA=DIR adds whole series of a
larger folder, written to expected-large.json. SimpleITK's ImageSeriesReader is held against origin, spacing and direction.

Multi-frame objects, some of them made here (`made/`): which frames make a stack, in which order, and where it lies.
"""
import os
import pathlib
import sys

import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.dataset import Dataset, FileMetaDataset

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

sitk.ProcessObject.SetGlobalWarningDisplay(False)
HERE = pathlib.Path(__file__)
LARGE = ["ct-gantry-tilt/p1", "mr-oblique/t1-130"]
MULTI_FRAME_LARGE = [
    "ct-enhanced/eCT_Supplemental.dcm", "ct-enhanced/legacy-converted/multiframe/mf.dcm", "derived/seg-sr/partial_overlaps.dcm",
    "derived/seg-sr/seg.dcm", "derived/small/rtdose.dcm", "mr-enhanced/multi-vendor/001.dcm", "mr-enhanced/multi-vendor/IM-0001-0001-0001.dcm",
    "mr-enhanced/multi-vendor/IM-0001-0170-0001.dcm", "mr-enhanced/multi-vendor/IM-0001-3835-0001.dcm",
    "mr-enhanced/xa30/0001_1.3.12.2.1107.5.2.43.67093.2022071112090640678703211.dcm",
    "mr-enhanced/xa30/0001_1.3.12.2.1107.5.2.43.67093.2022071112125258396908978.dcm"]
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


def group(frame, shared, sequence):
    """The item of a functional group: the frame's own, or that of all frames."""
    for item in (frame, shared):
        if item is not None and sequence in item:
            return item[sequence].value[0]
    return Dataset()


def frames(d):
    """Position, orientation, spacing of each frame, and what tells frames of one place apart: segment, b-value, gradient."""
    count = int(d.NumberOfFrames)
    if "PerFrameFunctionalGroupsSequence" not in d:
        detector = d.DetectorInformationSequence[0] if "DetectorInformationSequence" in d else d
        position, orientation = (np.array(detector[k].value, float) for k in ("ImagePositionPatient", "ImageOrientationPatient"))
        offsets = np.array(d.GridFrameOffsetVector, float) if "GridFrameOffsetVector" in d else (np.array(d.SliceVector) - 1) * float(d.SpacingBetweenSlices)
        slots = d.get("TimeSlotVector") or [None] * count
        normal = np.cross(orientation[:3], orientation[3:])
        return [(position + normal * offsets[i], orientation, d.PixelSpacing, (slots[i],)) for i in range(count)]
    shared = d.SharedFunctionalGroupsSequence[0] if "SharedFunctionalGroupsSequence" in d else None
    found = []
    for item in d.PerFrameFunctionalGroupsSequence:
        of = lambda sequence: group(item, shared, sequence)
        diffusion = of("MRDiffusionSequence")
        direction = diffusion.get("DiffusionGradientDirectionSequence")
        gradient = tuple(direction[0].DiffusionGradientOrientation) if direction else ()
        found.append((
            np.array(of("PlanePositionSequence").ImagePositionPatient, float), np.array(of("PlaneOrientationSequence").ImageOrientationPatient, float),
            of("PixelMeasuresSequence").PixelSpacing,
            (of("SegmentIdentificationSequence").get("ReferencedSegmentNumber", 0), diffusion.get("DiffusionBValue", -1.0), gradient)))
    return found


def multi_frame(path, root):
    d = pydicom.dcmread(path)
    stacks = {}
    for number, frame in enumerate(frames(d), 1):
        stacks.setdefault(frame[3], []).append((number, *frame[:3]))
    described = []
    for key in sorted(stacks, key=lambda key: (key[:2], min(number for number, *_ in stacks[key]))):
        _, _, orientation, spacing = stacks[key][0]
        row, column = orientation[:3], orientation[3:]
        normal = np.cross(row, column)
        stack = sorted(stacks[key], key=lambda frame: frame[1] @ normal)
        steps = np.diff([position @ normal for _, position, *_ in stack])
        described.append({
            "frames": [number for number, *_ in stack], "spacing_mm": floats([*map(float, spacing), np.median(steps) if len(steps) else 0]),
            "origin_mm": floats(stack[0][1]), "row_direction": floats(row), "column_direction": floats(column), "normal": floats(normal)})
    [stack, *others] = described
    if not others and stack["frames"] == list(range(1, len(stack["frames"]) + 1)) and len(stack["frames"]) > 1 and d.Modality != "NM":
        image = sitk.ReadImage(str(path))
        spacing = stack["spacing_mm"]
        assert np.allclose(image.GetSpacing(), (spacing[1], spacing[0], spacing[2]), atol=1e-2), (path, image.GetSpacing(), spacing)
        assert np.allclose(image.GetOrigin(), stack["origin_mm"], atol=1e-4), path
        theirs = np.array(image.GetDirection()).reshape(3, 3).T
        assert np.allclose(theirs, [stack[k] for k in ("row_direction", "column_direction", "normal")], atol=1e-4), path
    return {"file": path.relative_to(root).as_posix(), "stacks": described}


def item(**attributes):
    d = Dataset()
    for keyword, value in attributes.items():
        setattr(d, keyword, value)
    return d


def base(name, sop_class, modality, count, **attributes):
    d = item(
        SOPClassUID=sop_class, SOPInstanceUID=f"2.25.77.{len(name)}", StudyInstanceUID="2.25.78", SeriesInstanceUID=f"2.25.79.{len(name)}",
        PatientName="ZZCANARY^FRAMES", PatientID="ZZ77", Modality=modality, InstanceNumber="1", FrameOfReferenceUID="2.25.80", Rows=4, Columns=5,
        NumberOfFrames=str(count), SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2", BitsAllocated=16, BitsStored=16, HighBit=15,
        PixelRepresentation=0, **attributes)
    d.PixelData = np.arange(count * 20, dtype="<u2").tobytes()
    return d


def save(name, d):
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    path = HERE.with_name("made") / name
    path.parent.mkdir(exist_ok=True)
    d.save_as(path, enforce_file_format=True)
    return path


def made():
    """Diffusion with shuffled frames, and a gated reconstruction of nuclear medicine."""
    row, column = np.array([0.96, 0.28, 0.0]), np.array([-0.28 * 0.8, 0.96 * 0.8, 0.6])
    normal = np.cross(row, column)
    weightings = [(0.0, None)] + [(1000.0, g) for g in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])]
    wanted = [(place, *weighting) for place in range(4) for weighting in weightings]
    order = np.random.default_rng(7).permutation(len(wanted))
    d = base("diffusion", "1.2.840.10008.5.1.4.1.1.4.1", "MR", len(wanted))
    d.SharedFunctionalGroupsSequence = [item(
        PixelMeasuresSequence=[item(PixelSpacing=[1.5, 2.0], SliceThickness=3.0)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=floats([*row, *column]))])]
    d.PerFrameFunctionalGroupsSequence = []
    for place, b, gradient in (wanted[i] for i in order):
        direction = {"DiffusionGradientDirectionSequence": [item(DiffusionGradientOrientation=gradient)]} if gradient else {}
        d.PerFrameFunctionalGroupsSequence.append(item(
            FrameContentSequence=[item(StackID="1", InStackPositionNumber=place + 1)],
            PlanePositionSequence=[item(ImagePositionPatient=floats(np.array([-10.0, 5.0, 30.0]) + normal * 3.3 * place))],
            MRDiffusionSequence=[item(DiffusionBValue=b, **direction)],
            PixelValueTransformationSequence=[item(RescaleSlope=str(place + 1), RescaleIntercept="0", RescaleType="US")]))
    yield save("diffusion.dcm", d)
    place = dict(ImagePositionPatient=[1.0, 2.0, 3.0], ImageOrientationPatient=[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    yield save("gated.dcm", base(
        "gated", "1.2.840.10008.5.1.4.1.1.20", "NM", 6, PixelSpacing=[4.0, 4.0], SpacingBetweenSlices="4.5", SliceVector=[1, 2, 3, 1, 2, 3],
        TimeSlotVector=[1, 1, 1, 2, 2, 2], DetectorInformationSequence=[item(**place)], FrameIncrementPointer=[0x00540080, 0x00540070]))


TESTS = HERE.parents[2]
MULTI_FRAME = [*made(), *(DATA / name for name in ("formats/dcmqi/mf.dcm", "formats/highdicom/seg_image_ct_binary.dcm", "formats/pydicom/rtdose.dcm"))]
used = tools("pydicom", "numpy", "SimpleITK")
write(HERE.with_name("expected.json"), {
    "tools": used, "threshold": THRESHOLD, "corner_order": "first row: first, last column; last row: first, last column",
    "letter_cases": letter_cases(), "series": [series(DATA / name, DATA) for name in ("ct-gantry-tilt", "mr-oblique")],
    "multi_frame": [multi_frame(path, TESTS) for path in MULTI_FRAME]})
if root := os.environ.get("HOTLIGHT_DATA"):
    root = pathlib.Path(root)
    write(HERE.with_name("expected-large.json"), {
        "tools": used, "threshold": THRESHOLD, "series": [series(root / name, root) for name in LARGE],
        "multi_frame": [multi_frame(root / name, root) for name in MULTI_FRAME_LARGE]})
