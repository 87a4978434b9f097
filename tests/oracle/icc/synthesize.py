"""ICC profiles of three kinds, byte by byte from ICC.1: curves with a matrix of version 2, the same of version 4, tables of version 2."""
import struct

import numpy as np

D50 = np.array([0.9642, 1.0, 0.8249])
# Red, green, blue in columns; D50.
ADOBE = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])
WIDE = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])


def s15(values):
    return b"".join(struct.pack(">i", round(float(v) * 65536)) for v in np.ravel(values))


def xyz(values):
    return b"XYZ \0\0\0\0" + s15(values)


def text(version, words):
    if version == 2:
        line = words.encode() + b"\0"
        return b"desc\0\0\0\0" + struct.pack(">I", len(line)) + line + bytes(8 + 3 + 67)
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2 * len(words), 28) + words.encode("utf-16-be")


def profile(version, pcs, tags):
    tags = [(name, data + bytes(-len(data) % 4)) for name, data in tags]
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for name, data in tags:
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data
    size = at + len(body)
    head = struct.pack(">I4xI4s4s4s", size, version << 24, b"mntr", b"RGB ", pcs) + struct.pack(">6H", 2026, 11, 28, 0, 0, 0)
    head += b"acsp" + bytes(28) + s15(D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def matrix(version, words, colorants, curves):
    tags = [(b"desc", text(version, words)), (b"wtpt", xyz(D50))]
    tags += [(name, xyz(colorants[:, i])) for i, name in enumerate([b"rXYZ", b"gXYZ", b"bXYZ"])]
    tags += list(zip([b"rTRC", b"gTRC", b"bTRC"], curves))
    return profile(version, b"XYZ ", tags)


def lab_of(rgb):
    """A monitor of gamma 2.0 with the wide colours, each mixed with a twentieth of gray."""
    linear = rgb ** 2
    linear = 0.95 * linear + 0.05 * linear.mean(-1, keepdims=True)
    t = linear @ WIDE.T / D50
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def rgb_of(lab):
    """Its inverse; what the monitor cannot show is cut."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    t = np.where(f > 6 / 29, f ** 3, (116 * f - 16) * 27 / 24389)
    linear = (t * D50) @ np.linalg.inv(WIDE).T
    linear = (linear - 0.05 * linear.mean(-1, keepdims=True)) / 0.95
    return np.sqrt(np.clip(linear, 0, 1))


def lut16(nodes, values):
    """lut16Type with straight curves; a legacy encoding of Lab. ICC.1 10.10."""
    head = b"mft2\0\0\0\0" + bytes([3, 3, nodes, 0]) + s15(np.eye(3)) + struct.pack(">HH", 2, 2)
    straight = struct.pack(">6H", *[0, 65535] * 3)
    return head + straight + np.round(np.clip(values, 0, 65535)).astype(">u2").tobytes() + straight


def grid(nodes):
    line = np.linspace(0, 1, nodes)
    return np.stack(np.meshgrid(line, line, line, indexing="ij"), -1)


def tables():
    lab = lab_of(grid(17))
    to_pcs = lut16(17, np.stack([lab[..., 0] * 652.8, (lab[..., 1] + 128) * 256, (lab[..., 2] + 128) * 256], -1))
    place = grid(25) * 65535
    lab = np.stack([place[..., 0] / 652.8, place[..., 1] / 256 - 128, place[..., 2] / 256 - 128], -1)
    to_device = lut16(25, rgb_of(lab) * 65535)
    tags = [(b"desc", text(2, "tables")), (b"wtpt", xyz(D50)), (b"A2B0", to_pcs), (b"B2A0", to_device)]
    return profile(2, b"Lab ", tags)


def profiles():
    gamma = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.19921875 * 256), 0)
    power = lambda g: b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + s15([g])
    srgb = b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + s15([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])
    yield "adobe", matrix(2, "like Adobe RGB", ADOBE, [gamma] * 3)
    yield "wide", matrix(4, "wide, a curve each", WIDE, [srgb, power(2.2), power(2.0)])
    yield "table", tables()
