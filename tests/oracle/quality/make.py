"""Image quality of made-up phantom images, by numpy and scipy and by what they were made of.

Images are whole numbers, `offset` added to those in `pixels`, row by row. `flat` and `steps`: mean and sd (ddof=0) by numpy. `round`: the highest
and lowest mean of w x h windows whose corners' centres lie in the ellipse of the image, each window by itself. `noise`: the mean power of squares
of `side` pixels half a side apart, by numpy.fft of what a least squares fit of 1, x, y, x2, xy, y2 leaves, times the area of a pixel over the
number of pixels; `plane` column by column; `radial` is the mean of all whose frequency rounds to a multiple of the larger step, up to the smaller
Nyquist frequency. `truth` is the sd of white noise, and what the filter 1 2 1 / 4 down and across makes of its power. `edges` and `discs` were blurred
by a Gaussian of `sigma_mm`, whose MTF is exp(-2 pi2 sigma2 f2): edges are scipy's error function at pixel centres, discs are drawn 8 times finer and
blurred by scipy.ndimage.
"""
import pathlib
import sys

import numpy as np
from scipy import ndimage, special

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

RANDOM = np.random.default_rng(20261130)


def image(values, offset):
    whole = np.rint(values).astype(int)
    return whole.astype(float), {
        "columns": whole.shape[1], "rows": whole.shape[0], "offset": offset, "pixels": (whole - offset).ravel().tolist()}


def flat(mean, sd, side):
    values, made = image(RANDOM.normal(mean, sd, (side, side)), mean)
    return made | {"mean": float(values.mean()), "sd": float(values.std())}


def steps():
    """Four squares of known contrast beside a background, 12 pixels wide."""
    parts = [flat(mean, 4, 12) for mean in (100, 112, 92, 105, 101)]
    background, others = parts[0], parts[1:]
    cnr = [abs(part["mean"] - background["mean"]) / background["sd"] for part in others]
    centre = parts[0]["mean"]
    return {"parts": parts, "cnr": cnr, "uniformity": max(abs(part["mean"] - centre) for part in parts[1:])}


def round_phantom(columns, rows, row_mm, column_mm):
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    values, made = image(1000 + 2 * x - 3 * y + 0.03 * (x - 20) ** 2 + RANDOM.normal(0, 15, (rows, columns)), 1000)
    w, h = round(10 / column_mm), round(10 / row_mm)
    means = []
    for top in range(rows - h + 1):
        for left in range(columns - w + 1):
            corners = [(cx, cy) for cx in (left + 0.5, left + w - 0.5) for cy in (top + 0.5, top + h - 0.5)]
            if all((cx / (columns / 2) - 1) ** 2 + (cy / (rows / 2) - 1) ** 2 <= 1 for cx, cy in corners):
                means.append(values[top:top + h, left:left + w].mean())
    high, low = max(means), min(means)
    return made | {
        "spacing_mm": [row_mm, column_mm], "highest": float(high), "lowest": float(low),
        "piu": float(100 * (1 - (high - low) / (high + low)))}


def powers(values, side, row_mm, column_mm):
    rows, columns = values.shape
    y, x = (axis.ravel().astype(float) for axis in np.mgrid[0:side, 0:side])
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    found, variances = [], []
    for top in range(0, rows - side + 1, side // 2):
        for left in range(0, columns - side + 1, side // 2):
            square = values[top:top + side, left:left + side].ravel()
            rest = square - terms @ np.linalg.lstsq(terms, square, rcond=None)[0]
            variances.append(np.mean(rest ** 2))
            found.append(np.abs(np.fft.fft2(rest.reshape(side, side))) ** 2)
    return np.mean(found, axis=0) * row_mm * column_mm / side ** 2, float(np.mean(variances)), len(found)


def radial(plane, row_mm, column_mm):
    side = plane.shape[0]
    down, across = np.abs(np.fft.fftfreq(side, row_mm)), np.abs(np.fft.fftfreq(side, column_mm))
    step = 1 / (side * min(row_mm, column_mm))
    ring = np.rint(np.hypot(down[:, None], across[None, :]) / step)
    last = int(np.floor(0.5 / max(row_mm, column_mm) / step + 1e-9))
    return [[float(ring_at * step), float(plane[ring == ring_at].mean())] for ring_at in range(1, last + 1)]


def noise(kind, side, row_mm, column_mm):
    size, sd = (64, 64), 40.0
    white = RANDOM.normal(0, sd, size)
    down, across = np.fft.fftfreq(side, row_mm), np.fft.fftfreq(side, column_mm)
    truth = np.full((side, side), sd ** 2 * row_mm * column_mm)
    y, x = np.mgrid[0:size[0], 0:size[1]]
    trend = 0.0
    if kind == "filtered":
        kernel = np.array([1, 2, 1]) / 4
        white = ndimage.convolve(white, np.outer(kernel, kernel), mode="wrap")
        truth = truth * np.outer(np.cos(np.pi * down * row_mm) ** 4, np.cos(np.pi * across * column_mm) ** 4)
        trend = 0.02 * (x - 30) ** 2 - 1.5 * y
    values, made = image(white + trend, 0)
    plane, variance, count = powers(values, side, row_mm, column_mm)
    return made | {
        "kind": kind, "side": side, "spacing_mm": [row_mm, column_mm], "squares": count, "variance": variance,
        "plane": [float(f"{power:.12g}") for power in plane.T.ravel()], "radial": radial(plane, row_mm, column_mm),
        "truth_radial": [power for _, power in radial(truth, row_mm, column_mm)],
        "truth_variance": float(truth.sum() / (side * side * row_mm * column_mm))}


def edge(degrees, sigma_mm, row_mm, column_mm, is_lying, sd):
    y, x = np.mgrid[0:48, 0:48]
    across, along = (x - 23.2) * column_mm, (y - 23.5) * row_mm
    if is_lying:
        across, along = (y - 23.2) * row_mm, (x - 23.5) * column_mm
    angle = np.radians(degrees)
    values = 3000 * special.ndtr((across * np.cos(angle) - along * np.sin(angle)) / sigma_mm)
    _, made = image(values + RANDOM.normal(0, sd, values.shape), 0)
    return made | {"degrees": degrees, "spacing_mm": [row_mm, column_mm], "sigma_mm": sigma_mm, "sd": sd}


def disc(radius_mm, sigma_mm, row_mm, column_mm):
    finer, rows, columns = 8, int(3.4 * radius_mm / row_mm), int(3.4 * radius_mm / column_mm)
    y, x = np.mgrid[0:rows * finer, 0:columns * finer]
    across, down = ((x + 0.5) / finer - columns / 2 - 0.3) * column_mm, ((y + 0.5) / finer - rows / 2 + 0.4) * row_mm
    fine = np.where(np.hypot(across, down) < radius_mm, 2000.0, 0.0)
    fine = ndimage.gaussian_filter(fine, (sigma_mm / row_mm * finer, sigma_mm / column_mm * finer), truncate=6)
    # The centre of a pixel lies between the four fine ones in its middle.
    middle = slice(finer // 2 - 1, None, finer), slice(finer // 2, None, finer)
    values = sum(fine[a, b] for a in middle for b in middle) / 4
    _, made = image(values, 0)
    return made | {"radius_mm": radius_mm, "spacing_mm": [row_mm, column_mm], "sigma_mm": sigma_mm}


write(pathlib.Path(__file__).with_name("expected.json"), {
    "tools": tools("numpy", "scipy"),
    "flat": [flat(500, 12, 20)],
    "steps": [steps()],
    "round": [round_phantom(56, 44, 1.25, 1.0)],
    "noise": [noise("white", 16, 0.5, 0.5), noise("filtered", 16, 0.5, 0.4)],
    "edges": [
        edge(3.0, 0.5, 0.5, 0.5, False, 0), edge(-5.0, 0.35, 0.4, 0.4, True, 0), edge(12.0, 0.6, 0.5, 0.7, False, 0),
        edge(4.0, 0.5, 0.5, 0.5, False, 15)],
    "discs": [disc(7.0, 0.5, 0.5, 0.5), disc(8.0, 0.6, 0.7, 0.5)]})
