"""Text in every character set of PS3.3 C.12.1.1.2: bytes as they stand in an object, and what pydicom makes of them.

`public` are all texts of tests/data/charset that are not plain ASCII. `made` are texts of ours, encoded here by Python's codecs and
the escape sequences of PS3.3 tables C.12-3 and C.12-4: what went in is what must come out. pydicom is asked there too, but for what it
does not know: ISO IR 203, the escape sequence of ISO IR 58 (it stays in the text), half a kanji that looks like a delimiter, the overline
of JIS X 0201, a set that is used without its escape sequence.
A name is [alphabetic, ideographic, phonetic].
"""
import pathlib
import sys
import warnings

import pydicom
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.dataelem import RawDataElement
from pydicom.valuerep import PersonName, TEXT_VR_DELIMS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import DATA, tools, write

warnings.simplefilter("ignore")
TEXT_VRS = {"LO", "SH", "UC", "PN", "LT", "ST", "UT"}
# Where the charset element of a sequence item is missing, that of the data set around it counts: the reader starts from here.
DEFAULT = [""]


def groups(name):
    """The three representations, without what means nothing: spaces around components, empty components at the end."""
    parts = [*name.split("=", 2), "", ""][:3]
    return ["^".join(component.strip(" \0") for component in part.split("^")).rstrip("^") for part in parts]


def by_pydicom(sets, vr, value):
    encodings = convert_encodings(sets)
    if vr == "PN":
        return groups(str(PersonName(value, encodings).decode()))
    return decode_bytes(value, encodings, TEXT_VR_DELIMS).rstrip(" \0")


def texts(path, dataset, sets=DEFAULT):
    own = dataset.get("SpecificCharacterSet")
    sets = sets if own is None else [own] if isinstance(own, str) else list(own)
    for tag in dataset.keys():
        raw = dataset.get_item(tag)
        if isinstance(raw, RawDataElement) and raw.VR in TEXT_VRS and raw.value:
            for value in raw.value.split(b"\\"):
                if not value.isascii() or b"\x1b" in value:
                    yield {"of": f"{path.name} {tag}", "sets": "\\".join(sets), "vr": raw.VR, "bytes": value.hex(), "text": by_pydicom(sets, raw.VR, value)}
        elif dataset[tag].VR == "SQ":
            for item in dataset[tag].value:
                yield from texts(path, item, sets)


def escaped(sequence, text, codec, back=b"\x1b(B"):
    """A run in another set. JIS codecs write the sequence themselves, and end with the one back to ASCII."""
    data = text.encode(codec)
    if codec.startswith("iso2022"):
        assert data.startswith(b"\x1b" + sequence) and data.endswith(b"\x1b(B"), data
        return data[:-3] + back
    return b"\x1b" + sequence + data


def made(sets, vr, text, pieces, knows=True):
    value = b"".join(piece if isinstance(piece, bytes) else piece.encode("ascii") for piece in pieces)
    expected = groups(text) if vr == "PN" else text
    if knows:
        assert by_pydicom(sets.split("\\"), vr, value) == expected, (sets, text, by_pydicom(sets.split("\\"), vr, value))
    return {"of": "made", "sets": sets, "vr": vr, "bytes": value.hex(), "text": expected}


def single(number, codec, text, knows=True):
    """A set with one byte a character: alone, and brought by its escape sequence."""
    letter = {100: "A", 101: "B", 109: "C", 110: "D", 126: "F", 127: "G", 138: "H", 144: "L", 148: "M", 166: "T", 203: "b"}[number]
    yield made(f"ISO_IR {number}", "PN", f"ZZCANARY^{text}", ["ZZCANARY^", text.encode(codec)], knows)
    sequence = b"-" + letter.encode()
    yield made(f"\\ISO 2022 IR {number}", "PN", f"ZZCANARY^{text}=^{text}", ["ZZCANARY^", escaped(sequence, text, codec), "=^", escaped(sequence, text, codec)], knows)


JAPANESE = "\\ISO 2022 IR 87\\ISO 2022 IR 159"
kanji = lambda text, back=b"\x1b(B": escaped(b"$B", text, "iso2022_jp", back)
supplementary = lambda text: escaped(b"$(D", text, "iso2022_jp_2")
korean = lambda text: escaped(b"$)C", text, "euc_kr")
chinese = lambda text: escaped(b"$)A", text, "gb2312")

cases = [
    *single(100, "iso8859_1", "Zoë Ægir ÿ"), *single(101, "iso8859_2", "Žižka Ľuboš"), *single(109, "iso8859_3", "Ġorġ Ħal"),
    *single(110, "iso8859_4", "Ķirķe Ŋ"), *single(126, "iso8859_7", "Διονύσιος"), *single(127, "iso8859_6", "قباني"),
    *single(138, "iso8859_8", "שרון"), *single(144, "iso8859_5", "Люксембург Ё"), *single(148, "iso8859_9", "Çiğdem Işıl Şen"),
    *single(166, "tis_620", "สมชาย ใจดี"), *single(203, "iso8859_15", "Œuvre Žena €", knows=False),
    made("ISO 2022 IR 100\\ISO 2022 IR 144\\ISO 2022 IR 126", "PN", "ZZCANARY^Zoë=Ё^Ωé", ["ZZCANARY^", b"Zo\xeb=", escaped(b"-L", "Ё", "iso8859_5"), "^", escaped(b"-F", "Ω", "iso8859_7"), b"\x1b-A\xe9"]),
    made("ISO 2022 IR 100\\ISO 2022 IR 144", "PN", "ZZCANARY^Ё^é=é", ["ZZCANARY^", escaped(b"-L", "Ё", "iso8859_5"), b"^\xe9=\xe9"]),
    made("ISO 2022 IR 100\\ISO 2022 IR 144", "LO", "Ё\té", [escaped(b"-L", "Ё", "iso8859_5"), b"\t\xe9"]),
    made(JAPANESE, "PN", "ZZCANARY^TARO=山田^太郎=やまだ^たろう", ["ZZCANARY^TARO=", kanji("山田"), "^", kanji("太郎"), "=", kanji("やまだ"), "^", kanji("たろう")]),
    made(JAPANESE, "PN", "ZZCANARY=春子^棣", ["ZZCANARY=", kanji("春子"), "^", kanji("棣")], knows=False),
    made(JAPANESE, "LO", "丂と山 A", [supplementary("丂"), kanji("と山"), " A"]),
    made("ISO 2022 IR 13\\ISO 2022 IR 87", "PN", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎", ["ﾔﾏﾀﾞ^ﾀﾛｳ".encode("shift_jis"), "=", kanji("山田", b"\x1b(J"), "^", kanji("太郎", b"\x1b(J")]),
    made("ISO_IR 13", "LO", "ﾑﾈ 1‾2", ["ﾑﾈ".encode("shift_jis"), " 1~2"], knows=False),
    made("\\ISO 2022 IR 149", "PN", "ZZCANARY=洪^吉洞=홍^길동", ["ZZCANARY=", korean("洪"), "^", korean("吉洞"), "=", korean("홍"), "^", korean("길동")]),
    made("\\ISO 2022 IR 149", "PN", "ZZCANARY==홍^길동", ["ZZCANARY==", "홍".encode("euc_kr"), "^", "길동".encode("euc_kr")], knows=False),
    made("\\ISO 2022 IR 58", "PN", "ZZCANARY=张^小东", ["ZZCANARY=", chinese("张"), "^", chinese("小东")], knows=False),
    made("\\ISO 2022 IR 58", "LO", "胸部 CT\r\n平扫", [chinese("胸部"), " CT\r\n", chinese("平扫")], knows=False),
    made("GBK", "PN", "ZZCANARY=張^小東", ["ZZCANARY=", "張^小東".encode("gbk")]),
    made("GBK", "LO", "乗乛 CT", ["乗乛 CT".encode("gbk")]),
    made("GB18030", "PN", "ZZCANARY=㐂^Ὦ", ["ZZCANARY=", "㐂^Ὦ".encode("gb18030")]),
    made("ISO_IR 192", "PN", "ZZCANARY=王^小東=𠮷", ["ZZCANARY=王^小東=𠮷".encode()]),
    made("ISO-IR 144", "LO", "Ё", ["Ё".encode("iso8859_5")]),
]
public = [case for path in sorted((DATA / "charset").glob("*.dcm")) for case in texts(path, pydicom.dcmread(path))]
# The texts of the standard's annexes H, I and J, which pydicom's files hold.
by = {case["of"]: case["text"] for case in public}
assert by["chrH31.dcm (0010,0010)"] == ["Yamada^Tarou", "山田^太郎", "やまだ^たろう"]
assert by["chrI2.dcm (0010,0010)"] == ["Hong^Gildong", "洪^吉洞", "홍^길동"]
assert by["chrX2.dcm (0010,0010)"] == ["Wang^XiaoDong", "王^小东", ""]

write(pathlib.Path(__file__).with_name("expected.json"), {
    "tools": {**tools("pydicom"), "python": sys.version.split()[0]}, "columns": "sets: values with backslashes between; bytes: hexadecimal", "public": public, "made": cases})
