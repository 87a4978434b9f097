"""Display shutters of PS3.3 C.7.6.11: which pixels of an image stay visible.

A pixel is a point at its row and column, counted from 1; those on an edge are inside. A polygon is even-odd, in exact
rationals; of simple ones shapely is asked for a second opinion. A row of an image is a hexadecimal number whose highest bit is
the first column.
"""
import pathlib
import random
import sys
from fractions import Fraction

from shapely.geometry import Point, Polygon

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

LEFT, RIGHT, UPPER, LOWER, CENTER, RADIUS, VERTICES = "1602", "1604", "1606", "1608", "1610", "1612", "1620"


def edges(vertices):
    return list(zip(vertices, vertices[1:] + vertices[:1]))


def on_edge(r, c, a, b):
    (ra, ca), (rb, cb) = a, b
    across = (rb - ra) * (c - ca) - (cb - ca) * (r - ra)
    return across == 0 and min(ra, rb) <= r <= max(ra, rb) and min(ca, cb) <= c <= max(ca, cb)


def in_polygon(r, c, vertices):
    if any(on_edge(r, c, a, b) for a, b in edges(vertices)):
        return True
    crossed = 0
    for (ra, ca), (rb, cb) in edges(vertices):
        if (ra > r) != (rb > r) and ca + Fraction((r - ra) * (cb - ca), rb - ra) > c:
            crossed += 1
    return crossed % 2 == 1


def case(rng):
    rows, columns = rng.randint(4, 40), rng.randint(4, 40)
    vertical, horizontal = rng.choice([(1, 1), (1, 1), (2, 1), (1, 2), (4, 3)])
    aspect = Fraction(vertical, horizontal)
    some = lambda count, low=-3, beyond=4: rng.randint(low, count + beyond)
    shapes = rng.sample(["RECTANGULAR", "CIRCULAR", "POLYGONAL"], rng.choice([1, 1, 1, 2, 3]))
    attributes, tests = {}, []
    if "RECTANGULAR" in shapes:
        left, right = sorted((some(columns), some(columns)))
        upper, lower = sorted((some(rows), some(rows)))
        attributes |= {LEFT: left, RIGHT: right, UPPER: upper, LOWER: lower}
        tests.append(lambda r, c: left <= c <= right and upper <= r <= lower)
    if "CIRCULAR" in shapes:
        row, column, radius = some(rows), some(columns), rng.randint(1, 45)
        attributes |= {CENTER: f"{row}\\{column}", RADIUS: radius}
        # The radius counts columns; a row is as many of them as a pixel is higher than wide.
        tests.append(lambda r, c: (c - column) ** 2 + ((r - row) * aspect) ** 2 <= radius**2)
    if "POLYGONAL" in shapes:
        vertices = [(some(rows), some(columns)) for _ in range(rng.randint(3, 9))]
        attributes |= {VERTICES: "\\".join(f"{r}\\{c}" for r, c in vertices)}
        tests.append(lambda r, c: in_polygon(r, c, vertices))
        polygon = Polygon(vertices)
        if polygon.is_valid:
            for r in range(1, rows + 1):
                for c in range(1, columns + 1):
                    assert in_polygon(r, c, vertices) == polygon.covers(Point(r, c)), (vertices, r, c)
    seen = [[all(test(r, c) for test in tests) for c in range(1, columns + 1)] for r in range(1, rows + 1)]
    if not any(map(any, seen)):
        return None  # Refused in words: a shutter over the whole image.
    return {
        "rows": rows,
        "columns": columns,
        "aspect": f"{vertical}\\{horizontal}",
        "shape": "\\".join(shapes),
        "presentation": rng.choice([0, 0, 65535, rng.randint(1, 999)]),
        "attributes": {key: str(value) for key, value in attributes.items()},
        "visible": [f"{int(''.join('01'[is_seen] for is_seen in row), 2):x}" for row in seen],
    }


rng = random.Random(20)
cases = []
while len(cases) < 150:
    one = case(rng)
    if one:
        cases.append(one)
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("shapely"), "cases": cases})
