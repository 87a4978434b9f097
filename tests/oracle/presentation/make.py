"""Presentation states that Hotlight wrote, as pydicom and highdicom read them.

The suite writes them: `cargo test --test all oracle::presentation`, into target/tmp/presentation. Every element is listed by its
place. highdicom then builds layers, graphics, texts, windows, tables, palettes, profiles and equipment anew from what was read: it
refuses what is not of the standard, and what it builds must be what stands in the file. `voi` is what it makes of some values.
"""
import hashlib
import pathlib
import sys

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import ORACLE, tools, write

FOLDER = ORACLE.parents[1] / "target/tmp/presentation"
NAMES = ["gray", "table", "windowed-table", "drawn", "colour", "palette"]
VOLATILE = {0x00080012, 0x00080013, 0x00080018, 0x00080021, 0x00080031, 0x0020000E, 0x00700082, 0x00700083, 0x00282000}
SOFTWARE_VERSIONS = 0x00181020
LAB = "GraphicLayerRecommendedDisplayCIELabValue"


def value_of(element):
    value = element.value
    if element.VR in ("OB", "OW", "OB or OW"):
        return hashlib.sha256(value).hexdigest()
    if value is None or value == "" or value == []:
        return []
    values = list(value) if element.VM > 1 else [value]
    if element.VR in ("FL", "FD"):
        return [float(v) for v in values]
    if element.VR in ("US", "SS", "SL", "UL"):
        return [int(v) for v in values]
    return [str(v) for v in values]


def flat(dataset, place=""):
    for element in dataset:
        here = f"{place}{int(element.tag):08X}"
        if (element.tag in VOLATILE and not place) or element.tag == SOFTWARE_VERSIONS:
            continue
        if element.VR == "SQ":
            yield here, len(element.value)
            for number, item in enumerate(element.value):
                yield from flat(item, f"{here}.{number}.")
        else:
            yield here, value_of(element)


def same(built, read, *keywords):
    for keyword in keywords:
        assert getattr(built, keyword, None) == getattr(read, keyword, None), (keyword, built, read)


def graphics(state):
    for layer in state.get("GraphicLayerSequence", []):
        same(hd.pr.GraphicLayer(layer.GraphicLayer, int(layer.GraphicLayerOrder)), layer, "GraphicLayer", "GraphicLayerOrder")
    for annotation in state.get("GraphicAnnotationSequence", []):
        for read in annotation.get("GraphicObjectSequence", []):
            points = np.array(read.GraphicData, np.float64).reshape(-1, 2)
            filled = None if read.GraphicType == "POINT" else read.GraphicFilled == "Y"
            built = hd.pr.GraphicObject(read.GraphicType, points, read.GraphicAnnotationUnits, is_filled=bool(filled))
            same(built, read, "GraphicType", "GraphicAnnotationUnits", "NumberOfGraphicPoints", "GraphicData", "GraphicFilled")
        for read in annotation.get("TextObjectSequence", []):
            box = None
            if "BoundingBoxTopLeftHandCorner" in read:
                box = (*read.BoundingBoxTopLeftHandCorner, *read.BoundingBoxBottomRightHandCorner)
            units = read.get("AnchorPointAnnotationUnits") or read.BoundingBoxAnnotationUnits
            anchor = tuple(read.AnchorPoint) if "AnchorPoint" in read else None
            built = hd.pr.TextObject(read.UnformattedTextValue, units, bounding_box=box, anchor_point=anchor,
                                     anchor_point_visible=read.get("AnchorPointVisibility") == "Y")
            same(built, read, "UnformattedTextValue", "AnchorPoint", "BoundingBoxTopLeftHandCorner",
                 "BoundingBoxBottomRightHandCorner")


def voi(state):
    if "SoftcopyVOILUTSequence" not in state:
        return []
    item = state.SoftcopyVOILUTSequence[0]
    if "VOILUTSequence" in item:
        built = hd.pr.SoftcopyVOILUTTransformation(voi_luts=[hd.VOILUT.from_dataset(lut) for lut in item.VOILUTSequence])
        first = built.VOILUTSequence[0].first_mapped_value
        inputs = np.array([first + step for step in (-50, 0, 1, 7, 300, 899, 2000)], np.int32)
    else:
        function = item.get("VOILUTFunction", "LINEAR")
        built = hd.pr.SoftcopyVOILUTTransformation(float(item.WindowCenter), float(item.WindowWidth), voi_lut_function=function)
        inputs = np.linspace(float(item.WindowCenter) - float(item.WindowWidth), float(item.WindowCenter) + float(item.WindowWidth), 9)
    outputs = built.apply(inputs, output_range=(0.0, 1.0))
    return [[float(i), float(o)] for i, o in zip(inputs, outputs)]


def tables(state):
    for item in state.get("PresentationLUTSequence", []):
        built = hd.PresentationLUT.from_dataset(item)
        assert built.lut_data.size == built.number_of_entries, built
    if state.SOPClassUID == pydicom.uid.PseudoColorSoftcopyPresentationStateStorage:
        names = ("Red", "Green", "Blue")
        data = lambda name: np.frombuffer(getattr(state, f"{name}PaletteColorLookupTableData"), "<u2")
        luts = [hd.PaletteColorLUT(0, data(name), name.lower()) for name in names]
        built = hd.PaletteColorLUTTransformation(*luts, palette_color_lut_uid=state.PaletteColorLookupTableUID)
        for name in names:
            same(built, state, f"{name}PaletteColorLookupTableDescriptor", f"{name}PaletteColorLookupTableData")
        shown = built.apply(np.arange(256, dtype=np.uint8))
        known = pydicom.pixels.apply_color_lut(np.arange(256, dtype=np.uint8), palette="1.2.840.10008.1.5.1")
        assert (shown == known.astype(np.uint16) * 257).all(), shown


def equipment(state):
    for read in state.ContributingEquipmentSequence:
        purpose = hd.sr.CodedConcept.from_dataset(read.PurposeOfReferenceCodeSequence[0])
        assert (purpose.value, purpose.scheme_designator) == ("DISPLAY", "99HOTLIGHT"), purpose
        # highdicom takes seven codes of CID 7005, which is extensible; the rest of the item is asked with one of them.
        built = hd.ContributingEquipment(read.Manufacturer, codes.DCM.ProcessingEquipment, manufacturer_model_name=read.ManufacturerModelName,
                                         device_serial_number=read.DeviceSerialNumber,
                                         contribution_description=read.ContributionDescription)
        same(built, read, "Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "ContributionDescription")


cases = []
for name in NAMES:
    state = pydicom.dcmread(FOLDER / f"{name}.dcm")
    graphics(state)
    tables(state)
    equipment(state)
    if "ICCProfile" in state:
        hd.color.ColorManager(state.ICCProfile).transform_frame(np.zeros((2, 2, 3), np.uint8))
    cases.append({"name": name, "voi": voi(state), "elements": dict(flat(state))})
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("pydicom", "highdicom"), "cases": cases})
