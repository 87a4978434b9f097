"""Blending states whole: PS3.3 C.11.14, PS3.4 N.2.4.3, and the registrations that some of them need.

Writes two stacks of one frame of reference, the second oblique and coarser, a third in a frame of reference of its own, a registration of two matrices, and
seeded blending states into tests/data/blending; and the picture that each state makes of each image it is for. The picture is at one pixel a pixel of the
underlying image; the superimposed one is found between eight voxels, in double precision by numpy, where a voxel reaches half the way to the next.
"slack" is by how much a level may differ: half a step of gray, and what one entry of the palette more or less makes.
"""
import pathlib
import shutil
import sys

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from PIL import ImageCms

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

FOLDER = DATA / "blending"
UID = "2.25.2026112815"
ROWS, COLUMNS, SLICES = 18, 22, 4
random = np.random.default_rng(20261128)
PROFILE = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
# Date and time of its making: the same whenever it is made.
PROFILE[24:36] = bytes(12)
PROFILE = bytes(PROFILE)


def rotation(axis, degrees):
    axis = np.array(axis, float) / np.linalg.norm(axis)
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    a = np.radians(degrees)
    return np.eye(3) + np.sin(a) * k + (1 - np.cos(a)) * k @ k


def rigid(turn, shift):
    m = np.eye(4)
    m[:3, :3], m[:3, 3] = turn, shift
    return m


class Stack:
    """Images side by side; `affine` is from column, row, slice to the patient, as the files say it."""

    def __init__(self, number, modality, size, spacing, step, turn, middle, frame, signed, line):
        columns, rows, slices = self.size = size
        self.number, self.modality, self.frame, self.signed, self.line = number, modality, frame, signed, line
        turn = np.round(turn, 9)
        origin = np.array(middle) - turn @ ((np.array(size) - 1.0) / 2 * np.array([spacing[1], spacing[0], step]))
        self.orientation = [float(v) for v in (*turn[:, 0], *turn[:, 1])]
        self.spacing, self.step = spacing, step
        self.positions = [[float(f"{v:.6f}") for v in origin + turn[:, 2] * step * k] for k in range(slices)]
        low, high = (-2000, 2000) if signed else (0, 4000)
        # Smooth, so that values between voxels are worth something, with a little noise.
        z, y, x = np.mgrid[:slices, :rows, :columns]
        waves = sum(np.sin(x * random.uniform(.2, .6) + y * random.uniform(.2, .6) + z * random.uniform(.3, .9) + random.uniform(0, 6)) for _ in range(4))
        words = (low + high) / 2 + waves * (high - low) / 9 + random.normal(0, (high - low) / 60, waves.shape)
        self.words = np.clip(np.round(words), low, high).astype(np.int16 if signed else np.uint16)
        first, last = np.array(self.positions[0]), np.array(self.positions[-1])
        self.affine = np.eye(4)
        self.affine[:3, 0] = np.array(self.orientation[:3]) * spacing[1]
        self.affine[:3, 1] = np.array(self.orientation[3:]) * spacing[0]
        self.affine[:3, 2] = (last - first) / (slices - 1)
        self.affine[:3, 3] = first

    def uid(self, k):
        return f"{UID}.{self.number}.{k + 1}"

    def series(self):
        return f"{UID}.{self.number}"

    def save(self):
        for k, words in enumerate(self.words):
            d = begin("1.2.840.10008.5.1.4.1.1.7" if self.modality == "OT" else {"CT": "1.2.840.10008.5.1.4.1.1.2", "PT": "1.2.840.10008.5.1.4.1.1.128", "MR": "1.2.840.10008.5.1.4.1.1.4"}[self.modality], self.uid(k), self.series(), self.modality, self.number)
            d.FrameOfReferenceUID, d.InstanceNumber = self.frame, k + 1
            d.ImagePositionPatient, d.ImageOrientationPatient = self.positions[k], self.orientation
            d.PixelSpacing, d.SliceThickness = list(self.spacing), self.step
            d.Rows, d.Columns, d.SamplesPerPixel, d.PhotometricInterpretation = *words.shape, 1, "MONOCHROME2"
            d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, int(self.signed)
            d.RescaleSlope, d.RescaleIntercept = self.line
            # What the images say of their gray does not count under a state.
            d.WindowCenter, d.WindowWidth = 7, 9
            d.PixelData = words.astype("<i2" if self.signed else "<u2").tobytes()
            d.save_as(FOLDER / f"{self.modality.lower()}-{k + 1}.dcm", enforce_file_format=True)

    def at(self, points):
        """Words between voxels at points of the patient, and where there are any."""
        c = np.linalg.inv(self.affine) @ np.vstack([points, np.ones(points.shape[1])])
        c, size = c[:3], np.array(self.size)[:, None]
        inside = ((np.floor(c + .5) >= 0) & (np.floor(c + .5) < size)).all(0)
        low = np.floor(c)
        share, total = c - low, np.zeros(c.shape[1])
        for corner in np.ndindex(2, 2, 2):
            offset = np.array(corner)[:, None]
            weight = np.where(offset == 1, share, 1 - share).prod(0)
            x, y, z = np.clip(low + offset, 0, size - 1).astype(int)
            total += weight * self.words[z, y, x]
        return total, inside


def begin(sop, uid, series, modality, number):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d.SOPClassUID = d.file_meta.MediaStorageSOPClassUID = sop
    d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = uid
    d.StudyInstanceUID, d.SeriesInstanceUID, d.SeriesNumber, d.Modality = f"{UID}.0", series, number, modality
    d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = "ZZCANARY^BLENDED", "ZZCANARY", "", "O"
    d.StudyDate, d.StudyTime, d.StudyID, d.AccessionNumber, d.ReferringPhysicianName = "20261128", "100000", "1", "", ""
    return d


def item(**values):
    d = Dataset()
    for name, value in values.items():
        setattr(d, name, value)
    return d


def window(center, width, function, value):
    """PS3.3 C.11.2.1.2, C.11.2.1.3: the share of the output."""
    if function == "LINEAR":
        share = (value - (center - .5)) / (width - 1) + .5
    elif function == "LINEAR_EXACT":
        share = (value - center) / width + .5
    else:
        return 1 / (1 + np.exp(-4 * (value - center) / width))
    return np.clip(share, 0, 1)


def look(stack):
    """A modality LUT and a window that fits its values."""
    slope, intercept = random.choice([None, 0.5, 2.0, 1.25]), float(random.integers(-900, 900))
    line = (1.0, 0.0) if slope is None else (float(slope), intercept)
    values = stack.words * line[0] + line[1]
    low, high = np.percentile(values, [random.uniform(2, 25), random.uniform(75, 98)])
    function = str(random.choice(["LINEAR", "LINEAR_EXACT", "SIGMOID"]))
    center, width = float(f"{(low + high) / 2:.1f}"), float(f"{max(high - low, 2):.1f}")
    part = Dataset()
    if slope is not None:
        part.RescaleSlope, part.RescaleIntercept, part.RescaleType = line[0], line[1], "US"
    voi = item(WindowCenter=center, WindowWidth=width)
    if function != "LINEAR" or random.integers(2):
        voi.VOILUTFunction = function
    part.SoftcopyVOILUTSequence = [voi]
    return part, lambda words: window(center, width, function, words * line[0] + line[1])


def references(stack, images):
    classes = {"CT": "1.2.840.10008.5.1.4.1.1.2", "PT": "1.2.840.10008.5.1.4.1.1.128", "MR": "1.2.840.10008.5.1.4.1.1.4"}
    named = [item(ReferencedSOPClassUID=classes[stack.modality], ReferencedSOPInstanceUID=stack.uid(k)) for k in images]
    return [item(SeriesInstanceUID=stack.series(), ReferencedImageSequence=named)]


def palette():
    """256 colours, each near the one before."""
    steps = random.integers(-2, 3, (256, 3))
    steps[:, random.integers(3)] = random.choice([0, 1, 1])
    colors = np.clip(random.integers(20, 230, 3) + np.cumsum(steps, 0), 0, 255)
    return colors.astype(np.uint8)


def turned(picture, quarters, flips):
    picture = np.rot90(picture, -quarters)
    return picture[:, ::-1] if flips else picture


def corners(left, top, right, bottom, quarters, flips):
    """The pixel that is top left once all is turned, and the one that is bottom right: PS3.3 C.10.4."""
    columns, rows = np.meshgrid(np.arange(left, right + 1), np.arange(top, bottom + 1))
    columns, rows = turned(columns, quarters, flips), turned(rows, quarters, flips)
    return [int(columns[0, 0]), int(rows[0, 0])], [int(columns[-1, -1]), int(rows[-1, -1])]


def state(number, base, layer, layer_from_base, registration):
    d = begin("1.2.840.10008.5.1.4.1.1.11.4", f"{UID}.9.{number}", f"{UID}.9", "PR", 9)
    d.InstanceNumber, d.ContentLabel, d.ContentDescription, d.ContentCreatorName = number, f"BLEND{number}", "", "Tester^One"
    d.PresentationCreationDate, d.PresentationCreationTime = "20261128", "100000"
    for_images = sorted(random.choice(SLICES, random.integers(1, SLICES + 1), replace=False).tolist())
    parts, shares = [], []
    for position, stack, images in (("UNDERLYING", base, for_images), ("SUPERIMPOSED", layer, range(layer.size[2]))):
        part, share = look(stack)
        part.BlendingPosition, part.StudyInstanceUID = position, f"{UID}.0"
        part.ReferencedSeriesSequence = references(stack, images)
        parts.append(part)
        shares.append(share)
    # The order of the two does not tell which is which.
    d.BlendingSequence = parts if random.integers(2) else parts[::-1]
    opacity = [0.0, 1.0, 0.5][number - 1] if number <= 3 else float(np.float32(random.uniform(0.05, 0.95)))
    d.RelativeOpacity = opacity
    if registration:
        d.ReferencedSpatialRegistrationSequence = [item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.66.1", ReferencedSOPInstanceUID=registration)]
    colors = palette()
    for name, table in zip(("Red", "Green", "Blue"), colors.T):
        setattr(d, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 8])
        setattr(d, f"{name}PaletteColorLookupTableData", np.ascontiguousarray(table).tobytes())
    d.ICCProfile = PROFILE
    quarters, flips = (int(random.integers(4)), bool(random.integers(2))) if number % 2 else (0, False)
    if quarters or flips:
        d.ImageRotation, d.ImageHorizontalFlip = 90 * quarters, "Y" if flips else "N"
    left, top, right, bottom = 1, 1, COLUMNS, ROWS
    if number % 3 == 0:
        left, top = (int(v) for v in random.integers(1, 6, 2))
        right, bottom = COLUMNS - int(random.integers(0, 6)), ROWS - int(random.integers(0, 6))
    top_left, bottom_right = corners(left, top, right, bottom, quarters, flips)
    d.DisplayedAreaSelectionSequence = [item(DisplayedAreaTopLeftHandCorner=top_left, DisplayedAreaBottomRightHandCorner=bottom_right, PresentationSizeMode="SCALE TO FIT", PresentationPixelAspectRatio=[1, 1])]
    d.save_as(FOLDER / f"state-{number}.dcm", enforce_file_format=True)
    k = int(random.choice(for_images))
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    here = np.vstack([columns.ravel(), rows.ravel(), np.full(rows.size, k), np.ones(rows.size)])
    words, inside = layer.at((layer_from_base @ base.affine @ here)[:3])
    below = np.repeat((shares[0](base.words[k].astype(float)) * 255).reshape(-1, 1), 3, 1)
    # Each colour has as large a share of the window as any other.
    entry = np.minimum((shares[1](words) * 256).astype(int), 255)
    near = [colors[np.clip(entry + by, 0, 255)].astype(int) for by in (-1, 0, 1)]
    mixed = np.where(inside[:, None], opacity * near[1] + (1 - opacity) * below, below)
    steps = np.maximum(abs(near[0] - near[1]), abs(near[2] - near[1]))
    slack = np.where(inside[:, None], opacity * steps, 0) + .5
    shape = lambda values: turned(values.reshape(ROWS, COLUMNS, 3)[top - 1:bottom, left - 1:right], quarters, flips)
    picture, slack = shape(mixed), shape(slack)
    return {
        "state": f"state-{number}.dcm", "slice": k + 1, "width": picture.shape[1], "height": picture.shape[0], "opacity": opacity,
        "over": f"{int(inside.sum())} of {inside.size}", "colors": np.round(picture).astype(np.uint8).tobytes().hex(), "slack": int(np.ceil(slack.max())),
    }


shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
ct = Stack(1, "CT", (COLUMNS, ROWS, SLICES), (1.5, 1.5), 4.0, np.eye(3), (5, -10, 30), f"{UID}.7", True, (1.0, -1024.0))
pet = Stack(2, "PT", (13, 11, 6), (2.5, 3.0), 3.5, rotation((1, 2, 3), 12), (7, -11, 31), f"{UID}.7", False, (0.75, 0.0))
turn = rotation((3, -1, 2), 35)
# From the frame of reference of the MR to that of the CT: a shift after a turn, as the product of two matrices.
shift, spin = rigid(np.eye(3), (40.5, -12.25, 8.0)), rigid(np.round(turn, 9), (0, 0, 0))
ct_from_mr = shift @ spin
middle = np.linalg.inv(ct_from_mr) @ np.array([4, -9, 29, 1])
mr = Stack(3, "MR", (12, 14, 5), (2.0, 2.0), 4.5, rotation((2, 1, -1), 20), middle[:3], f"{UID}.8", False, (1.0, 0.0))
for stack in (ct, pet, mr):
    stack.save()
r = begin("1.2.840.10008.5.1.4.1.1.66.1", f"{UID}.6.1", f"{UID}.6", "REG", 6)
r.FrameOfReferenceUID, r.InstanceNumber, r.ContentLabel, r.ContentDescription, r.ContentCreatorName = ct.frame, 1, "REGISTERED", "", ""
r.ContentDate, r.ContentTime = "20261128", "100000"
matrix = lambda m: item(FrameOfReferenceTransformationMatrix=[f"{v:.9g}" for v in m.ravel()], FrameOfReferenceTransformationMatrixType="RIGID")
related = lambda frame, *matrices: item(FrameOfReferenceUID=frame, MatrixRegistrationSequence=[item(MatrixSequence=[matrix(m) for m in matrices], RegistrationTypeCodeSequence=[])])
r.RegistrationSequence = [related(ct.frame, np.eye(4)), related(mr.frame, shift, spin)]
r.save_as(FOLDER / "registration.dcm", enforce_file_format=True)
states = []
for number in range(1, 25):
    over, layer_from_base = (mr, np.linalg.inv(ct_from_mr)) if number % 4 == 0 else (pet, np.eye(4))
    # One of them names none: the registration is found by the frames of reference.
    registration = r.SOPInstanceUID if over is mr and number != 8 else None
    states.append(state(number, ct, over, layer_from_base, registration))
probes = []
for _ in range(20):
    point = random.uniform(-60, 60, 3)
    probes.append({"mr": [float(f"{v:.6f}") for v in point], "ct": [float(v) for v in (ct_from_mr @ [*np.round(point, 6), 1])[:3]]})
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("pydicom", "numpy", "pillow"), "states": states, "points": probes})
