"""VOI LUT functions of PS3.3 C.11.2.1.2 and C.11.2.1.3: x -> y in 0..65535.

Every x, c and w is taken as the double it is; LINEAR and LINEAR_EXACT are then exact rationals. SIGMOID has 60 digits and is
rounded to a double before the floor, or its upper tail would never reach 65535. A point is [x, floor(y), y as a double];
every x, c and w is also exact as a 32-bit float. Where y is an integer inside the window, an order of operations that rounds on
the way may land just below it and floor to y - 1: such points are the ones to look at when a rounding rule is chosen.
pydicom's apply_windowing is asked for a second opinion.
"""
import math
import pathlib
import sys
from fractions import Fraction

import mpmath
import numpy as np
from pydicom.dataset import Dataset
from pydicom.pixels import apply_windowing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

Y_MAX = 65535
HALF = Fraction(1, 2)
mpmath.mp.dps = 60


def linear(x, c, w):  # C.11.2.1.2.1
    if x <= c - HALF - (w - 1) / 2:
        return Fraction(0)
    if x > c - HALF + (w - 1) / 2:
        return Fraction(Y_MAX)
    return ((x - (c - HALF)) / (w - 1) + HALF) * Y_MAX


def linear_exact(x, c, w):  # C.11.2.1.3.2
    if x <= c - w / 2:
        return Fraction(0)
    if x > c + w / 2:
        return Fraction(Y_MAX)
    return ((x - c) / w + HALF) * Y_MAX


def sigmoid(x, c, w):  # C.11.2.1.3.1
    t = 4 * (x - c) / w
    return Fraction(float(Y_MAX / (1 + mpmath.exp(-(mpmath.mpf(t.numerator) / t.denominator)))))


def decided(y):
    """False beside an integer, where double arithmetic cannot be held to the floor."""
    return y.denominator == 1 or abs(y - round(y)) > Fraction(1, 10**7)


def points(f, c, w):
    """Both borders, their neighbours on the grids of 1 and 1/2 and among the floats, the middle, and far away."""
    lo, hi = (c - 0.5 - (w - 1) / 2, c - 0.5 + (w - 1) / 2) if f is linear else (c - w / 2, c + w / 2)
    xs = {c, c - 0.5, c + 0.5, math.floor(c), -1024, 0, 3071, 65535, -32768, c + w / 3, c - w / 7, c + w / 5}
    for b in (lo, hi):
        beside = [np.nextafter(np.float32(b), np.float32(way)) for way in (-1e9, 1e9)] if b else []
        xs |= {b, math.floor(b), math.ceil(b), b - 1, b + 1, b - 0.5, b + 0.5, *beside}
    return sorted({float(np.float32(x)) for x in xs})


def second_opinion(name, c, w, xs):
    d = Dataset()
    d.PhotometricInterpretation, d.BitsStored, d.PixelRepresentation = "MONOCHROME2", 16, 0
    d.WindowCenter, d.WindowWidth, d.VOILUTFunction = c, w, name
    with np.errstate(over="ignore"):
        return apply_windowing(np.array(xs, np.float64), d)


# The standard's own examples first: (2048, 4096), (2048, 1), (0, 100), (0, 1) in C.11.2.1.2.1 and C.11.2.1.3.2.
WINDOWS = [(2048, 4096), (2048, 1), (0, 100), (0, 1), (0, 2), (2048.5, 4096), (32768, 65536), (0, 65536), (128, 256), (127, 254),
           (40, 80), (40, 81), (40, 400), (-600, 1500), (40.5, 350.25), (600, 1.5)]
SMALL = [(0, 0.5), (0.25, 1 / 1024)]  # only LINEAR asks for a width of at least 1

cases = []
for name, f, windows in (("LINEAR", linear, WINDOWS), ("LINEAR_EXACT", linear_exact, WINDOWS + SMALL), ("SIGMOID", sigmoid, WINDOWS + SMALL)):
    for c, w in windows:
        exact = [(x, f(Fraction(x), Fraction(c), Fraction(w))) for x in points(f, c, w)]
        exact = [(x, y) for x, y in exact if decided(y)]
        theirs = second_opinion(name, c, w, [x for x, _ in exact])
        for (x, y), p in zip(exact, theirs):
            # A step of one double in x may move y by Y_MAX/w of it: that is all the two may differ by, borders included.
            assert abs(float(y) - p) <= 1e-9 + 8 * Y_MAX / w * math.ulp(max(abs(x), abs(c), w)), (name, c, w, x, float(y), p)
        cases.append({"function": name, "center": c, "width": w, "points": [[x, math.floor(y), float(y)] for x, y in exact]})

by = {(case["function"], case["center"], case["width"]): dict((x, i) for x, i, _ in case["points"]) for case in cases}
assert by["LINEAR", 0, 1][-1.0] == 0 and by["LINEAR", 0, 1][0.0] == Y_MAX and by["LINEAR", 0, 1][-0.5] == 0
assert by["LINEAR", 0, 2][-1.0] == 0 and by["LINEAR", 0, 2][0.0] == Y_MAX
assert by["LINEAR", 2048, 4096][0.0] == 0 and by["LINEAR", 2048, 4096][4095.0] == Y_MAX
assert by["LINEAR", 0, 100][-50.0] == 0 and by["LINEAR", 0, 100][49.0] == Y_MAX
assert by["LINEAR_EXACT", 2048, 4096][0.0] == 0 and by["LINEAR_EXACT", 2048, 4096][4096.0] == Y_MAX
assert by["LINEAR_EXACT", 0, 100][50.0] == Y_MAX and by["SIGMOID", 2048, 4096][2048.0] == 32767

write(pathlib.Path(__file__).with_name("expected.json"), {
    "tools": tools("mpmath", "pydicom", "numpy"), "y_max": Y_MAX,
    "columns": "x, floor(y), y", "count": sum(len(c["points"]) for c in cases), "cases": cases})
