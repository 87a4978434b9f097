"""Standardized uptake values of made-up PET series by the vendor-neutral pseudo-code of QIBA and RSNA, from headers that pydicom writes and reads.

A case is a series: attributes of all its objects by keyword, of each slice (`slices`), of each tracer (`tracers`), and private ones.
`expected` is, of each slice, the uptake value of a modality value of 1, or the name of the first thing that forbids it, in this order: units,
corrections, decay correction, (counts or SUV type), weight, tracer, dose, half life, time of scan, time of injection. Beyond the pseudo-code:
ADMIN takes the dose as it is; doses outside 1E6..1E10 Bq and weights outside 0.3..650 kg are in a wrong unit; injection after the scan or more
than 20 half-lives before it is a wrong date. The first cases are worked by hand: 5000 Bq/ml, 370 MBq, 70 kg, F-18, 1 h: 1.3817.
"""
import datetime
import io
import math
import pathlib
import random
import re
import sys

import pydicom
from pydicom.dataset import Dataset

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import tools, write

SEED, SERIES = 20240229, 230
GE, PHILIPS = "GEMS_PETD_01", "Philips PET Private Group"
DAY = datetime.timedelta(days=1)


# --- what is made up -------------------------------------------------------------------------------------------------------------------

def da(t):
    return t.strftime("%Y%m%d")


def tm(t, form):
    return {0: t.strftime("%H%M%S.%f"), 1: t.strftime("%H%M%S"), 2: t.strftime("%H:%M:%S"), 3: t.strftime("%H%M%S.") + t.strftime("%f")[:2]}[form]


def offset_text(minutes):
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def made_up(r):
    """Mostly sound, each time with a little that may be wrong."""
    odd = lambda share: r.random() < share
    half_life = r.choice([6586.2, 6586.2, 6586.2, 1223.4, 4062.6, 282276.0])
    scan = datetime.datetime(r.randint(1999, 2026), r.randint(1, 12), r.randint(1, 28), r.choice([0, 0, 7, 11, 15, 23]), r.randint(0, 59), r.randint(0, 59),
                             r.choice([0, 250000, 123456]))
    given = scan - datetime.timedelta(seconds=r.uniform(0.1, min(1.5 * half_life, 9000)))
    form = r.choice([0, 0, 1, 1, 2, 3])
    if form != 0:
        given = given.replace(microsecond=0)
    case = {"all": {}, "slices": [], "tracers": []}
    put = case["all"]
    put["Units"] = r.choices(["BQML", "CNTS", "GML", "PROPCPS", "CM2ML", ""], [70, 16, 7, 2, 1, 1])[0]
    if put["Units"] == "GML" and odd(0.7):
        put["SUVType"] = r.choice(["BW", "LBM", "LBMJAMES128", "IBW", "BSA", "OWN"])
    corrections = ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"]
    r.shuffle(corrections)
    corrections = [c for c in corrections if c not in ("ATTN", "DECY") or not odd(0.03)]
    put["CorrectedImage"] = corrections
    put["DecayCorrection"] = r.choices(["START", "ADMIN", "NONE", ""], [80, 12, 3, 1])[0]
    if not odd(0.04):
        put["PatientWeight"] = r.choice([round(r.uniform(3, 140), 1)] * 40 + [0, 70000, 0.07])
    zone = r.choice([None, None, None, 60, -300, 330])
    if zone is not None:
        put["TimezoneOffsetFromUTC"] = offset_text(zone)
    # The series begins with its first slice, or was made after them.
    acquired = [scan + datetime.timedelta(seconds=s * r.choice([0, 0, 150.5])) for s in range(r.randint(1, 3))]
    late = odd(0.35)
    series = scan + datetime.timedelta(seconds=r.choice([3.0, 5000.0, 90000.0])) if late else scan
    if late and form != 0:
        series = series.replace(microsecond=0)
    if not odd(0.03):
        put["SeriesDate"], put["SeriesTime"] = da(series), tm(series, 0 if not late else form)
    duration = r.choice([60000, 150000, 1800000])
    frames_are_told = odd(0.8)
    for at in acquired:
        one = {"AcquisitionDate": da(at), "AcquisitionTime": tm(at, 0)}
        if odd(0.02):
            del one["AcquisitionTime"]
        if frames_are_told:
            one["FrameReferenceTime"] = round((at - scan).total_seconds() * 1e3 + duration / 2.1, 1)
            one["ActualFrameDuration"] = duration
            if odd(0.05):
                del one[r.choice(list(one)[-2:])]
        case["slices"].append(one)
    r.shuffle(case["slices"])
    if odd(0.25):
        ge = scan + datetime.timedelta(seconds=r.choice([0, 60]))
        case["ge"] = [r.choice([GE, GE, GE, "SOMEBODY ELSE"]), ge.strftime("%Y%m%d%H%M%S") + r.choice(["", ".00"])]
    if put["Units"] == "CNTS" or odd(0.1):
        case["philips"] = [r.choice([PHILIPS] * 4 + ["SOMEBODY ELSE"]), r.choice([0, 0, 0.000551, 0.0012]), r.choice([0, 1.3785, 2.0])]
    for _ in range(r.choice([1] * 40 + [0, 2])):
        tracer = {}
        if not odd(0.03):
            tracer["RadionuclideTotalDose"] = r.choice([int(r.uniform(4e7, 9e8))] * 40 + [370, 0, 2e10])
        if not odd(0.03):
            tracer["RadionuclideHalfLife"] = r.choice([half_life] * 30 + [0])
        told = r.choice(["date and time", "date and time", "time", "time", "both"] + (["neither"] if odd(0.2) else []))
        at = r.choice([given] * 12 + [given + 9 * DAY, datetime.datetime(1900, 1, 1, 12)])
        if told in ("date and time", "both"):
            own, suffix = at, ""
            if odd(0.3):
                other = r.choice([0, 60, 120])
                suffix = offset_text(other)
                own = at + datetime.timedelta(minutes=other - zone) if zone is not None else at
            tracer["RadiopharmaceuticalStartDateTime"] = da(own) + tm(own, 0 if form == 2 else form) + suffix
        if told in ("time", "both"):
            tracer["RadiopharmaceuticalStartTime"] = tm(given, form)
        case["tracers"].append(tracer)
    return case


def by_hand():
    tracer = {"RadionuclideTotalDose": 370e6, "RadionuclideHalfLife": 6586.2, "RadiopharmaceuticalStartTime": "093000"}
    sound = {"all": {"Units": "BQML", "CorrectedImage": ["ATTN", "DECY"], "DecayCorrection": "START", "PatientWeight": 70, "SeriesDate": "20240301",
                     "SeriesTime": "103000"}, "slices": [{"AcquisitionDate": "20240301", "AcquisitionTime": "103000"}], "tracers": [tracer]}
    night = {"all": {**sound["all"], "SeriesTime": "002000"}, "slices": [{"AcquisitionDate": "20240301", "AcquisitionTime": "002000"}],
             "tracers": [{**tracer, "RadiopharmaceuticalStartTime": "232000"}]}
    dated = {**night, "tracers": [{**tracer, "RadiopharmaceuticalStartDateTime": "20240229232000.00"}]}
    given = {**sound, "all": {**sound["all"], "DecayCorrection": "ADMIN"}}
    return [(sound, 1.3817), (night, 1.3817), (dated, 1.3817), (given, 0.9459)]


# --- headers ---------------------------------------------------------------------------------------------------------------------------

def as_read(case):
    """The objects of the series, written and read again."""
    objects = []
    for one in case["slices"]:
        d = Dataset()
        for keyword, value in {**case["all"], **one}.items():
            setattr(d, keyword, value)
        d.RadiopharmaceuticalInformationSequence = []
        for tracer in case["tracers"]:
            item = Dataset()
            for keyword, value in tracer.items():
                setattr(item, keyword, value)
            d.RadiopharmaceuticalInformationSequence.append(item)
        if "ge" in case:
            d.private_block(0x0009, case["ge"][0], create=True).add_new(0x0D, "DT", case["ge"][1])
        if "philips" in case:
            block = d.private_block(0x7053, case["philips"][0], create=True)
            block.add_new(0x00, "DS", case["philips"][1])
            block.add_new(0x09, "DS", case["philips"][2])
        stream = io.BytesIO()
        pydicom.dcmwrite(stream, d, implicit_vr=False, little_endian=True)
        stream.seek(0)
        objects.append(pydicom.dcmread(stream, force=True))
    return objects


# --- the reference ---------------------------------------------------------------------------------------------------------------------

class No(Exception):
    pass


def clock(text):
    m = re.fullmatch(r"(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?)?", text)
    return datetime.timedelta(hours=int(m[1]), minutes=int(m[2] or 0), seconds=int(m[3] or 0), microseconds=float("0." + (m[4] or "0")) * 1e6)


def moment(d, name):
    date, time = d.get(name + "Date"), d.get(name + "Time")
    return datetime.datetime.strptime(str(date), "%Y%m%d") + clock(str(time)) if date and time else None


def full(text, here):
    m = re.fullmatch(r"(\d{8})([\d.]+)([+-]\d{4})?", str(text or ""))
    if not m:
        return None
    at = datetime.datetime.strptime(m[1], "%Y%m%d") + clock(m[2])
    minutes = lambda o: int(o[0] + "1") * (int(o[1:3]) * 60 + int(o[3:5]))
    if m[3] and here:
        at += datetime.timedelta(minutes=minutes(here) - minutes(m[3]))
    return at


def private(d, group, creator, element):
    try:
        return d.private_block(group, creator)[element].value
    except KeyError:
        return None


def scan_time(d, objects, half_life):
    acquired = [moment(o, "Acquisition") for o in objects]
    series = moment(objects[0], "Series")
    if series and all(at is not None and series <= at for at in acquired):
        return series
    ge = private(d, 0x0009, GE, 0x0D)
    if ge:
        return full(ge, d.get("TimezoneOffsetFromUTC"))
    known = [(at, o) for at, o in zip(acquired, objects) if at is not None]
    if not known:
        raise No("NoScanTime")
    at, first = min(known, key=lambda pair: pair[0])
    if "FrameReferenceTime" not in first or "ActualFrameDuration" not in first:
        raise No("NoScanTime")
    constant = math.log(2) / half_life
    during = constant * float(first.ActualFrameDuration) / 1000
    average = 1 / constant * math.log(during / (1 - math.exp(-during)))
    return at - datetime.timedelta(seconds=float(first.FrameReferenceTime) / 1000) + datetime.timedelta(seconds=average)


def from_activity(d, objects):
    if not d.get("PatientWeight"):
        raise No("NoWeight")
    weight = float(d.PatientWeight)
    if not 0.3 <= weight <= 650:
        raise No("Weight")
    if len(d.RadiopharmaceuticalInformationSequence) != 1:
        raise No("Tracers" if d.RadiopharmaceuticalInformationSequence else "NoTracer")
    tracer = d.RadiopharmaceuticalInformationSequence[0]
    dose = float(tracer.get("RadionuclideTotalDose") or 0)
    if not dose:
        raise No("NoDose")
    if not 1e6 <= dose <= 1e10:
        raise No("Dose")
    if d.DecayCorrection == "START":
        half_life = float(tracer.get("RadionuclideHalfLife") or 0)
        if not half_life:
            raise No("NoHalfLife")
        scan = scan_time(d, objects, half_life)
        given = full(tracer.get("RadiopharmaceuticalStartDateTime"), d.get("TimezoneOffsetFromUTC"))
        if given is None:
            if not tracer.get("RadiopharmaceuticalStartTime"):
                raise No("NoStartTime")
            given = datetime.datetime.combine(scan.date(), datetime.time()) + clock(str(tracer.RadiopharmaceuticalStartTime))
            if given > scan:
                given -= DAY
        decay = (scan - given).total_seconds()
        if decay < 0:
            raise No("GivenLater")
        if decay > 20 * half_life:
            raise No("GivenLongAgo")
        dose *= 2 ** (-decay / half_life)
    return weight * 1000 / dose


def factor(d, objects):
    if not d.get("Units"):
        raise No("NoUnits")
    if d.Units not in ("BQML", "CNTS", "GML"):
        raise No("Units")
    for correction, name in (("ATTN", "Attenuation"), ("DECY", "Decay")):
        if correction not in d.CorrectedImage:
            raise No(name)
    if d.DecayCorrection not in ("START", "ADMIN"):
        raise No("DecayCorrection")
    if d.Units == "GML":
        if d.get("SUVType", "BW") not in ("BW", "LBM", "LBMJAMES128", "LBMJANMA", "IBW"):
            raise No("SuvType")
        return 1.0
    if d.Units == "CNTS":
        if private(d, 0x7053, PHILIPS, 0x00):
            return float(private(d, 0x7053, PHILIPS, 0x00))
        if private(d, 0x7053, PHILIPS, 0x09):
            return float(private(d, 0x7053, PHILIPS, 0x09)) * from_activity(d, objects)
        raise No("Counts")
    return from_activity(d, objects)


def expected(case):
    objects, found = as_read(case), []
    for d in objects:
        try:
            found.append(factor(d, objects))
        except No as why:
            found.append(str(why))
    return found


cases = []
for case, suv in by_hand():
    said = expected(case)
    assert all(round(5000 * f, 4) == suv for f in said), (said, suv)
    cases.append({**case, "expected": said})
r = random.Random(SEED)
for _ in range(SERIES):
    case = made_up(r)
    cases.append({**case, "expected": expected(case)})
said = [value for case in cases for value in case["expected"]]
print({name: said.count(name) for name in sorted({v for v in said if isinstance(v, str)})}, "factors:", sum(isinstance(v, float) for v in said))
write(pathlib.Path(__file__).with_name("expected.json"), {"tools": tools("pydicom"), "cases": cases})
