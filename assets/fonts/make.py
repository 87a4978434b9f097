#!/usr/bin/env python3
"""Makes the fonts of this folder from Inter 4.001.

Origin:  the npm package inter-ui 4.1.1, files web/Inter-{Regular,SemiBold}.woff2, their digests below.
Licence: SIL Open Font License 1.1 (OFL.txt), no reserved font name. A changed font is called so all the same:
         the family here is "Inter Tabular".

What is changed, and why:
- Digits are the tabular ones, so that a number which changes does not shake the words beside it.
- Contextual alternates are left out: they draw "->" as an arrow and "3x3" as a product, and what stands in a
  file is to be read as it stands there.
- Only Latin, Greek, Cyrillic and the symbols of an interface remain, to keep the program small.

Needs npm, and: pip install fonttools==4.68.0 brotli==1.2.1 uharfbuzz==0.57.0. Run it from anywhere; the same
input gives the same bytes.
"""

import hashlib
import pathlib
import subprocess
import tarfile
import tempfile

import uharfbuzz
from fontTools import subset
from fontTools.ttLib import TTFont

ORIGIN = "inter-ui@4.1.1"
DIGESTS = {
    "Regular": "e06f6b1bc553aaea4e4668023ed0ab0a147129c3107f511bc7d03d361b0ae085",
    "SemiBold": "5cb7103e4e605989afebc03d989c79201e54b21b5183db33981f70db9178a301",
}
RANGES = [
    (0x0020, 0x024F),  # Latin, with its extensions A and B
    (0x02B0, 0x036F),  # modifiers, combining marks
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin for Vietnamese
    (0x2000, 0x22FF),  # punctuation, raised digits, currencies, fractions, arrows, mathematics
    (0x2300, 0x2426),  # keys
    (0x2500, 0x27BF),  # lines, shapes, marks
    (0xFFFC, 0xFFFD),  # replacement characters
]
FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern"]


def tabular_digits(font):
    """Each digit to its tabular glyph, by the font's own table for the feature `tnum`."""
    table = font["GSUB"].table
    records = [r for r in table.FeatureList.FeatureRecord if r.FeatureTag == "tnum"]
    lookups = {index for record in records for index in record.Feature.LookupListIndex}
    tabular = {}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            tabular |= getattr(part, "ExtSubTable", part).mapping
    before = dict(font.getBestCmap())
    for part in font["cmap"].tables:
        for digit in range(ord("0"), ord("9") + 1):
            part.cmap[digit] = tabular[before[digit]]


def reduce(font):
    options = subset.Options(layout_features=FEATURES, notdef_outline=True, name_IDs=["*"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)


def rename(font):
    for record in font["name"].names:
        text = record.toUnicode()
        if record.nameID in (1, 4, 16, 21):
            record.string = text.replace("Inter", "Inter Tabular", 1)
        elif record.nameID in (3, 6):
            record.string = text.replace("Inter-", "InterTabular-", 1)


def check(path):
    """Digits are equally wide, alone and side by side, as the shaper that draws them sees it."""
    shaper = uharfbuzz.Font(uharfbuzz.Face(path.read_bytes()))
    widths = set()
    for number in range(100):
        buffer = uharfbuzz.Buffer()
        buffer.add_str(f"{number:02}")
        buffer.guess_segment_properties()
        uharfbuzz.shape(shaper, buffer)
        widths |= {position.x_advance for position in buffer.glyph_positions}
    assert len(widths) == 1, f"{path}: digits are {widths} wide"
    assert path.stat().st_size < 400_000, f"{path}: {path.stat().st_size} bytes"


def main():
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        pack = subprocess.check_output(["npm", "pack", "--silent", ORIGIN], cwd=folder, text=True)
        with tarfile.open(pathlib.Path(folder) / pack.strip()) as package:
            package.extractall(folder)
        for weight, digest in DIGESTS.items():
            source = pathlib.Path(folder) / "package" / "web" / f"Inter-{weight}.woff2"
            assert hashlib.sha256(source.read_bytes()).hexdigest() == digest, f"{source.name} is not what it was"
            font = TTFont(source, recalcTimestamp=False)
            tabular_digits(font)
            reduce(font)
            rename(font)
            font.flavor = None
            target = here / f"Inter-{weight}.ttf"
            font.save(target)
            check(target)


if __name__ == "__main__":
    main()
