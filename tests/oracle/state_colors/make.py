"""Colours of presentation states: palettes as pydicom applies them, CIELab as littlecms has it, and states that highdicom writes.

"palettes": red, green and blue tables as bytes of their elements, hexadecimal, and the colour of each input from 0 on, of 8 bits.
"lab": 1,200 seeded colours of 8 bits a part (16 bits are 257 times as much), and their sRGB. "states": files in tests/data/states, and the
sRGB of the picture that each makes of its image, pixel for pixel, its ICC profile applied.
"""
import io
import pathlib
import sys

import highdicom as hd
import numpy as np
import pydicom
from PIL import Image, ImageCms
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import apply_color_lut
from pydicom.uid import ExplicitVRLittleEndian

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

FOLDER = DATA / "states"
# cmsFLAGS_NOOPTIMIZE: every colour goes through the profiles' own curves and tables.
NO_OPTIMIZE = 0x0100
SRGB = ImageCms.createProfile("sRGB")
random = np.random.default_rng(20261129)


def mapped(source, mode, bands):
    image = Image.merge(mode, [Image.fromarray(np.ascontiguousarray(band.astype(np.uint8))) for band in bands])
    transform = ImageCms.buildTransform(source, SRGB, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, NO_OPTIMIZE)
    return np.asarray(ImageCms.applyTransform(image, transform))


def palette(bits, count, is_segmented):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    highest = (1 << bits) - 1
    raw = []
    for color in ("Red", "Green", "Blue"):
        setattr(d, f"{color}PaletteColorLookupTableDescriptor", [count % 65536, 0, bits])
        if is_segmented:
            # No indirect ones, whose offset pydicom 3.0.2 counts otherwise.
            start = [0, 2, *map(int, random.integers(0, highest, 2)), 1, 6, int(random.integers(0, highest))]
            # The length of a line is a unit, of bytes at most 255.
            left, lines = count - 8, []
            while left:
                length = min(left, 200)
                lines += [1, length, int(random.integers(0, highest))]
                left -= length
            units = start + lines
            data = np.array(units, np.uint8 if bits == 8 else np.uint16).tobytes()
            data += b"\0" * (len(data) % 2)
            setattr(d, f"Segmented{color}PaletteColorLookupTableData", data)
        else:
            data = random.integers(0, highest + 1, count).astype(np.uint8 if bits == 8 else np.uint16).tobytes()
            setattr(d, f"{color}PaletteColorLookupTableData", data)
        raw.append(data.hex())
    d.PixelRepresentation = 0
    inputs = np.arange(count, dtype=np.uint16).reshape(1, -1)
    colors = apply_color_lut(inputs, d)[0]
    assert colors.max() <= highest
    colors = (colors >> (bits - 8)).astype(np.uint8)
    return {"bits": bits, "count": count, "is_segmented": is_segmented, "tables": raw, "colors": colors.tobytes().hex()}


def image(rows, columns, is_color):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d.SOPClassUID = d.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = f"2.25.{710 + is_color}"
    d.StudyInstanceUID, d.SeriesInstanceUID, d.FrameOfReferenceUID = "2.25.700", f"2.25.{720 + is_color}", "2.25.701"
    d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = "ZZCANARY^COLOUR", "ZZCANARY", "", "O"
    d.StudyDate, d.StudyTime, d.StudyID, d.AccessionNumber, d.ReferringPhysicianName = "20261128", "100000", "1", "", ""
    d.Modality, d.ConversionType, d.SeriesNumber, d.InstanceNumber = "OT", "WSD", 1 + is_color, 1
    d.Rows, d.Columns, d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = rows, columns, 8, 8, 7, 0
    d.SamplesPerPixel, d.PhotometricInterpretation = (3, "RGB") if is_color else (1, "MONOCHROME2")
    if is_color:
        d.PlanarConfiguration = 0
    pixels = random.integers(0, 256, (rows, columns, 3) if is_color else (rows, columns)).astype(np.uint8)
    d.PixelData = pixels.tobytes()
    return d, pixels


def common(number):
    return {
        "series_instance_uid": "2.25.730", "series_number": 9, "sop_instance_uid": f"2.25.{740 + number}", "instance_number": number + 1,
        "manufacturer": "nobody", "manufacturer_model_name": "none", "software_versions": "1", "device_serial_number": "1",
        "content_label": ["PSEUDO", "COLOUR"][number], "content_creator_name": "Tester^One", "content_description": "",
    }


def states():
    # Of an input device, as DICOM wants it.
    profile = (DATA / "icc/adobe.icc").read_bytes().replace(b"mntr", b"scnr", 1)
    source = ImageCms.getOpenProfile(io.BytesIO(profile))
    gray, values = image(16, 24, False)
    tables = random.integers(0, 65536, (3, 256)).astype(np.uint16)
    luts = [hd.PaletteColorLUT(0, table, color=color) for table, color in zip(tables, ("red", "green", "blue"))]
    pseudo = hd.pr.PseudoColorSoftcopyPresentationState(
        referenced_images=[gray],
        palette_color_lut_transformation=hd.PaletteColorLUTTransformation(*luts),
        icc_profile=profile,
        **common(0),
    )
    # The identity of 8 bits. highdicom 0.28.2 takes a VOI LUT for none of its own kinds here.
    pseudo.SoftcopyVOILUTSequence = [hd.pr.SoftcopyVOILUTTransformation(window_center=128, window_width=256)]
    colors = apply_color_lut(values, pseudo)
    assert (colors == tables[:, values].transpose(1, 2, 0)).all()
    shown = mapped(source, "RGB", np.moveaxis(colors >> 8, 2, 0))
    color, colors = image(16, 24, True)
    layer = hd.pr.GraphicLayer("NOTES", 1, display_color=hd.color.CIELabColor(60.0, 50.0, -40.0))
    graphic = hd.pr.GraphicObject("POINT", np.array([[2.0, 3.0]]), units="PIXEL")
    group = hd.pr.GraphicAnnotation(referenced_images=[color], graphic_layer=layer, graphic_objects=[graphic])
    of_color = hd.pr.ColorSoftcopyPresentationState(
        referenced_images=[color], icc_profile=profile, graphic_layers=[layer], graphic_annotations=[group], **common(1)
    )
    FOLDER.mkdir(exist_ok=True)
    made = []
    for name, image_, state, picture in [("pseudo", gray, pseudo, shown), ("color", color, of_color, mapped(source, "RGB", np.moveaxis(colors, 2, 0)))]:
        image_.save_as(FOLDER / f"{name}-image.dcm", enforce_file_format=True)
        # The same whenever it is made.
        state.PresentationCreationDate, state.PresentationCreationTime = "20261128", "100000"
        for attribute in ("ContentDate", "ContentTime", "SeriesDate", "SeriesTime", "InstanceCreationDate", "InstanceCreationTime", "ContributingEquipmentSequence"):
            if attribute in state:
                delattr(state, attribute)
        state.save_as(FOLDER / f"{name}-state.dcm", enforce_file_format=True)
        made.append({"image": f"{name}-image.dcm", "state": f"{name}-state.dcm", "colors": picture.tobytes().hex()})
    return made


cases = [palette(8, 256, False), palette(16, 256, False), palette(16, 1024, False), palette(8, 64, False), palette(8, 256, True), palette(16, 2048, True)]
lab = random.integers(0, 256, (1200, 3))
lab[:300, 1:] = random.integers(108, 149, (300, 2))
shown = mapped(ImageCms.createProfile("LAB"), "LAB", [band.reshape(1, -1) for band in lab.T])[0]
versions = tools("pydicom", "highdicom", "pillow", "numpy") | {"littlecms": ImageCms.core.littlecms_version}
values = {"tools": versions, "palettes": cases, "lab": {"before": lab.astype(np.uint8).tobytes().hex(), "after": shown.tobytes().hex()}}
write(pathlib.Path(__file__).with_name("expected.json"), values | {"states": states()})
