#!/usr/bin/env bash
# Lays out the bundle for macOS: bundle.sh PROGRAM FOLDER_OF_THE_BILL FOLDER, which leaves FOLDER/Hotlight.app. Runs anywhere.
set -euo pipefail
[ $# = 3 ] || { echo 'error: bundle.sh PROGRAM FOLDER_OF_THE_BILL FOLDER' >&2 && exit 2; }
here=$PWD
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
umask 022
below() { case $1 in /*) echo "$1" ;; *) echo "$here/$1" ;; esac }
program=$(below "$1") bill=$(below "$2") out=$(below "$3")

# What macOS takes for a version is numbers; the program itself tells the rest.
number=${version%%[-+]*}
app=$out/Hotlight.app/Contents
rm -rf "$out/Hotlight.app"
mkdir -p "$app/MacOS" "$app/Resources"
sed "s/@VERSION@/$number/" packaging/macos/Info.plist > "$app/Info.plist"
printf 'APPL????' > "$app/PkgInfo"
cp "$program" "$app/MacOS/hotlight"
chmod 755 "$app/MacOS/hotlight"
cp packaging/icons/hotlight.icns LICENSE-MIT LICENSE-APACHE "$bill/THIRD-PARTY-LICENCES.txt" "$bill/hotlight.cdx.json" "$app/Resources/"
chmod 644 "$app/Resources"/*
