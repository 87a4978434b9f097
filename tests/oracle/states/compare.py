"""Presentation states beside numpy's picture of them, and dcmp2pgm's where it applies all.

usage: compare.py HOTLIGHT IMAGES STATES

Every state in the folder STATES is drawn by `HOTLIGHT render --presentation` over the images in IMAGES, one picture pixel for
each image pixel (more in MAGNIFY states), and compared with the formulas of PS3.3 in numpy, pixel by pixel. A line a state:
pixels, how many differ, by how much at most.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pydicom

from formulas import picture


def pgm(path):
    data = path.read_bytes()
    words, at = [], 0
    while len(words) < 4:
        end = min(data.index(c, at) for c in (b" ", b"\n") if c in data[at:])
        if data[at:at + 1] == b"#":
            end = data.index(b"\n", at)
        else:
            words.append(data[at:end])
        at = end + 1
    width, height, most = map(int, words[1:])
    values = np.frombuffer(data[at:], ">u2" if most > 255 else "u1").astype(int)
    return values.reshape(height, width)


def main(hotlight, images, states):
    by_uid = {}
    for path in sorted(pathlib.Path(images).iterdir()):
        by_uid[pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID] = path
    worst = 0
    for path in sorted(pathlib.Path(states).glob("*.dcm")):
        state = pydicom.dcmread(path)
        references = state.ReferencedSeriesSequence[0].ReferencedImageSequence
        here = [by_uid[r.ReferencedSOPInstanceUID] for r in references if r.ReferencedSOPInstanceUID in by_uid]
        if not here:
            with tempfile.TemporaryDirectory() as folder:
                run = subprocess.run(
                    [hotlight, "render", images, "--presentation", path, "--out", f"{folder}/ours.pgm"], capture_output=True, text=True
                )
            assert run.returncode != 0, path
            print(f"{path.stem}: of no image here: {run.stderr.strip().split(': ')[-1]}")
            continue
        for number, image_path in enumerate(here):
            image = pydicom.dcmread(image_path)
            with tempfile.TemporaryDirectory() as folder:
                ours = pathlib.Path(folder, "ours.pgm")
                run = subprocess.run(
                    [hotlight, "render", image_path, "--presentation", path, "--out", ours, "--overlay", "burned",
                     "--interpolation", "nearest", "--backend", "cpu", "--json"],
                    capture_output=True, text=True, check=True,
                )
                said = json.loads(run.stdout)["presentation_state"]["not_applied"]
                ours, theirs = pgm(ours), pathlib.Path(folder, "theirs.pgm")
                expected = picture(image, state)
                off = np.abs(ours - expected) if ours.shape == expected.shape else None
                text = f"{ours.shape} is not {expected.shape}" if off is None else f"{off.size} pixels, {(off > 0).sum()} differ, by {off.max()} P-values at most"
                subprocess.run(["dcmp2pgm", "-q", "-p", path, image_path, theirs], check=True)
                theirs = pgm(theirs)
                if theirs.shape == ours.shape and "ShutterShape" not in state and "VOILUTFunction" not in state.SoftcopyVOILUTSequence[0]:
                    eighth = np.abs(ours // 257 - theirs)
                    text += f"; dcmp2pgm in 8 bits: {(eighth > 0).sum()} differ, by {eighth.max()} at most"
                print(f"{path.stem}{f' {number + 1}' if len(here) > 1 else ''}: {text}{f'; not applied: {said}' if said else ''}")
                worst = max(worst, 1 << 16 if off is None else off.max())
    return worst > 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
