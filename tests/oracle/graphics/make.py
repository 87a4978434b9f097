"""Compound graphics of PS3.3 C.10.5.1.3: their lines and labels in device pixels, in both units, under all eight turns.

What counts in image pixels is made in the plane of the image, where a pixel is as wide as it is and as high as its aspect says,
and then turned and mirrored with it; what counts in shares of the displayed area is made on the screen. Planes are complex
numbers with the imaginary part up, so that a turn counterclockwise is a product. Lines that leave the picture are cut by
shapely at its margin.

Lengths that the standard leaves open are those of src/render/compound.rs, in points.
"""
import cmath
import math
import pathlib
import sys

import numpy as np
from shapely.geometry import LineString, box

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

COLUMNS, ROWS, ASPECT = 64, 48, 2.0
WIDTH, HEIGHT, SCALE, MARGIN = 800, 600, 2.0, 64.0
TICK, HEAD, CUT_ARROW, LABEL_GAP = 8.0 * SCALE, (10.0 * SCALE, 4.0 * SCALE), 28.0 * SCALE, 3.0 * SCALE

# Graphic Data in pixels; kind, points, and what else its kind takes. Eighths are exact in single precision.
CASES = [
    ("MULTILINE", [(8, 6), (20, 12), (40, 30), (44, 20)], {}),
    ("MULTILINE", [(8, 6), (20, 12)], {"angle": 30.0, "about": (16, 12)}),
    ("INFINITELINE", [(16, 12), (32, 18)], {"about": (32, 24), "gap": 0.25}),
    ("INFINITELINE", [(16, 12), (32, 18)], {"about": (32, 24), "gap": 0.0, "angle": 75.0}),
    ("CUTLINE", [(8, 36), (56, 30)], {"about": (32, 33), "gap": 0.125}),
    ("CUTLINE", [(8, 24), (56, 24)], {"about": (32, 24), "gap": 0.0, "angle": 210.0}),
    ("RANGELINE", [(12, 9), (48, 15)], {}),
    ("RULER", [(8, 6), (56, 18)], {"side": "TOP", "labels": True, "above": False}),
    ("RULER", [(8, 40), (8, 8)], {"side": "BOTTOM", "labels": True, "above": True, "ticks": [(0.25, "a")]}),
    (
        "AXIS",
        [(12, 36), (52, 36)],
        {"side": "CENTER", "labels": True, "above": True, "ticks": [(0.0, "-1"), (0.5, "0"), (1.0, "1")]},
    ),
    (
        "AXIS",
        [(12, 36), (52, 12)],
        {"side": "TOP", "labels": True, "above": True, "ticks": [(0.125, "x"), (0.75, "")], "angle": 10.0, "about": (32, 24)},
    ),
    ("AXIS", [(12, 6), (12, 42)], {"side": "BOTTOM", "labels": False, "above": False, "ticks": [(0.5, "unseen")]}),
    ("CROSSHAIR", [(24, 18)], {"gap": 0.0625, "diameter": 0.25}),
    ("CROSSHAIR", [(24, 18)], {"gap": 0.125, "angle": 45.0, "about": (32, 24)}),
    ("ARROW", [(20, 10), (44, 34)], {}),
    ("ARROW", [(20, 10), (20, 34)], {"angle": 90.0, "about": (20, 10)}),
    ("RECTANGLE", [(10, 8), (50, 32)], {}),
    ("RECTANGLE", [(10, 8), (50, 32)], {"angle": 20.0, "about": (30, 20)}),
    ("ELLIPSE", [(10, 8), (50, 32)], {}),
    ("ELLIPSE", [(20, 16), (50, 32)], {"angle": 300.0, "about": (30, 20)}),
]


class Place:
    """A picture that is turned: what its planes are, and where they stand on the screen."""

    def __init__(self, quarters, flipped, units):
        quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
        turn = np.linalg.matrix_power(quarter, quarters)
        if flipped:
            turn = np.array([[-1.0, 0.0], [0.0, 1.0]]) @ turn
        sides = np.abs(turn) @ np.array([COLUMNS, ROWS * ASPECT])
        self.zoom = min(WIDTH / sides[0], HEIGHT / sides[1])
        self.seen = sides * self.zoom
        self.turn, self.is_pixel = turn, units == "PIXEL"
        # Device pixels per unit of the plane.
        self.unit = self.zoom if self.is_pixel else 1.0
        # As wide as the area is where it fills the picture.
        self.area_width = self.seen[0]

    def plane(self, x, y):
        if self.is_pixel:
            return complex(x, -y * ASPECT)
        left, top = (np.array([WIDTH, HEIGHT]) - self.seen) / 2
        return complex(left + self.seen[0] * x / COLUMNS, -(top + self.seen[1] * y / ROWS))

    def screen(self, at):
        if not self.is_pixel:
            return [at.real, -at.imag]
        from_middle = np.array([at.real - COLUMNS / 2, -at.imag - ROWS * ASPECT / 2])
        x, y = self.turn @ from_middle * self.zoom + np.array([WIDTH, HEIGHT]) / 2
        return [float(x), float(y)]


def clipped(lines):
    picture = box(-MARGIN, -MARGIN, WIDTH + MARGIN, HEIGHT + MARGIN)
    parts = []
    for line in lines:
        seen = LineString(line).intersection(picture)
        parts += [] if seen.is_empty else [[list(at) for at in seen.coords]]
    return parts


def through(at, along, middle, radius, place):
    """The line through a point, very long, without what lies in a circle."""
    along /= abs(along)
    # The middle of the circle, from the point on, in the line's own axes.
    to = (middle - at) / along
    gap = math.sqrt(radius**2 - to.imag**2) if abs(to.imag) < radius else None
    ends = [-1e4, 1e4] if gap is None else [-1e4, to.real - gap, to.real + gap, 1e4]
    ends = [place.screen(at + along * end) for end in ends]
    return [ends[i : i + 2] for i in range(0, len(ends), 2)]


def head(tip, way, unit):
    back, side = tip - way * HEAD[0] / unit, way * 1j * HEAD[1] / unit
    return [back + side, tip, back - side]


def rounded(value):
    if isinstance(value, list):
        return [rounded(part) for part in value]
    # No −0.
    return round(value, 6) + 0.0 if isinstance(value, float) else value


def drawn(kind, points, more, place):
    """Lines, the axes of an ellipse, and labels."""
    unit = place.unit
    middle = place.plane(*more["about"]) if "about" in more else None
    turn = cmath.exp(1j * math.radians(more.get("angle", 0.0)))
    at = lambda x, y: place.plane(x, y) if middle is None else middle + (place.plane(x, y) - middle) * turn
    p = [at(*point) for point in points]
    length = lambda share: share * place.area_width / unit
    lines, cut, labels, ellipse = [], [], [], None
    if kind == "MULTILINE":
        lines = [p[i : i + 2] for i in range(0, len(p), 2)]
    elif kind in ("INFINITELINE", "CUTLINE"):
        cut = through(p[0], p[1] - p[0], middle, length(more["gap"]) / 2, place)
        if kind == "CUTLINE":
            # A line to the right has its right below it.
            way = (p[1] - p[0]) / abs(p[1] - p[0]) * 1j
            for share in (0.25, 0.75):
                tip = p[0] + (p[1] - p[0]) * share
                lines += [[tip - way * CUT_ARROW / unit, tip], head(tip, way, unit)]
    elif kind == "RANGELINE":
        bar = (p[1] - p[0]) / abs(p[1] - p[0]) * 1j * TICK / 2 / unit
        lines = [p, [p[0] - bar, p[0] + bar], [p[1] - bar, p[1] + bar]]
    elif kind in ("RULER", "AXIS"):
        up = (p[1] - p[0]) / abs(p[1] - p[0]) * 1j / unit
        above, below = {"TOP": (TICK, 0), "CENTER": (TICK / 2, TICK / 2), "BOTTOM": (0, TICK)}[more["side"]]
        lines = [p]
        for share, text in more.get("ticks", [(0.0, ""), (1.0, "")]):
            tick = p[0] + (p[1] - p[0]) * share
            lines.append([tick + up * above, tick - up * below])
            if text and more["labels"]:
                away = up * (above + LABEL_GAP) if more["above"] else -up * (below + LABEL_GAP)
                x, y = np.subtract(place.screen(tick + away), place.screen(tick)) / abs(away) / unit
                horizontal = "LEFT" if x > 0.5 else "RIGHT" if x < -0.5 else "CENTER"
                vertical = "TOP" if y > 0.5 else "BOTTOM" if y < -0.5 else "CENTER"
                labels.append([text, place.screen(tick + away), horizontal, vertical])
    elif kind == "CROSSHAIR":
        for along in (turn, turn * 1j):
            if "diameter" in more:
                inner, outer = length(more["gap"]) / 2, length(more["diameter"]) / 2
                lines += [[p[0] + along * way * inner, p[0] + along * way * outer] for way in (1, -1)]
            else:
                cut += through(p[0], along, p[0], length(more["gap"]) / 2, place)
    elif kind == "ARROW":
        lines = [p, head(p[0], (p[0] - p[1]) / abs(p[0] - p[1]), unit)]
    else:
        (left, top), (right, bottom) = points
        if kind == "RECTANGLE":
            lines = [[at(*xy) for xy in ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))]]
        else:
            centre, x, y = (left + right) / 2, (right - left) / 2, (bottom - top) / 2
            cy = (top + bottom) / 2
            ellipse = [place.screen(v) for v in (at(centre, cy), at(centre + x, cy), at(centre, cy + y))]
    lines = [[place.screen(v) for v in line] for line in lines] + clipped(cut)
    return [rounded(lines), rounded(ellipse), rounded(labels)]


def main():
    cases, expected = [], []
    for units in ("PIXEL", "DISPLAY"):
        share = (1.0, 1.0) if units == "PIXEL" else (COLUMNS, ROWS)
        for kind, points, more in CASES:
            stated = {"units": units, "kind": kind, "points": [[x / share[0], y / share[1]] for x, y in points], **more}
            if "about" in more:
                stated["about"] = [more["about"][0] / share[0], more["about"][1] / share[1]]
            cases.append(stated)
    for quarters in range(4):
        for flipped in (False, True):
            for number, case in enumerate(cases):
                kind, points, more = CASES[number % len(CASES)]
                place = Place(quarters, flipped, case["units"])
                expected.append([quarters, flipped, number, *drawn(kind, points, more, place)])
    value = {
        "tools": tools("numpy", "shapely"),
        "image": [COLUMNS, ROWS, ASPECT],
        "room": [WIDTH, HEIGHT, SCALE],
        "cases": cases,
        "expected": expected,
    }
    write(pathlib.Path(__file__).with_name("expected.json"), value)


main()
