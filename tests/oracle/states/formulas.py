"""What a grayscale presentation state makes of an image: the formulas of PS3.3 over numpy matrices."""
import numpy as np


def table(item):
    count, first, bits = (int(v) for v in item.LUTDescriptor)
    return np.frombuffer(item.LUTData, "<u2").astype(float)[: count or 65536], first, 2**bits - 1


def grays(image, state):
    """PS3.4 N.2: shares of white."""
    value = image.pixel_array.astype(float) * float(state.get("RescaleSlope", 1)) + float(state.get("RescaleIntercept", 0))
    uid = image.SOPInstanceUID
    named = lambda item: [r.ReferencedSOPInstanceUID for r in item.get("ReferencedImageSequence", [])]
    items = [i for i in state.get("SoftcopyVOILUTSequence", []) if uid in (named(i) or [uid])]
    item = items[0]
    if "VOILUTSequence" in item:
        entries, first, most = table(item.VOILUTSequence[0])
        share = entries[np.clip(value - first, 0, len(entries) - 1).astype(int)] / most
    else:
        c, w = float(item.WindowCenter), float(item.WindowWidth)
        share = {
            "LINEAR": lambda: np.clip((value - (c - 0.5)) / (w - 1) + 0.5, 0, 1),
            "LINEAR_EXACT": lambda: np.clip((value - c) / w + 0.5, 0, 1),
            "SIGMOID": lambda: 1 / (1 + np.exp(-4 * (value - c) / w)),
        }[item.get("VOILUTFunction", "LINEAR")]()
    if "PresentationLUTSequence" in state:
        entries, _, most = table(state.PresentationLUTSequence[0])
        entries = np.floor(entries * 65535 / most)
        return np.floor(np.interp(share * (len(entries) - 1), np.arange(len(entries)), entries) + 1e-9)
    return np.floor((1 - share if state.get("PresentationLUTShape") == "INVERSE" else share) * 65535 + 1e-9)


def hidden(image, state):
    """PS3.3 C.7.6.11: rows and columns from 1, what lies on an edge is seen."""
    r, c = np.mgrid[1:image.Rows + 1, 1:image.Columns + 1]
    seen = np.ones(r.shape, bool)
    shapes = state.get("ShutterShape", [])
    for shape in [shapes] if isinstance(shapes, str) else shapes:
        if shape == "RECTANGULAR":
            seen &= (c >= state.ShutterLeftVerticalEdge) & (c <= state.ShutterRightVerticalEdge)
            seen &= (r >= state.ShutterUpperHorizontalEdge) & (r <= state.ShutterLowerHorizontalEdge)
        elif shape == "CIRCULAR":
            y, x = state.CenterOfCircularShutter
            seen &= (r - y) ** 2 + (c - x) ** 2 <= state.RadiusOfCircularShutter**2
        elif shape == "POLYGONAL":
            points = np.array(state.VerticesOfThePolygonalShutter).reshape(-1, 2).astype(int)
            odd, edge = np.zeros(r.shape, bool), np.zeros(r.shape, bool)
            for (ya, xa), (yb, xb) in zip(points, np.roll(points, -1, 0)):
                across = (yb - ya) * (c - xa) - (xb - xa) * (r - ya)
                edge |= (across == 0) & (r >= min(ya, yb)) & (r <= max(ya, yb)) & (c >= min(xa, xb)) & (c <= max(xa, xb))
                odd ^= ((ya > r) != (yb > r)) & ((across < 0) == (yb > ya))
            seen &= odd | edge
    return ~seen


def picture(image, state):
    """What is shown, as it is seen: its P-values, and what dcmp2pgm would show of it."""
    p = grays(image, state)
    p[hidden(image, state)] = state.get("ShutterPresentationValue", 0)
    area = state.DisplayedAreaSelectionSequence[0]
    (xa, ya), (xb, yb) = area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner
    left, right, top, bottom = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
    beyond = max(0, 1 - left, 1 - top, right - image.Columns, bottom - image.Rows)
    cut = np.pad(p, beyond)[top - 1 + beyond:bottom + beyond, left - 1 + beyond:right + beyond]
    cut = np.rot90(cut, -int(state.get("ImageRotation", 0)) // 90)
    if state.get("ImageHorizontalFlip") == "Y":
        cut = cut[:, ::-1]
    zoom = int(area.get("PresentationPixelMagnificationRatio", 1))
    return np.kron(cut, np.ones((zoom, zoom))).astype(int)


def placed(state, columns, rows, room):
    """From image pixels, and from shares of the displayed area, to picture pixels. PS3.3 C.10.4, C.10.5, C.10.6."""
    area = state.DisplayedAreaSelectionSequence[0]
    corners = np.array([area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner], float)
    low, high = corners.min(0) - 1, corners.max(0)
    down, across = (float(v) for v in area.PresentationPixelAspectRatio)
    shape = np.diag([1, down / across])
    turn = np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), int(state.ImageRotation) // 90)
    if state.ImageHorizontalFlip == "Y":
        turn = np.diag([-1, 1]) @ turn
    room = np.array(room, float)
    seen = np.abs(turn @ shape @ (high - low))
    scale = (room / seen).min()
    from_pixel = lambda p: room / 2 + scale * (turn @ shape @ (np.array(p, float) - (low + high) / 2))
    from_share = lambda p: room / 2 + scale * seen * (np.array(p, float) - 0.5)
    return {"PIXEL": from_pixel, "DISPLAY": from_share}
