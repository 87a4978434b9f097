"""What the oracle scripts share: where the data lie, which tools were used, and compact JSON that diffs by line."""
import importlib.metadata
import json
import pathlib

ORACLE = pathlib.Path(__file__).resolve().parent
DATA = ORACLE.parent / "data"


def tools(*names):
    """Versions of the libraries a value came from."""
    return {name: importlib.metadata.version(name) for name in names}


def write(path, value):
    """One line for each key and for each element of a top-level list."""
    line = lambda v: json.dumps(v, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    parts = []
    for key, v in value.items():
        text = "[\n" + ",\n".join(map(line, v)) + "\n]" if isinstance(v, list) else line(v)
        parts.append(f"{line(key)}:{text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    size = path.stat().st_size
    assert size <= 150 * 1024, f"{path.name}: {size} bytes"
    print(f"{path.relative_to(ORACLE)}: {size} bytes")
