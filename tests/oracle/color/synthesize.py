"""Small colour and palette images whose every colour is known by formula, written to tests/data/color.

files() gives for each the data set and the RGB that it must show, worked in numpy from the formula and not from the file.
"""
from fractions import Fraction
from math import floor

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

BYTE = np.arange(256, dtype=np.int64)
RAMP = BYTE.reshape(16, 16)


def image(name, pixels, photometric, bits=8, stored=None, signed=0, planar=None, syntax=ExplicitVRLittleEndian):
    """pixels: rows x columns [x 3], or bytes already laid out with their shape."""
    data, (rows, columns) = pixels if isinstance(pixels, tuple) else (pixels, pixels.shape[:2])
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    if not isinstance(data, bytes):
        data = (data.transpose(2, 0, 1) if planar else data).astype(f"{order}{'i' if signed else 'u'}{bits // 8}").tobytes()
    if bits == 8 and syntax == ExplicitVRBigEndian:
        data = words(data)
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = syntax
    d.SOPClassUID, d.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid(entropy_srcs=["hotlight color", name])
    d.StudyInstanceUID, d.SeriesInstanceUID = (generate_uid(entropy_srcs=["hotlight color", level]) for level in ["study", "series"])
    d.PatientName, d.PatientID, d.Modality, d.ConversionType = "ZZCANARY^COLOR", "ZZCANARY-COLOR", "OT", "SYN"
    d.SamplesPerPixel, d.PhotometricInterpretation = (1 if photometric == "PALETTE COLOR" else 3), photometric
    if planar is not None:
        d.PlanarConfiguration = planar
    d.Rows, d.Columns, d.BitsAllocated, d.BitsStored, d.PixelRepresentation = rows, columns, bits, stored or bits, signed
    d.HighBit = d.BitsStored - 1
    d.PixelData = data
    d["PixelData"].VR = "OW"
    return d


def words(data):
    """Pairs of bytes as big endian words, the first in the low byte."""
    return np.frombuffer(data, "<u2").astype(">u2").tobytes()


def colors(index):
    """Three unlike functions of an index, 0 to 255."""
    return np.stack([(37 * index + 11) % 256, (255 - 5 * index) % 256, index * index % 256], -1)


def wide(value):
    """16 bits whose low byte must not show."""
    return value << 8 | 255 - value


def palette(d, descriptor, tables, kind="{}PaletteColorLookupTableData"):
    """descriptor: entries, first value mapped, bits; tables: the bytes of red, green and blue."""
    vr = "SS" if d.PixelRepresentation else "US"
    for name, table in zip(["Red", "Green", "Blue"], tables):
        d.add_new(f"{name}PaletteColorLookupTableDescriptor", vr, descriptor)
        d.add_new(kind.format(name), "OW", table + b"\0" * (len(table) % 2))
    return d


def look_up(stored, first, table):
    return table[np.clip(stored - first, 0, len(table) - 1)]


def expand(segments):
    """Segments (0, values), (1, length, end), (2, number of segments, number of the first): PS3.3 C.7.9.2."""
    table = []
    for segment in segments:
        if segment[0] == 0:
            table += segment[1]
        elif segment[0] == 1:
            start, (length, end) = table[-1], segment[1:]
            table += [floor(Fraction(end - start, length) * k + start + Fraction(1, 2)) for k in range(1, length + 1)]
        else:
            # The line of a repeated segment begins at the table's end.
            table = expand([(0, table)] + segments[segment[2]:segment[2] + segment[1]])
    return table


def encode(segments, size):
    """size: bytes of a number. An indirect segment has a byte offset of 32 bits."""
    out, starts = b"", []
    number = lambda *values: b"".join(int(v).to_bytes(size, "little") for v in values)
    for segment in segments:
        starts.append(len(out))
        if segment[0] == 0:
            out += number(0, len(segment[1]), *segment[1])
        elif segment[0] == 1:
            out += number(*segment)
        else:
            out += number(2, segment[1]) + starts[segment[2]].to_bytes(4, "little")
    return out


def segmented(scale):
    """256 entries of unlike segments for each colour; their lines have no halves to round."""
    line = [(1, 40, 203 * scale), (1, 25, 103 * scale)]
    return [[(0, [0, 9 * scale, 3 * scale]), *line, (0, [243 * scale]), (2, 2, 1), (0, [k * scale for k in range(122)])],
            [(0, [100 * scale]), (1, 51, 49 * scale), (2, 1, 1), (2, 1, 1), (2, 1, 1), (1, 51, 0)],
            [(0, [7 * scale] * 200), (1, 56, 63 * scale)]]


def palettes():
    index = np.arange(201)
    few, wide_few = colors(index), wide(colors(index))
    raw = lambda table, kind: [np.ascontiguousarray(table[:, k]).astype(kind).tobytes() for k in range(3)]
    make = lambda name, **more: image(name, RAMP, "PALETTE COLOR", **more)
    shown = look_up(RAMP, 20, few)
    yield "palette-8", palette(make("palette-8"), [201, 20, 8], raw(few, "u1")), shown
    yield "palette-8-in-words", palette(make("palette-8-in-words"), [201, 20, 8], raw(few, "<u2")), shown
    yield "palette-16", palette(make("palette-16"), [201, 20, 16], raw(wide_few, "<u2")), shown
    yield "palette-16-holds-8", palette(make("palette-16-holds-8"), [201, 20, 16], raw(few, "<u2")), shown
    yield "palette-implicit", palette(make("palette-implicit", syntax=ImplicitVRLittleEndian), [201, 20, 16], raw(wide_few, "<u2")), shown
    big = make("palette-8-big-endian", syntax=ExplicitVRBigEndian)
    yield "palette-8-big-endian", palette(big, [201, 20, 8], [words(t + b"\0") for t in raw(few, "u1")]), shown
    big = make("palette-16-big-endian", syntax=ExplicitVRBigEndian)
    yield "palette-16-big-endian", palette(big, [201, 20, 16], raw(wide_few, ">u2")), shown
    signed = image("palette-signed", RAMP - 128, "PALETTE COLOR", bits=16, signed=1)
    yield "palette-signed", palette(signed, [201, -100, 16], raw(wide_few, "<u2")), look_up(RAMP - 128, -100, few)
    kind = "Segmented{}PaletteColorLookupTableData"
    for size in [1, 2]:
        name, tables = f"palette-segmented-{8 * size}", segmented([1, 257][size - 1])
        table = np.array([expand(t) for t in tables]).T
        yield name, palette(make(name), [256, 0, 8 * size], [encode(t, size) for t in tables], kind), look_up(RAMP, 0, table >> 8 * (size - 1))
    every = np.linspace(0, 65535, 256).astype(np.int64).reshape(16, 16)
    tables = [[(0, [0]), (1, 65535, 65535)], [(0, [65535]), (1, 65535, 0)], [(0, [513]), (1, 65535, 513)]]
    name = "palette-segmented-65536"
    d = image(name, every, "PALETTE COLOR", bits=16)
    yield name, palette(d, [0, 0, 16], [encode(t, 2) for t in tables], kind), np.stack([every, 65535 - every, 0 * every + 513], -1) >> 8


def rgb_from_ybr(ybr):
    """PS3.3 C.7.6.3.1.2 undone in whole numbers, halves up."""
    y, cb, cr = np.moveaxis(ybr.astype(np.int64), -1, 0)
    cb, cr = cb - 128, cr - 128
    green = y + (587000 - 2 * (114 * 1772 * cb + 299 * 1402 * cr)) // 1174000
    return np.clip(np.stack([y + (1402 * cr + 500) // 1000, green, y + (1772 * cb + 500) // 1000], -1), 0, 255)


def samples():
    # 64 x 64 triples that reach every Y, Cb and Cr.
    index = np.arange(64 * 64)
    ybr = np.stack([index * 73 % 256, index // 16, index * 29 % 251 + index // 1024], -1).reshape(64, 64, 3)
    yield "ybr-full", image("ybr-full", ybr, "YBR_FULL", planar=0), rgb_from_ybr(ybr)
    for name, columns in [("ybr-full-422", 16), ("ybr-full-422-odd-columns", 15)]:
        pairs = ybr.reshape(-1, 2, 3)[:8 * columns].copy()
        pairs[:, 1, 1:] = pairs[:, 0, 1:]
        data = np.concatenate([pairs[..., 0], pairs[:, 0, 1:]], -1).astype("u1").tobytes()
        d = image(name, (data, (16, columns)), "YBR_FULL_422", planar=0)
        yield name, d, rgb_from_ybr(pairs.reshape(16, columns, 3))
    rgb = colors(RAMP)
    yield "rgb-planar", image("rgb-planar", rgb, "RGB", planar=1), rgb
    yield "rgb-12-of-16-planar", image("rgb-12-of-16-planar", rgb << 4 | 15 - (rgb & 15), "RGB", bits=16, stored=12, planar=1), rgb
    yield "rgb-16-big-endian", image("rgb-16-big-endian", wide(rgb), "RGB", bits=16, planar=0, syntax=ExplicitVRBigEndian), rgb


def files():
    yield from palettes()
    yield from samples()
