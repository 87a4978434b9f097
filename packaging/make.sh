#!/usr/bin/env bash
# Makes the packages of a program that is built: make.sh PROGRAM FOLDER
#
# The .deb and the tarball are of PROGRAM. The MSI is of HOTLIGHT_EXE, which was built on Windows, or else of what windows/cross.sh builds.
# Where that cannot be, it is said, all else is made, and the exit code is 3. The disk image for macOS is made on macOS alone.
set -euo pipefail
[ $# = 2 ] || { echo 'error: make.sh PROGRAM FOLDER' >&2 && exit 2; }
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")/.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
rm -f "$out"/hotlight* "$out/SHA256SUMS"

packaging/linux/deb.sh "$program" "$out"
bill=$(mktemp --directory)
# shellcheck disable=SC2064 # the folder of now
trap "rm -rf '$bill'" EXIT
missing=
if [ -n "${HOTLIGHT_EXE:-}" ]; then
  [ "$(head -c 2 "$HOTLIGHT_EXE")" = MZ ] || fail "$HOTLIGHT_EXE is no program for Windows"
  packaging/bill.py x86_64-pc-windows-msvc "$bill"
  packaging/windows/msi.py "$HOTLIGHT_EXE" "$bill" "$out"
elif packaging/windows/cross.sh; then
  built=$(realpath "${CARGO_TARGET_DIR:-target}")
  RUSTC=$built/cross/rustc packaging/bill.py x86_64-pc-windows-gnu "$bill"
  packaging/windows/msi.py "$built/windows/hotlight.exe" "$bill" "$out"
else
  missing=1
fi
packaging/bill.py "$(rustc --print host-tuple)" "$out"
# shellcheck disable=SC2094 # it leaves out what it writes
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum > SHA256SUMS)
if [ -n "$missing" ]; then
  echo 'error: no MSI was made: packaging/windows/cross.sh built no program for Windows, and says why above. Set HOTLIGHT_EXE to one that was' \
    'built on Windows; all else is made' >&2
  exit 3
fi
