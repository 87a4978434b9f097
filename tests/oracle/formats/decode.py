"""The samples of one frame, by decoders that are not ours: pydicom's plugins, dcmtk where pydicom has none, and by hand what neither reads.

decode(dataset, frame) gives the samples, what colour they have now, and which decoder it was. Where two plugins know a syntax both are
asked; they must agree, to the bit where nothing is lost.
"""
import functools
import pathlib
import subprocess
import tempfile
import zlib

import numpy as np
import pydicom
from pydicom.encaps import generate_frames
from pydicom.pixels import get_decoder
from pydicom.uid import RLELossless

# The first decodes, the second is compared with it. pylibjpeg shares no code with libjpeg, nor with CharLS; gdcm contains both.
PLUGINS = {
    "1.2.840.10008.1.2.4.50": ["gdcm", "pylibjpeg"], "1.2.840.10008.1.2.4.57": ["pylibjpeg", "gdcm"], "1.2.840.10008.1.2.4.70": ["pylibjpeg", "gdcm"],
    "1.2.840.10008.1.2.4.80": ["pylibjpeg", "gdcm"], "1.2.840.10008.1.2.4.81": ["pylibjpeg", "gdcm"],
    "1.2.840.10008.1.2.4.90": ["pylibjpeg", "gdcm"], "1.2.840.10008.1.2.4.91": ["pylibjpeg", "gdcm"],
    "1.2.840.10008.1.2.4.201": ["pylibjpeg", "OpenJPH"], "1.2.840.10008.1.2.4.202": ["pylibjpeg", "OpenJPH"],
    "1.2.840.10008.1.2.4.203": ["pylibjpeg", "OpenJPH"]}
# pydicom knows no .53 and .55, and its plugins disagree about .51 of 12 bits.
DCMDJPEG = {"1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"}
LOSSY = DCMDJPEG | {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203"}
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
PYDICOM = f"pydicom {pydicom.__version__}"


def decode(d, frame):
    """Samples of rows x columns [x 3], the photometric interpretation that they have now, and the decoder's name."""
    syntax = d.file_meta.TransferSyntaxUID
    if syntax == DEFLATED_FRAMES:
        return packed_bits(d, zlib.decompress(fragments(d, frame), -15)), d.PhotometricInterpretation, "zlib, by hand"
    if syntax == RLELossless and d.BitsAllocated == 1:
        return packed_bits(d, unpack_rle(fragments(d, frame))), d.PhotometricInterpretation, "RLE, by hand"
    if syntax in DCMDJPEG:
        native = dcmdjpeg(str(d.filename))
        return *by_pydicom(native, frame, "")[:2], f"dcmdjpeg {dcmtk_version()}"
    if not syntax.is_compressed or syntax.is_deflated or syntax == RLELossless:
        return *by_pydicom(d, frame, ""), PYDICOM
    first, *others = PLUGINS[syntax]
    samples, photometric = by_pydicom(d, frame, first)
    agreed = [first]
    for plugin in others:
        try:
            second = by_openjph(d, frame) if plugin == "OpenJPH" else by_pydicom(d, frame, plugin)[0]
        except (RuntimeError, ValueError, NotImplementedError):
            continue
        if (second == samples).all():
            agreed.append(plugin)
        else:
            assert syntax in LOSSY, f"{first} and {plugin} disagree"
    return samples, photometric, f"{PYDICOM} + " + " = ".join(agreed)


def by_pydicom(d, frame, plugin):
    samples, meta = get_decoder(d.file_meta.TransferSyntaxUID).as_array(d, index=frame, decoding_plugin=plugin, correct_unused_bits=False)
    return samples, meta["photometric_interpretation"]


def by_openjph(d, frame):
    with tempfile.TemporaryDirectory() as folder:
        stream, out = pathlib.Path(folder) / "frame.j2c", pathlib.Path(folder) / ("frame.ppm" if d.SamplesPerPixel == 3 else "frame.pgm")
        stream.write_bytes(fragments(d, frame))
        subprocess.run(["ojph_expand", "-i", stream, "-o", out], check=True, capture_output=True)
        mark, _, _, maximum, data = out.read_bytes().split(maxsplit=4)
        shape = (d.Rows, d.Columns, 3) if mark == b"P6" else (d.Rows, d.Columns)
        return np.frombuffer(data, ">u2" if int(maximum) > 255 else "u1", np.prod(shape)).reshape(shape)


@functools.lru_cache(maxsize=2)
def dcmdjpeg(path):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "native.dcm"
        # +px: colour by pixel; -cn would keep YBR, the default makes RGB.
        subprocess.run(["dcmdjpeg", "-q", "+px", path, out], check=True, capture_output=True)
        return pydicom.dcmread(out.open("rb"))


@functools.cache
def dcmtk_version():
    return subprocess.run(["dcmdjpeg", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]


def fragments(d, frame):
    return list(generate_frames(d.PixelData, number_of_frames=int(d.get("NumberOfFrames") or 1)))[frame]


def packed_bits(d, data):
    """One bit a pixel, the lowest bit first. PS3.5 8.1.1."""
    count = d.Rows * d.Columns
    return np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[:count].reshape(d.Rows, d.Columns)


def unpack_rle(frame):
    """The only segment of an RLE frame. PS3.5 G.3.1, G.4."""
    header = np.frombuffer(frame, "<u4", 16)
    assert header[0] == 1, f"{header[0]} RLE segments"
    data, at, out = frame[header[1]:], 0, bytearray()
    while at + 1 < len(data):
        code = data[at]
        if code < 128:
            out += data[at + 1:at + 2 + code]
            at += 2 + code
        else:
            out += bytes([data[at + 1]]) * (257 - code if code > 128 else 0)
            at += 2 if code > 128 else 1
    return bytes(out)
