"""The GSDF of PS3.14 7.1 with 60 digits: luminances of all indices of Table B-1, indices of luminances, and whole tables.

Every coefficient is the decimal number that the standard prints, every luminance of a panel the double that it is. A table tries
every driving level for every P-value (rule G-10); of two as near the lower is taken. `margin` is the least distance of a target from the
middle of two levels, as a share of the target: where it is far above 1e-15, doubles must choose the same level.
"""
import pathlib
import sys

from mpmath import log, log10, mp, mpf

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

mp.dps = 60
ABOVE = [mpf(v) for v in "-1.3011877 8.0242636E-2 1.3646699E-1 -2.5468404E-2 1.3635334E-3".split()]
BELOW = [mpf(v) for v in "1 -2.5840191E-2 -1.0320229E-1 2.8745620E-2 -3.1978977E-3 1.2992634E-4".split()]
INVERSE = [mpf(v) for v in ("71.498068 94.593053 41.912053 9.8247004 0.28175407 -1.1878455 -0.18014349 0.14710899 "
                            "-0.017046845").split()]


def polynomial(factors, x):
    return sum(factor * x**power for power, factor in enumerate(factors))


def luminance(j):
    x = log(j)
    return mpf(10) ** (polynomial(ABOVE, x) / polynomial(BELOW, x))


def jnd(value):
    return polynomial(INVERSE, log10(value))


def table(bits, low, high, gamma, ambient, count):
    top = 2**bits - 1
    measured = [low + (high - low) * (ddl / top) ** gamma for ddl in range(top + 1)]
    shown = [mpf(value) + mpf(ambient) for value in measured]
    j_min, j_max = jnd(shown[0]), jnd(shown[-1])
    ddls, targets, margin = [], [], mpf(1)
    for p in range(count):
        target = luminance(j_min + p * (j_max - j_min) / (count - 1))
        target = shown[0] if p == 0 else shown[-1] if p == count - 1 else target
        apart = sorted((abs(value - target), ddl) for ddl, value in enumerate(shown))
        margin = min(margin, (apart[1][0] - apart[0][0]) / target)
        ddls.append(apart[0][1])
        targets.append(float(target))
    return {"bits": bits, "ambient": ambient, "measured": measured, "ddl": ddls, "target": targets, "margin": float(margin)}


write(pathlib.Path(__file__).resolve().parent / "expected.json", {
    "tools": tools("mpmath"),
    "luminance": [float(luminance(j)) for j in range(1, 1024)],
    "jnd": [[value, float(jnd(mpf(value)))] for value in (0.05 * 1.12**step for step in range(100)) if value <= 4000],
    "tables": [table(8, 0.6, 350.2, 2.2, 0.5, 256), table(8, 0.05, 1000.0, 1.8, 0.0, 256), table(8, 1.2, 420.0, 2.6, 2.0, 1024),
               table(10, 0.4, 500.0, 2.4, 0.25, 1024)],
})
