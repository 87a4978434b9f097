"""Makes the first inputs of each fuzz target from the files in tests/data: target/fuzz/corpus/TARGET/NAME.

Run it with the Python of the oracles: target/oracle-venv/bin/python tests/fuzz/seeds.py
"""
import io
import pathlib
import zipfile

import pydicom
from pydicom.encaps import generate_frames

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/data"
CORPUS = ROOT / "target/fuzz/corpus"
SMALL = 6_000

# In the order of `SYNTAXES`, `FORMS` and `BITS` in src/testing/fuzz.rs.
SYNTAXES = [
    "1.2.840.10008.1.2" + end
    for end in ["", ".1", ".2", ".1.99", ".5", ".4.50", ".4.51", ".4.55", ".4.57", ".4.70", ".4.80", ".4.81", ".4.90",
                ".4.91", ".4.201", ".4.203", ".8.1"]
]
FORMS = ["MONOCHROME2", "MONOCHROME1", "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT"]
BITS = [(1, 1), (8, 8), (16, 12), (16, 16), (32, 32), (8, 5)]


def put(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def pixels(data_set):
    """The codestream of the first frame behind the five bytes that choose its form; None when it has no such form."""
    syntax = str(data_set.file_meta.TransferSyntaxUID)
    form = data_set.PhotometricInterpretation
    bits = (data_set.BitsAllocated, data_set.BitsStored)
    if syntax not in SYNTAXES or form not in FORMS or bits not in BITS or max(data_set.Rows, data_set.Columns) > 256:
        return None
    if data_set.PixelData[:4] == b"\xfe\xff\x00\xe0":
        value = next(generate_frames(data_set.PixelData, number_of_frames=int(data_set.get("NumberOfFrames", 1))))
    else:
        value = data_set.PixelData
    flags = data_set.get("PlanarConfiguration", 0) << 7 | data_set.PixelRepresentation << 6
    head = [SYNTAXES.index(syntax), FORMS.index(form), BITS.index(bits) | flags, data_set.Rows - 1, data_set.Columns - 1]
    return bytes(head) + value


small = []
for path in sorted(p for p in DATA.rglob("*") if p.is_file() and p.suffix not in {".md", ".txt"}):
    name = "-".join(path.relative_to(DATA).parts)
    data = path.read_bytes()
    if len(data) <= SMALL:
        put("reader", name, data)
        small.append((name, data))
    if "DICOMDIR" in path.name and len(data) <= 4 * SMALL:
        put("dicomdir", name, data)
    try:
        seed = pixels(pydicom.dcmread(path, force=True))
    except Exception as error:  # damaged on purpose
        print(f"{name}: {error}")
        continue
    if seed and len(seed) <= 2 * SMALL:
        put("pixels", name, seed)
for method in [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as members:
        for name, data in small[:3]:
            members.writestr(zipfile.ZipInfo(f"study/../{name}"), data, method)
    put("zip", f"method-{method}.zip", archive.getvalue())
