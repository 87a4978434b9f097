"""Makes the objects of tests/data/formats/made: forms that no public file has, or none whose licence lets it in.

synthesize.py OUT_FOLDER. The same bytes each time, given the same tools: dcmtk, openjph-tools and the packages of requirements.txt.
Where nothing is lost, what was made is decoded again and must be what went in.
"""
import pathlib
import subprocess
import sys
import tempfile

import jpeg_ls
import numpy as np
import pydicom
from openjpeg.utils import encode_array
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels.encoders.native import _encode_frame as rle_frame
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless, generate_uid

from decode import decode
from make import color, read, stored

OUT = pathlib.Path(sys.argv[1]).resolve()
ROWS, COLUMNS = 47, 62
Y, X = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.int64)
JPEG_LS, J2K_LOSSLESS, J2K, HTJ2K_RPCL, MPEG4 = (f"1.2.840.10008.1.2.4.{n}" for n in (80, 90, 91, 202, 102))


def texture(bits, seed=0):
    """Values of that many bits, all different from their neighbours: for what loses nothing."""
    return (X * 37 + Y * 101 + X * Y + seed * 211) * 0x9E3779B1 % (1 << bits)


def smooth(bits, seed=0):
    """Slopes and a disc, with no steep edge but the disc's: for lossy codecs."""
    disc = ((X - 30) ** 2 + (Y - 24) ** 2 < 200) * (1 << bits - 2)
    return X * (1 << bits - 1) // COLUMNS + Y * ((1 << bits - 2) - 8 * seed) // ROWS + disc + seed


def signed(values, bits):
    return values - (values >> bits - 1 << bits)


def rgb(make, bits):
    return np.stack([make(bits, seed) for seed in (0, 3, 7)], axis=-1)


def dataset(name, frames, bits, photometric, allocated, is_signed, shift):
    """A Secondary Capture image without pixel data."""
    d, is_color = Dataset(), frames[0].ndim == 3
    d.file_meta = FileMetaDataset()
    d.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7" + ("" if len(frames) == 1 else ".4" if is_color else ".3" if bits > 8 else ".2")
    d.SOPInstanceUID, d.SeriesInstanceUID, d.StudyInstanceUID = (generate_uid(entropy_srcs=[s]) for s in (name, f"series {name}", "formats"))
    d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = "ZZCANARY^FORMATS", "ZZCANARY-FORMATS", "", ""
    d.StudyDate, d.StudyTime, d.AccessionNumber, d.ReferringPhysicianName, d.StudyID = "20260101", "120000", "", "", "1"
    d.Modality, d.ConversionType, d.SeriesNumber, d.InstanceNumber, d.SeriesDescription = "OT", "SYN", 1, 1, name
    if len(frames) > 1:
        d.NumberOfFrames, d.FrameIncrementPointer, d.FrameTime = len(frames), 0x00181063, "40"
    d.SamplesPerPixel, d.PhotometricInterpretation, d.Rows, d.Columns = 3 if is_color else 1, photometric, ROWS, COLUMNS
    if is_color:
        d.PlanarConfiguration = 0
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = allocated, bits, bits - 1 + shift, int(is_signed)
    return d


def write(name, frames, bits, syntax=ExplicitVRLittleEndian, encode=None, *, photometric=None, allocated=None, is_signed=False, shift=0,
          planar=False, fragments=1, offsets="basic", palette=None, attributes=(), is_exact=True, options=None):
    """`encode` makes the stream of a frame, or the bytes of a native one; `options` are dcmcjpeg's, which then makes the file."""
    allocated = allocated or (8 if bits <= 8 else 16)
    photometric = photometric or ("PALETTE COLOR" if palette is not None else "RGB" if frames[0].ndim == 3 else "MONOCHROME2")
    d = dataset(name, frames, bits, photometric, allocated, is_signed, shift)
    for keyword, value in attributes:
        setattr(d, keyword, value)
    order = ">" if syntax == ExplicitVRBigEndian else "<"

    def bytes_of(frame):
        samples = frame.transpose(2, 0, 1) if planar else frame
        return ((samples & (1 << bits) - 1) << shift).astype(f"{order}u{allocated // 8}").tobytes()

    if planar:
        d.PlanarConfiguration = 1
    streams = [(encode or bytes_of)(frame) for frame in frames]
    is_native = UID(syntax) in (ExplicitVRLittleEndian, ExplicitVRBigEndian)
    if is_native:
        data = b"".join(streams)
        data += b"\0" * (len(data) % 2)
        if order == ">" and allocated == 8:
            data = np.frombuffer(data, "u2").byteswap().tobytes()  # 16-bit words, the first pixel in the low byte: PS3.5 8.1.2
    elif offsets == "extended":
        data, d.ExtendedOffsetTable, d.ExtendedOffsetTableLengths = encapsulate_extended(streams)
    else:
        data = encapsulate(streams, fragments_per_frame=fragments, has_bot=offsets == "basic")
    d.add_new("PixelData", "OW" if is_native else "OB", data)
    d["PixelData"].is_undefined_length = not is_native
    d.file_meta.TransferSyntaxUID = UID(syntax)
    path = OUT / f"{name}.dcm"
    with tempfile.TemporaryDirectory() as folder:
        plain = pathlib.Path(folder) / "plain.dcm" if options else path
        pydicom.dcmwrite(plain, d, implicit_vr=False, little_endian=order == "<", enforce_file_format=True)
        if options:
            subprocess.run(["dcmcjpeg", "-q", "+un", *options, plain, path], check=True)
    if is_exact:
        check(path, frames, palette)


def check(path, frames, palette):
    """What lies in the file is what went in, as others decode it."""
    d = read(path)
    for n, frame in enumerate(frames):
        samples, photometric, _ = decode(d, n)
        if palette is not None:
            found, expected = color(d, samples, photometric), palette(frame)
        elif frame.ndim == 3:
            found, expected = color(d, samples, photometric), frame >> d.BitsStored - 8
        else:
            found, expected = stored(d, samples), frame
        assert (found == expected).all(), path.name


def jls(frame):
    return bytes(jpeg_ls.encode_array(frame.astype(np.uint16 if frame.max() > 255 else np.uint8)))


def htj2k(frame):
    """OpenJPH, reversible, 16 bits, in the order of .202."""
    with tempfile.TemporaryDirectory() as folder:
        raw, out = pathlib.Path(folder) / "in.yuv", pathlib.Path(folder) / "out.j2c"
        raw.write_bytes(frame.astype("<u2").tobytes())
        subprocess.run(["ojph_compress", "-i", raw, "-o", out, "-reversible", "true", "-prog_order", "RPCL", "-dims", f"{{{COLUMNS},{ROWS}}}",
                        "-num_comps", "1", "-signed", "false", "-bit_depth", "16", "-downsamp", "{1,1}"], check=True, capture_output=True)
        return out.read_bytes()


def rle(allocated):
    """PS3.5 G, by pydicom."""
    def encode(frame):
        samples = frame.shape[2] if frame.ndim == 3 else 1
        runner = pydicom.pixels.encoders.base.EncodeRunner(RLELossless)
        runner.set_options(rows=ROWS, columns=COLUMNS, samples_per_pixel=samples, number_of_frames=1, bits_allocated=allocated, bits_stored=allocated,
                           pixel_representation=0, photometric_interpretation="RGB" if samples == 3 else "MONOCHROME2", planar_configuration=0)
        return bytes(rle_frame(frame.astype(f"<u{allocated // 8}").tobytes(), runner))
    return encode


def ybr(make):
    """Luminance and two slow colour differences."""
    return np.stack([make(8), 100 + X, 160 - Y], axis=-1)


def halved(frame):
    """Native YBR_FULL_422: Y Y Cb Cr for each two pixels of a row. PS3.3 C.7.6.3.1.2."""
    y, cb, cr = (frame[..., k] for k in range(3))
    return np.stack([y[:, ::2], y[:, 1::2], cb[:, ::2], cr[:, ::2]], axis=-1).astype(np.uint8).tobytes()


def gray():
    write("big_endian_8bit_words", [texture(8)], 8, ExplicitVRBigEndian)
    write("big_endian_int32", [signed(texture(32), 32)], 32, ExplicitVRBigEndian, allocated=32, is_signed=True)
    write("signed_8bit", [signed(texture(8), 8)], 8, is_signed=True, attributes=[("RescaleSlope", "0.5"), ("RescaleIntercept", "-10"), ("RescaleType", "US")])
    write("signed_12bit_high_bit_15", [signed(texture(12), 12)], 12, is_signed=True, shift=4)
    write("int32_rescaled", [signed(texture(32), 32)], 32, allocated=32, is_signed=True,
          attributes=[("RescaleSlope", "0.001"), ("RescaleIntercept", "-5.5"), ("RescaleType", "US")])
    write("mono1_rle", [texture(10)], 10, RLELossless, rle(16), photometric="MONOCHROME1")
    write("j2k_signed", [signed(texture(12), 12)], 12, J2K_LOSSLESS, lambda f: encode_array(f.astype(np.int16), bits_stored=12), is_signed=True)
    write("htj2k_rpcl", [texture(16)], 16, HTJ2K_RPCL, htj2k)
    write("jpeg_extended_8bit", [smooth(8)], 8, options=["+ee"], is_exact=False)
    write("jpeg_lossless_predictor_6", [texture(16)], 16, options=["+el", "+sv", "6"])
    write("jpeg_progressive_12bit", [smooth(12)], 12, options=["+ep"], is_exact=False)


def fragments():
    frames = [texture(12, seed) for seed in range(3)]
    write("fragments_with_offsets", frames, 12, JPEG_LS, jls, fragments=3)
    write("fragments_without_offsets", frames, 12, J2K_LOSSLESS, lambda f: encode_array(f.astype(np.uint16), bits_stored=12), fragments=2, offsets=None)
    write("extended_offset_table", frames, 12, JPEG_LS, jls, offsets="extended")
    write("video_mpeg4", [smooth(8)] * 3, 8, MPEG4, lambda frame: b"\0\0\0\x20ftypisom", is_exact=False)


def in_color():
    write("ybr_full_422_native", [ybr(smooth)], 8, encode=halved, photometric="YBR_FULL_422", is_exact=False)
    write("ybr_full_rle", [ybr(texture)], 8, RLELossless, rle(8), photometric="YBR_FULL", is_exact=False)
    write("rgb_16bit_planar", [rgb(texture, 16)], 16, planar=True)
    write("rgb_16bit_rle", [rgb(texture, 16)], 16, RLELossless, rle(16))
    write("rgb_16bit_big_endian", [rgb(texture, 16)], 16, ExplicitVRBigEndian)
    write("rgb_12bit_jpeg_lossless", [rgb(texture, 12)], 12, options=["+e1"])
    write("rgb_jpeg_baseline", [rgb(smooth, 8)], 8, options=["+eb", "+cr"], is_exact=False)
    write("ybr_jpeg_baseline_411", [rgb(smooth, 8)], 8, options=["+eb", "+np"], is_exact=False)
    write("ybr_jpeg_12bit", [rgb(smooth, 12)], 12, options=["+ee", "+s4"], is_exact=False)
    write("ybr_ict_j2k", [rgb(smooth, 8)], 8, J2K, lambda f: encode_array(f.astype(np.uint8), photometric_interpretation=1, compression_ratios=[8]),
          photometric="YBR_ICT", is_exact=False)


def in_palettes():
    # Red rises, green falls, blue is a step; the first stored value mapped is not 0.
    ramps = [np.arange(200) * 329, 65535 - np.arange(200) * 329, np.repeat([0, 30000], 100)]
    write("palette_16bit_jpeg_ls", [texture(8)], 8, JPEG_LS, jls, palette=shown(ramps, 16, 8),
          attributes=descriptors(16, 16) + [(f"{c}PaletteColorLookupTableData", ramp.astype("<u2").tobytes()) for c, ramp in zip(COLORS, ramps)])
    # Two discrete values, a line up by 5, both once more by reference, a line down by 3, a flat one: PS3.3 C.7.9.2. Pixels are signed, the
    # first stored value mapped is negative.
    segments = bytes([0, 2, 10, 20, 1, 47, 255, 2, 2, 0, 0, 0, 0, 1, 85, 0, 1, 17, 0, 0])
    up = [10, *range(20, 256, 5)]
    ramp = np.array([*up, *up, *range(252, -1, -3), *[0] * 17])
    write("palette_8bit_segmented", [signed(texture(8), 8)], 8, is_signed=True, palette=shown([ramp] * 3, -90, 0),
          attributes=descriptors(-90, 8) + [(f"Segmented{c}PaletteColorLookupTableData", segments) for c in COLORS])


COLORS = "Red", "Green", "Blue"


def descriptors(first, bits):
    return [(f"{c}PaletteColorLookupTableDescriptor", [200, first, bits]) for c in COLORS]


def shown(ramps, first, shift):
    return lambda frame: np.stack([ramp >> shift for ramp in ramps], axis=-1)[np.clip(frame - first, 0, 199)]


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    gray()
    fragments()
    in_color()
    in_palettes()
