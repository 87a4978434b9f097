"""TG270-sQC from its numbers, as SHA-256 of its levels: rows below 40 pixels of 1024, where its name stands, as little-endian words.

A pixel is asked by its place in the square in the middle: in which of the squares of 160 x 160 it lies and where in that, whether a
bar begins there, and what the strip along the lower edge has. By rule G-26 these numbers make the authors' own pictures of 1024 and
2048 pixels, everywhere but where words stand; the ramp follows the pictures and not the authors' text.
"""
import hashlib
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

ORDER = np.array([[0, 1, 2, 3, 4, 5], [11, 10, 9, 8, 7, 6], [12, 13, 14, 15, 16, 17]]) * 15


def levels(columns, rows, bits):
    white = 2**bits - 1
    scale = min(columns, rows) // 1024
    x, y = np.meshgrid(np.arange(columns) - (columns - 1024 * scale) // 2, np.arange(rows) - (rows - 1024 * scale) // 2)
    gray = np.full((rows, columns), 128)
    # The squares: where in its field of 160 each pixel lies.
    across, down = x - 48 * scale, y - 96 * scale
    column, row = across // (160 * scale), down // (160 * scale)
    i, j = across % (160 * scale), down % (160 * scale)
    square = (column >= 0) & (column < 6) & (row >= 0) & (row < 3) & (i < 128 * scale) & (j < 128 * scale)
    own = ORDER[np.clip(row, 0, 2), np.clip(column, 0, 5)]
    gray = np.where(square, own, gray)
    for start, differing in ((16, np.where(own == 0, 3, own - 5)), (80, np.where(own == 255, 252, own + 5))):
        at, line = i - start * scale, j - start * scale
        begin = at - at % 6
        bar = square & (at >= 0) & (begin < 32 * scale) & (at - begin < 3) & (line >= 0) & (line < 32 * scale)
        gray = np.where(bar, differing, gray)
    for start, level in ((128, 0), (384, 128), (640, 255)):
        inside = (x >= start * scale) & (x < (start + 256) * scale) & (y >= 640 * scale) & (y < 896 * scale)
        gray = np.where(inside, level, gray)
    # round(gray / 255 * white), halves up, in whole numbers.
    found = (2 * gray * white + 255) // 510
    strip = (y > 960 * scale) & (y < 1024 * scale) & (x >= 0) & (x < 1024 * scale)
    found = np.where(strip & (x <= 896 * scale), white * np.maximum(x, 0) // (896 * scale), found)
    found = np.where(strip & (x > 896 * scale) & (x < 960 * scale), x % 2 * white, found)
    found = np.where(strip & (x > 960 * scale), y % 2 * white, found)
    return found[np.maximum((rows - 1024 * scale) // 2 + 40 * scale, 0):]


def case(columns, rows, bits):
    digest = hashlib.sha256(levels(columns, rows, bits).astype("<u2").tobytes()).hexdigest()
    return {"columns": columns, "rows": rows, "bits": bits, "sha256": digest}


CASES = [(1024, 1024, 8), (2048, 2048, 8), (2048, 1536, 8), (1200, 1920, 8), (2560, 2048, 8), (4096, 4096, 8),
         (1024, 1024, 10), (1280, 1024, 12), (1024, 1024, 16)]
write(pathlib.Path(__file__).resolve().parent / "expected.json", {
    "tools": tools("numpy"),
    "sqc": [case(*size) for size in CASES],
})
