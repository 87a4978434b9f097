"""What VTK makes of presets in the form of 3D Slicer's: opacity and colour at values of a table of 4096 entries.

Values lie at even distances from the first to the last point of the opacity. Of the table every 29th entry is kept, and those
around each point. Of two points at one value the second lies the least bit higher, as there.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml

import numpy as np
import vtk

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from common import tools, write  # noqa: E402

LENGTH = 4096


def points(text, width):
    count, *numbers = text.split()
    assert int(count) == len(numbers)
    rows = np.array(numbers, float).reshape(-1, width)
    last = -np.inf
    for row in rows:
        if row[0] <= last:
            row[0] = np.finfo(float).tiny if last == 0 else np.nextafter(last, np.inf)
        last = row[0]
    return rows


def case(node):
    opacity, color = points(node.get("scalarOpacity"), 2), points(node.get("colorTransfer"), 4)
    gray, colors = vtk.vtkPiecewiseFunction(), vtk.vtkColorTransferFunction()
    for row in opacity:
        gray.AddPoint(*row)
    for row in color:
        colors.AddRGBPoint(*row)
    low, high = opacity[0, 0], opacity[-1, 0]
    values = low + (high - low) * np.arange(LENGTH) / (LENGTH - 1)
    places = set(range(0, LENGTH, 29)) | {LENGTH - 1}
    for value in (*opacity[:, 0], *color[:, 0]):
        near = int((value - low) / (high - low) * (LENGTH - 1))
        places |= {place for place in range(near - 1, near + 3) if 0 <= place < LENGTH}
    digits = lambda number: float(f"{number:.12g}")
    entries = [[place, *map(digits, (gray.GetValue(values[place]), *colors.GetColor(values[place])))] for place in sorted(places)]
    return {"name": node.get("name"), "low": low, "high": high, "entries": entries}


nodes = xml.parse(HERE / "presets.xml").getroot().iter("VolumeProperty")
write(HERE / "expected.json", {"tools": tools("vtk"), "cases": [case(node) for node in nodes]})
