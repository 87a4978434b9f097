"""Mask subtraction of PS3.3 C.7.6.10 and PS3.4 N.2.1.2: which frames are subtracted from which, and every difference.

A case is an object of some frames with a modality LUT and the items of a mask. The difference of a frame is the mean of its
contrast frames less the mean of its mask frames, of modality values, the mask moved by a part of a pixel: positive towards higher
rows and columns, between four pixels linearly. `null` stands for a frame that nothing is subtracted from, and for a pixel that has
no mask.
"""
import pathlib
import random
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

ROWS, COLUMNS = 4, 5


def moved(mask, down, right):
    """Each pixel by the formula; not a number where one of the pixels that count lies outside."""
    out = np.full(mask.shape, np.nan)
    for r, c in np.ndindex(mask.shape):
        y, x = r - down, c - right
        y0, x0 = int(np.floor(y)), int(np.floor(x))
        total = 0.0
        for yy, wy in ((y0, 1 - (y - y0)), (y0 + 1, y - y0)):
            for xx, wx in ((x0, 1 - (x - x0)), (x0 + 1, x - x0)):
                if wy * wx > 0:
                    inside = 0 <= yy < ROWS and 0 <= xx < COLUMNS
                    total += wy * wx * mask[yy, xx] if inside else np.nan
        out[r, c] = total
    return out


def mask_frames(item, frame, count):
    """Numbers from 1; None where the operation has none for the frame. C.7.6.10.1.1."""
    operation = item["operation"]
    ranges = item.get("ranges")
    if operation == "NONE":
        return None
    if operation == "AVG_SUB":
        numbers = item["mask"]
    elif operation == "TID":
        numbers = [frame - item["offset"]]
    else:
        inside = [f for first, last in ranges for f in range(first, last + 1)]
        numbers = [frame - (item["offset"] + 2 * inside.index(frame))]
    needed = numbers + [frame + item["averaged"] - 1]
    return numbers if all(1 <= number <= count for number in needed) else None


def difference(case, values, frame):
    count = len(values)
    for item in case["items"]:
        ranges = item.get("ranges")
        if ranges and not any(first <= frame <= last for first, last in ranges):
            continue
        numbers = mask_frames(item, frame, count)
        if numbers is None:
            return None
        contrast = values[frame - 1 : frame - 1 + item["averaged"]].mean(axis=0)
        mask = np.mean([values[number - 1] for number in numbers], axis=0)
        down, right = (np.float32(part).astype(float) for part in item.get("shift", (0, 0)))
        return contrast - moved(mask, down, right)
    return None


def item(rng, count):
    operation = rng.choice(["AVG_SUB"] * 4 + ["TID", "REV_TID", "NONE"])
    one = {"operation": operation, "averaged": 1}
    if operation == "AVG_SUB":
        one["mask"] = rng.sample(range(1, count + 1), rng.choice([1, 1, 2, 3]))
        one["averaged"] = rng.choice([1, 1, 2])
    elif operation != "NONE":
        one["offset"] = rng.choice([1, 1, 2, -1] if operation == "TID" else [0, 1])
    if operation == "REV_TID":
        one["ranges"] = rng.choice([[[4, 5]], [[4, 4], [6, 6]], [[5, 6]]])
    elif rng.random() < 0.3:
        one["ranges"] = [[3, 4]] if one["averaged"] == 1 else [[3, 3]]
    if rng.random() < 0.6:
        part = lambda: rng.choice([0, 1, -1, 0.5, -0.25, 0.3, -1.7, 2.1, 5])
        one["shift"] = [part(), part()]
    return one


def case(rng):
    count = 6
    signed = rng.random() < 0.3
    low, high = (-2048, 2047) if signed else (0, 4095)
    pixels = np.array([[rng.randint(low, high) for _ in range(ROWS * COLUMNS)] for _ in range(count)])
    made = {"signed": signed, "items": [item(rng, count) for _ in range(rng.choice([1, 1, 1, 2]))]}
    if rng.random() < 0.3 and not signed:
        first = rng.choice([0, 100])
        table = sorted(rng.randint(0, 65535) for _ in range(16))
        made["table"] = [first, table]
        # Few values, so that most lie inside the table.
        pixels = pixels % 20 + first
        values = np.array(table)[np.clip(pixels - first, 0, len(table) - 1)].astype(float)
    else:
        made["slope"], made["intercept"] = rng.choice([(1, 0), (1, -1000), (2.5, 10), (-0.5, 0)])
        values = pixels * made["slope"] + made["intercept"]
    values = values.reshape(count, ROWS, COLUMNS)
    made["pixels"] = pixels.ravel().tolist()
    found = [difference(made, values, frame) for frame in range(1, count + 1)]
    plain = lambda value: None if np.isnan(value) else round(float(value), 6)
    made["differences"] = [None if one is None else [plain(value) for value in one.ravel()] for one in found]
    return made


rng = random.Random(28)
cases = [case(rng) for _ in range(60)]
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("numpy"), "rows": ROWS, "columns": COLUMNS, "cases": cases})
