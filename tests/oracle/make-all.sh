#!/usr/bin/env bash
# Re-derives the committed values of tests/oracle from the files in tests/data.
# HOTLIGHT_DATA=DIR, a larger folder of real data, also re-derives {geometry,reformat}/expected-large.json and writes target/oracle/formats.json.
# HOTLIGHT_STATES_IN="IMAGES STATES", two folders, also compares presentation states as target/e2e/hotlight draws them.
# With dcm2pnm on the path it ends by proving the arithmetic in dcmtk/README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
venv=target/oracle-venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/oracle/requirements.txt -r tests/oracle/formats/requirements.txt
for topic in voi pixels geometry charset color measure technique gsdf shutter mask suv real_world icc palette reformat curve section_marks fusion states state_colors graphics blending slicer patterns quality; do
  "$venv/bin/python" "tests/oracle/$topic/make.py"
done
# What we write ourselves; the comparison with what was committed before may fail.
cargo test --quiet --locked --test all oracle::presentation || true
"$venv/bin/python" tests/oracle/presentation/make.py
formats() { "$venv/bin/python" tests/oracle/formats/make.py "$@"; }
formats tests/data/formats tests/oracle/formats/expected.json
if [ -n "${HOTLIGHT_DATA:-}" ]; then
  mkdir -p target/oracle
  formats "$HOTLIGHT_DATA" target/oracle/formats.json
fi
if [ -n "${HOTLIGHT_STATES_IN:-}" ]; then
  read -r images states <<< "$HOTLIGHT_STATES_IN"
  "$venv/bin/python" tests/oracle/states/compare.py target/e2e/hotlight "$images" "$states"
fi
if command -v dcm2pnm > /dev/null; then
  "$venv/bin/python" tests/oracle/dcmtk/rules.py
else
  echo "dcm2pnm not found: tests/oracle/dcmtk/rules.py not run"
fi
