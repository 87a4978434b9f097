"""Values along curves through real series, in modality units: tilted (sheared), oblique, anisotropic.

The curve is a centripetal Catmull-Rom spline, here by the pyramid of Barry and Goldman and a polynomial through four of its values a piece; its length comes of
scipy's adaptive quadrature and is inverted by Brent's method, its frames, which do not turn about it, of the differential equation by scipy's DOP853. Values
between voxels are those of scipy.ndimage.map_coordinates in double precision. None of it shares a formula with ours. A slab is the largest, smallest or mean value
at equal distances along the normal, each in the middle of its share.
"""
import pathlib
import sys

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.ndimage import map_coordinates
from scipy.optimize import brentq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reformat"))
from common import DATA, tools, write
from make import project, read

HERE = pathlib.Path(__file__)
COLUMNS, ROWS = 15, 33
PLANES = {"axial": ([1, 0, 0], [0, 1, 0]), "coronal": ([1, 0, 0], [0, 0, -1]), "sagittal": ([0, 1, 0], [0, 0, -1])}
# Shares of the volume's sides (columns, rows, slices), the plane drawn in, turn, mode, slab mm, projection.
ONE = [(0.42, 0.45, 0.1), (0.5, 0.4, 0.35), (0.55, 0.5, 0.6), (0.47, 0.56, 0.5), (0.6, 0.6, 0.9)]
OTHER = [(0.3, 0.6, 0.5), (0.35, 0.45, 0.4), (0.5, 0.4, 0.5), (0.6, 0.55, 0.55)]
WAYS = [(ONE, "axial", 0, "straightened", 0, "mean"),
        (ONE, "coronal", 57.5, "straightened", 0, "mean"),
        (ONE, "axial", -12, "straightened", 2.9, "mip"),
        (OTHER, "axial", 15, "straightened", 3.3, "mean"),
        (OTHER, "axial", -80, "stretched", 3.7, "minip"),
        ([(0.4, 0.4, 0.2), (0.6, 0.6, 0.8)], "sagittal", 90, "straightened", 0, "mean")]


def unit(vector):
    return vector / np.linalg.norm(vector)


def pieces(points):
    """Polynomials of a share from 0 to 1, highest power first, one a coordinate."""
    points = [2 * points[0] - points[1], *points, 2 * points[-1] - points[-2]]
    found = []
    for p0, p1, p2, p3 in zip(points, points[1:], points[2:], points[3:]):
        t0 = 0.0
        t1, t2, t3 = np.cumsum([np.linalg.norm(b - a) ** 0.5 for a, b in ((p0, p1), (p1, p2), (p2, p3))])
        mix = lambda t, a, b, ta, tb: a * (tb - t) / (tb - ta) + b * (t - ta) / (tb - ta)

        def at(share):
            t = t1 + (t2 - t1) * share
            a1, a2, a3 = mix(t, p0, p1, t0, t1), mix(t, p1, p2, t1, t2), mix(t, p2, p3, t2, t3)
            return mix(t, mix(t, a1, a2, t0, t2), mix(t, a2, a3, t1, t3), t1, t2)

        shares = np.array([0.0, 1 / 3, 2 / 3, 1.0])
        found.append(np.linalg.solve(np.vander(shares, 4), np.array([at(share) for share in shares])))
    return found


def derivative(piece):
    return piece[:-1] * np.array([3.0, 2.0, 1.0])[:, None]


def value(piece, u):
    return np.array([np.polyval(piece[:, axis], u) for axis in range(3)])


def frames(points, plane, mode, arcs):
    """Length, and place, across and normal at lengths of it."""
    right, down = (np.array(v, float) for v in PLANES[plane])
    normal = np.cross(right, down)
    if mode == "stretched":
        points = [p - normal * ((p - points[0]) @ normal) for p in points]
    curve = pieces(points)
    speed = lambda piece, u: np.linalg.norm(value(derivative(piece), u))
    length = lambda piece, u: quad(lambda x: speed(piece, x), 0.0, u, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
    lengths = [length(piece, 1.0) for piece in curve]
    starts = np.concatenate([[0.0], np.cumsum(lengths)])
    tangent = lambda piece, u: unit(value(derivative(piece), u))
    first = tangent(curve[0], 0.0)
    carried = down if abs(first @ normal) > 0.9 else normal
    carried = unit(carried - first * (first @ carried))
    solutions = []
    for piece in curve:
        def change(u, n, piece=piece):
            rise, bend = value(derivative(piece), u), value(np.array([6 * piece[0], 2 * piece[1]]), u)
            t = unit(rise)
            return -(n @ ((bend - t * (bend @ t)) / np.linalg.norm(rise))) * t
        solution = solve_ivp(change, (0.0, 1.0), carried, method="DOP853", rtol=1e-12, atol=1e-13, dense_output=True)
        solutions.append(solution.sol)
        carried = solution.y[:, -1]
    found = []
    for arc in arcs:
        if not 0.0 <= arc <= starts[-1]:
            found.append(None)
            continue
        k = min(int(np.searchsorted(starts, arc, side="right")) - 1, len(curve) - 1)
        rest = min(arc - starts[k], lengths[k])
        u = 0.0 if rest == 0.0 else brentq(lambda x: length(curve[k], x) - rest, 0.0, 1.0 + 1e-9, xtol=1e-14)
        t, n = tangent(curve[k], u), solutions[k](u)
        n = unit(n - t * (n @ t))
        found.append((value(curve[k], u), np.cross(t, n), n))
    return starts[-1], found


def cases(folder):
    voxels, axes, origin = read(DATA / folder)
    size, inverse = np.array(voxels.shape[::-1]), np.linalg.inv(axes)
    finest = np.linalg.norm(axes, axis=0).min()
    found = []
    for way, plane, turn, mode, slab, how in WAYS:
        points = [np.round(origin + axes @ (np.array(share) * (size - 1)), 3) for share in way]
        whole, _ = frames(points, plane, mode, [])
        # The last rows lie beyond the end.
        mm = round(whole / (ROWS - 2.3), 3)
        _, places = frames(points, plane, mode, [(row + 0.5) * mm for row in range(ROWS)])
        planes = max(1, int(np.ceil(slab / finest))) if slab else 1
        offsets = (np.arange(planes) + 0.5) * (slab / planes) - slab / 2
        angle = np.radians(turn + (90 if mode == "stretched" else 0))
        values = np.full((planes, ROWS, COLUMNS), np.nan)
        for row, place in enumerate(places):
            if place is None:
                continue
            at, across, normal = place
            right, deep = across * np.cos(angle) + normal * np.sin(angle), normal * np.cos(angle) - across * np.sin(angle)
            steps = (np.arange(COLUMNS) + 0.5 - COLUMNS / 2) * mm
            spots = at + right * steps[:, None] + deep * offsets[:, None, None] - origin
            spots = (inverse @ spots[..., None])[..., 0]
            here = map_coordinates(voxels, np.moveaxis(spots[..., ::-1], -1, 0), order=1, mode="nearest", output=np.float64)
            inside = ((spots >= -0.5) & (spots < size - 0.5)).all(axis=-1)
            values[:, row, :] = np.where(inside, here, np.nan)
        shown = project(values, how)
        assert np.isfinite(shown).sum() > 60, (folder, way, np.isfinite(shown).sum())
        assert np.isnan(shown[-1]).all() and np.isfinite(shown[1]).any(), (folder, way)
        found.append({"folder": folder, "points": ";".join(",".join(repr(float(x)) for x in p) for p in points), "plane": plane, "turn": turn, "mode": mode,
                      "slab_mm": slab, "projection": how, "planes": planes, "pixel_mm": mm, "length_mm": round(float(whole), 7),
                      "values": [None if np.isnan(x) else round(float(x), 4) for x in shown.flatten()]})
        print(folder, plane, mode, f"{whole:.3f} mm, {planes} planes, {np.isfinite(shown).sum()} values from {np.nanmin(shown):.1f} to {np.nanmax(shown):.1f}")
    return found


if __name__ == "__main__":
    write(HERE.with_name("expected.json"), {"tools": tools("numpy", "scipy", "pydicom"), "columns": COLUMNS, "rows": ROWS,
                                            "cases": [case for folder in ("ct-gantry-tilt", "mr-oblique") for case in cases(folder)]})
