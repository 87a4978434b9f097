#!/usr/bin/env bash
# Makes the packages of a program that is built: make.sh PROGRAM FOLDER
#
# The .deb and the tarball are of PROGRAM. The MSI needs a program for Windows: HOTLIGHT_EXE, or what windows/cross.sh leaves. Where
# there is none, that is said, all else is made, and the exit code is 3. The disk image for macOS is made on macOS alone.
set -euo pipefail
[ $# = 2 ] || { echo 'error: make.sh PROGRAM FOLDER' >&2 && exit 2; }
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")/.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
exe=${HOTLIGHT_EXE:-${CARGO_TARGET_DIR:-target}/windows/hotlight.exe}
rm -f "$out"/hotlight* "$out/SHA256SUMS"

packaging/linux/deb.sh "$program" "$out"
missing=
if [ -f "$exe" ]; then
  [ "$(head -c 2 "$exe")" = MZ ] || fail "$exe is no program for Windows"
  bill=$(mktemp --directory)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$bill'" EXIT
  packaging/bill.py x86_64-pc-windows-gnu "$bill"
  packaging/windows/msi.py "$exe" "$bill" "$out"
else
  missing=1
fi
packaging/bill.py "$(rustc --print host-tuple)" "$out"
# shellcheck disable=SC2094 # it leaves out what it writes
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum > SHA256SUMS)
if [ -n "$missing" ]; then
  echo "error: no MSI was made: there is no program for Windows at $exe. Set HOTLIGHT_EXE to one that was built on Windows," \
    'or try packaging/windows/cross.sh; all else is made' >&2
  exit 3
fi
