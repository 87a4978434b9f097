"""Real-world values of made-up maps, lines and tables, as highdicom applies them. A stored value outside the range has none: highdicom refuses it.

Ends are signed as the pixels are (`signed`), and may be real numbers where pixels are (`real`). A table of one value is left out: highdicom 0.28 stops at
it.
"""
import pathlib
import random
import sys
import warnings

import numpy as np
from highdicom.pm import RealWorldValueMapping
from pydicom.sr.codedict import Code

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

warnings.simplefilter("ignore")
SEED, MAPS = 9096, 80
UNITS = [("mm2/s", "UCUM", "mm2/s"), ("[hnsf'U]", "UCUM", "HU"), ("{SUVbw}g/ml", "UCUM", "SUVbw"), ("1", "UCUM", ""), ("ABC", "99HERE", "dots per dash")]


def value(mapping, stored, kind):
    try:
        return float(mapping.apply(np.array([[stored]], dtype=kind))[0, 0])
    except ValueError:
        return None


def case(r):
    code, scheme, words = r.choice(UNITS)
    signed, real = r.random() < 0.5, r.random() < 0.25
    low, high = (-32768, 32767) if signed else (0, 65535)
    if real:
        first, last = sorted(r.uniform(-1e4, 1e4) for _ in range(2))
        inside = [first, last] + [r.uniform(first, last) for _ in range(6)]
        stored = inside + [first - 1e-3, last + 1e-3]
    else:
        first = r.randint(low, high)
        last = min(high, first + r.choice([0, 3, 40, 60000]))
        stored = [first, last] + [r.randint(first, last) for _ in range(6)] + [s for s in (first - 1, last + 1) if low <= s <= high]
    one = {"code": code, "scheme": scheme, "meaning": words or "no units", "unit": words, "signed": signed, "real": real, "first": first, "last": last}
    if not real and 0 < last - first < 100 and r.random() < 0.7:
        one["table"] = [r.uniform(-1, 1) * 10.0 ** r.randint(-9, 9) for _ in range(last - first + 1)]
        how = {"lut_data": one["table"]}
    else:
        one["slope"], one["intercept"] = r.uniform(-1, 1) * 10.0 ** r.randint(-6, 6), r.uniform(-1e3, 1e3)
        how = {"slope": one["slope"], "intercept": one["intercept"]}
    mapping = RealWorldValueMapping("map", "made up", Code(code, scheme, one["meaning"]), (first, last), **how)
    kind = np.float64 if real else np.int32
    return {**one, "stored": stored, "values": [value(mapping, s, kind) for s in stored]}


r = random.Random(SEED)
cases = [case(r) for _ in range(MAPS)]
print("tables:", sum("table" in c for c in cases), "outside:", sum(v is None for c in cases for v in c["values"]))
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("highdicom", "pydicom", "numpy"), "cases": cases})
