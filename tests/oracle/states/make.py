"""Presentation states that pydicom makes, one for each thing that a state can say, and their pictures by the formulas of PS3.3.

States are in the DICOM JSON model (PS3.18 F), their table data as words. A picture is its rows of P-values, four hexadecimal
digits each. Stored values of image n are (977 row + 131 column + 57 n) mod 2400, rescaled by -1024. Places of graphics are in
picture pixels: points where they stand, of round ones the centre and one end of each axis.
"""
import base64
import copy
import pathlib
import sys

import numpy as np
from pydicom.dataset import Dataset

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write
from formulas import picture, placed

ROWS, COLUMNS = 20, 24
ROOM = [800, 600]


def item(**attributes):
    dataset = Dataset()
    for name, value in attributes.items():
        setattr(dataset, name, value)
    return dataset


def image(number):
    row, column = np.mgrid[:ROWS, :COLUMNS]
    dataset = item(
        SOPInstanceUID=f"2.25.7{number}", Rows=ROWS, Columns=COLUMNS, SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2",
        BitsAllocated=16, BitsStored=16, HighBit=15, PixelRepresentation=0,
    )
    dataset.PixelData = ((977 * row + 131 * column + 57 * number) % 2400).astype("<u2").tobytes()
    dataset.ensure_file_meta()
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    return dataset


def references(*numbers):
    image = lambda n: item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.7", ReferencedSOPInstanceUID=f"2.25.7{n}")
    return list(map(image, numbers))


def lut(first, data, bits):
    table = item(LUTDescriptor=[len(data), first, bits], LUTExplanation="TEST")
    table["LUTDescriptor"].VR = "SS" if first < 0 else "US"
    table.add_new(0x00283006, "OW", np.asarray(data, "<u2").tobytes())
    return table


def voi(center=40, width=400, **more):
    return item(WindowCenter=str(center), WindowWidth=str(width), **more)


def area(left=1, top=1, right=COLUMNS, bottom=ROWS, mode="SCALE TO FIT", **more):
    shown = dict(DisplayedAreaTopLeftHandCorner=[left, top], DisplayedAreaBottomRightHandCorner=[right, bottom])
    return item(**shown, PresentationSizeMode=mode, PresentationPixelAspectRatio=["1", "1"], **more)


def state(images=(0,), shown=None, **more):
    return item(
        ReferencedSeriesSequence=[item(SeriesInstanceUID="2.25.6", ReferencedImageSequence=references(*images))],
        RescaleIntercept="-1024", RescaleSlope="1", RescaleType="HU",
        **({"SoftcopyVOILUTSequence": [voi()], "PresentationLUTShape": "IDENTITY"} | more),
        DisplayedAreaSelectionSequence=[shown or area()],
    )


def turned(quarters, is_flipped):
    return dict(ImageRotation=90 * quarters, ImageHorizontalFlip="NY"[is_flipped])


SHUTTER = dict(
    ShutterShape=["RECTANGULAR", "CIRCULAR"], ShutterLeftVerticalEdge=3, ShutterRightVerticalEdge=21, ShutterUpperHorizontalEdge=4,
    ShutterLowerHorizontalEdge=17, CenterOfCircularShutter=[10, 12], RadiusOfCircularShutter=9, ShutterPresentationValue=0x4000,
)


def graphic(kind, points, units, filled="N"):
    return item(
        GraphicAnnotationUnits=units, GraphicDimensions=2, NumberOfGraphicPoints=len(points), GraphicType=kind, GraphicFilled=filled,
        GraphicData=[float(v) for point in points for v in point],
    )


def drawn(graphics):
    layer = item(GraphicLayer="MARKS", GraphicLayerOrder=1, GraphicLayerRecommendedDisplayGrayscaleValue=0xFFFF)
    return dict(
        GraphicLayerSequence=[layer], GraphicAnnotationSequence=[item(GraphicLayer="MARKS", GraphicObjectSequence=graphics)]
    )


def eighteen():
    """By name: the state, and the image that it is shown on; none where its image is nowhere."""
    squares = np.linspace(0, 1, 64) ** 2
    first, second = voi(), voi(-600, 1500)
    first.ReferencedImageSequence, second.ReferencedImageSequence = references(0), references(1)
    two = state((0, 1), SoftcopyVOILUTSequence=[first, second])
    table = item(VOILUTSequence=[lut(-30, 65535 * squares, 16)])
    roots = state(PresentationLUTSequence=[lut(0, 4095 * np.linspace(0, 1, 400) ** 0.5, 12)])
    del roots.PresentationLUTShape
    triangle = graphic("POLYLINE", [[5, 5], [15, 6], [12, 14], [5, 5]], "PIXEL", "Y")
    polygon = [2, 12, 12, 23, 19, 12, 12, 2]
    return {
        "window": (state(), 0),
        "window-inverse": (state(PresentationLUTShape="INVERSE"), 0),
        "sigmoid": (state(SoftcopyVOILUTSequence=[voi(VOILUTFunction="SIGMOID")]), 0),
        "linear-exact": (state(SoftcopyVOILUTSequence=[voi(VOILUTFunction="LINEAR_EXACT")]), 0),
        "voi-lut": (state(SoftcopyVOILUTSequence=[table]), 0),
        "plut": (roots, 0),
        "rotate90": (state(shown=area(1, ROWS, COLUMNS, 1), **turned(1, False)), 0),
        "rotate270-flip": (state(shown=area(COLUMNS, ROWS, 1, 1), **turned(3, True)), 0),
        "zoom-area": (state(shown=area(5, 4, 16, 15)), 0),
        "area-outside": (state(shown=area(-4, -3, 30, 24)), 0),
        "true-size": (state(shown=area(mode="TRUE SIZE", PresentationPixelSpacing=["0.5", "0.5"])), 0),
        "magnify2": (state(shown=area(mode="MAGNIFY", PresentationPixelMagnificationRatio=2.0)), 0),
        "shutter-rect-circ": (state(**SHUTTER), 0),
        "shutter-polygon": (state(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=polygon, ShutterPresentationValue=0), 0),
        "graphics": (state(**drawn([triangle])), 0),
        "all": (state(shown=area(4, 3, 22, 18), **turned(1, True), **SHUTTER, **drawn([triangle])), 0),
        "two-images-two-windows, first": (two, 0),
        "two-images-two-windows, second": (two, 1),
        "references-absent-image": (state((9,)), None),
    }


KINDS = [
    ("POINT", [[0.37, 0.61]]),
    ("POLYLINE", [[0.2, 0.25], [0.8, 0.3], [0.55, 0.75], [0.2, 0.25]]),
    ("CIRCLE", [[0.5, 0.45], [0.62, 0.5]]),
    ("ELLIPSE", [[0.2, 0.5], [0.5, 0.5], [0.35, 0.4], [0.35, 0.6]]),
    ("INTERPOLATED", [[0.3, 0.3], [0.45, 0.6], [0.6, 0.35], [0.75, 0.65]]),
]


def places(kind, points, to_picture):
    """What has to be on the line; of round ones the centre and an end of both axes."""
    at = [to_picture(point) for point in points]
    if kind == "CIRCLE":
        # A circle is one as it is seen.
        radius = np.linalg.norm(at[1] - at[0])
        at = [at[0], at[0] + [radius, 0], at[0] + [0, radius]]
    if kind == "ELLIPSE":
        at = [(at[0] + at[1]) / 2, at[1], at[3]]
    return {"kind": kind, "at": [[round(float(v), 6) for v in point] for point in at]}


def graphics():
    cases = []
    for quarters in range(4):
        for is_flipped in (False, True):
            for of_image, of_state in ((["1", "1"], ["1", "1"]), (["2", "1"], ["3", "2"])):
                left, top, right, bottom = 3, 2, 22, 17
                clockwise = [[left, top], [right, top], [right, bottom], [left, bottom]]
                corners = [clockwise[(n - quarters) % 4] for n in range(4)]
                first, last = (corners[1], corners[3]) if is_flipped else (corners[0], corners[2])
                shown = area(*first, *last)
                shown.PresentationPixelAspectRatio = of_state
                in_pixels = lambda p: [p[0] * COLUMNS, p[1] * ROWS]
                both = [(kind, list(map(in_pixels, points)), "PIXEL") for kind, points in KINDS]
                both += [(kind, points, "DISPLAY") for kind, points in KINDS]
                marks = [graphic(*one) for one in both]
                made = state(shown=shown, **turned(quarters, is_flipped), **drawn(marks))
                to = placed(made, COLUMNS, ROWS, ROOM)
                # The file holds single precision.
                singles = lambda points: [[float(np.float32(v)) for v in point] for point in points]
                expected = [places(kind, singles(points), to[units]) for kind, points, units in both]
                aspect = "\\".join(of_image)
                cases.append({"aspect": aspect, "state": plain(made), "graphics": expected})
    return cases


def plain(state):
    """The JSON model with words for bytes."""
    def walk(elements):
        for element in elements.values():
            if "InlineBinary" in element:
                data = base64.b64decode(element.pop("InlineBinary"))
                element["Value"] = np.frombuffer(data, "<u2").tolist()
            if element["vr"] == "SQ":
                for one in element["Value"]:
                    walk(one)
    model = copy.deepcopy(state).to_json_dict()
    walk(model)
    return model


def shown(name, state, number):
    case = {"name": name, "state": plain(state), "image": number}
    if number is not None:
        case["picture"] = ["".join(f"{p:04x}" for p in row) for row in picture(image(number), state)]
    return case


write(
    pathlib.Path(__file__).with_name("expected.json"),
    {
        "tools": tools("pydicom", "numpy"),
        "room": ROOM,
        "states": [shown(name, *case) for name, case in eighteen().items()],
        "graphics": graphics(),
    },
)
