"""How images of tests/data were made, as pydicom reads it: each item once, in the unit of docs/corner-text.md.

An item of `ITEMS` is a list of attributes, the first of which that has a value counts, and what turns the value into the unit.
In an object with functional groups those of the frames count where all frames say the same, then those that all share, then the
object itself; an item of `FRAME` is that of the first frame. Numbers have at most three decimals, and 0 is none where it cannot be;
texts are joined by a slash and cut after 64 letters.
"""
import pathlib
import sys
import warnings

import pydicom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

warnings.simplefilter("ignore")
FILES = ["ct-gantry-tilt/I280", "mr-oblique/i248.MRDC.64", "highdicom/dx_image.dcm", "pydicom/CT_small.dcm", "pydicom/MR_small.dcm",
         "pydicom/MR_small_bigendian.dcm", "pydicom/6154", "weasis/overlay.dcm", "dicomdir/98892003/MR700/4467", "dicomdir/98892001/CT2N/6293",
         "formats/pydicom-data/emri_small_big_endian.dcm", "formats/pydicom-data/US1_J2KR.dcm", "formats/pydicom-data/color-px.dcm",
         "formats/dicomParser/CT0012.not_fragmented_no_bot_rle.dcm", "formats/highdicom/sm_image.dcm", "formats/pydicom/rtdose.dcm"]


def number(scale=1.0, zero=False):
    def of(value):
        value = value[0] if isinstance(value, (list, pydicom.multival.MultiValue)) else value
        if not float(value) and not zero:
            return None
        return f"{round(float(value) * scale, 3):.3f}".rstrip("0").rstrip(".")
    return of


def text(value):
    values = list(value) if isinstance(value, pydicom.multival.MultiValue) else [value]
    return "/".join(str(v).strip(" \0") for v in values)[:64].strip(" /")


def side(value):
    return None if value == "U" else value


def date(value):
    return f"{value[:4]}-{value[4:6]}-{value[6:8]}"


def time(value):
    clock = str(value).split(".")[0][-6:]
    return ":".join(clock[i:i + 2] for i in range(0, len(clock), 2))


def meaning(value):
    return value[0].CodeMeaning if value else None


ITEMS = {
    "manufacturer": (["Manufacturer"], text), "model": (["ManufacturerModelName"], text), "station": (["StationName"], text),
    "institution": (["InstitutionName"], text), "acquisition_date": (["AcquisitionDate", "AcquisitionDateTime"], date),
    "protocol": (["ProtocolName", "AcquisitionProtocolName"], text), "contrast_agent": (["ContrastBolusAgent"], text),
    "laterality": (["FrameLaterality", "ImageLaterality", "Laterality"], side), "patient_position": (["PatientPosition"], text),
    "view_position": (["ViewPosition"], text),
    "tube_current": (["XRayTubeCurrentInmA", "XRayTubeCurrent"], number()),
    "exposure_time": (["ExposureTimeInms", "ExposureTime"], number()),
    "gantry_tilt": (["GantryDetectorTilt"], number(zero=True)), "field_of_view": (["ReconstructionDiameter"], number()),
    "repetition_time": (["RepetitionTime"], number()), "flip_angle": (["FlipAngle"], number()),
    "echo_train": (["EchoTrainLength", "RFEchoTrainLength"], number()), "averages": (["NumberOfAverages"], number()),
    "bandwidth": (["PixelBandwidth"], number()), "field_strength": (["MagneticFieldStrength"], number()),
    "sequence_name": (["SequenceName", "PulseSequenceName"], text), "scanning_sequence": (["ScanningSequence"], text),
    "coil": (["ReceiveCoilName"], text), "heart_rate": (["HeartRate"], number()),
    "transducer": (["TransducerData", "TransducerType"], text), "mechanical_index": (["MechanicalIndex"], number(zero=True)),
    "area_dose": (["ImageAndFluoroscopyAreaDoseProduct"], number()), "grid": (["Grid"], text),
    "body_part_thickness": (["BodyPartThickness"], number()), "compression_force": (["CompressionForce"], number()),
    "pixel_units": (["Units"], text),
    "body_part": (["BodyPartExamined"], text),
}


FRAME = {
    "kvp": (["KVP"], number()), "kernel": (["ConvolutionKernel"], text), "echo_time": (["EffectiveEchoTime", "EchoTime"], number()),
    "inversion_time": (["InversionTimes", "InversionTime"], number()),
    "acquisition_time": (["FrameAcquisitionDateTime", "AcquisitionTime"], time),
}
CODED = {"body_part": "AnatomicRegionSequence", "contrast_agent": "ContrastBolusAgentSequence", "view_position": "ViewCodeSequence"}


def groups(item):
    return [element.value[0] for element in item if element.VR == "SQ" and element.value]


def first(places, keywords, form):
    for keyword in keywords:
        for place in places:
            if place.get(keyword) not in (None, "") and (said := form(place[keyword].value)):
                return said


def everything(places):
    found = {item: first(places, *how) for item, how in ITEMS.items()}
    for item, sequence in CODED.items():
        found[item] = found[item] or first(places, [sequence], meaning)
    found["exposure"] = (first(places, ["ExposureInmAs"], number()) or first(places, ["ExposureInuAs"], number(0.001))
                         or first(places, ["Exposure"], number()))
    return {item: said for item, said in found.items() if said}


def read(path):
    dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    frames = [groups(item) for item in dataset.get("PerFrameFunctionalGroupsSequence", [])]
    shared = [group for item in dataset.get("SharedFunctionalGroupsSequence", [])[:1] for group in groups(item)]
    said = [everything(frame) for frame in frames]
    agreed = {item: value for item, value in said[0].items() if all(other.get(item) == value for other in said)} if said else {}
    places = [*(frames[0] if frames else []), *shared, dataset]
    of_frame = {item: first(places, *how) for item, how in FRAME.items()}
    return {**everything([*shared, dataset]), **agreed, **{item: value for item, value in of_frame.items() if value}}


cases = [{"file": file, "items": read(DATA / file)} for file in FILES]
known = {*ITEMS, *FRAME, "exposure"}
print("in no file:", sorted(known - {item for case in cases for item in case["items"]}))
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("pydicom"), "known": " ".join(sorted(known)), "cases": cases})
