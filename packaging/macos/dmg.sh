#!/usr/bin/env bash
# Makes the disk image of a bundle, on macOS alone: dmg.sh Hotlight.app FOLDER
#
# MACOS_IDENTITY names the certificate that signs bundle and image; without it both are signed by nobody and Gatekeeper says so.
# MACOS_NOTARY_PROFILE names what `xcrun notarytool store-credentials` stored; with it Apple is asked, and its ticket kept inside.
set -euo pipefail
[ $# = 2 ] || { echo 'error: dmg.sh Hotlight.app FOLDER' >&2 && exit 2; }
app=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
[ "$(uname)" = Darwin ] || fail 'disk images are made on macOS'
dmg=$out/hotlight-$version-macos.dmg
stage=$(mktemp -d)
# shellcheck disable=SC2064 # the folder of now
trap "rm -rf '$stage'" EXIT

if [ -n "${MACOS_IDENTITY:-}" ]; then
  codesign --force --options runtime --timestamp --sign "$MACOS_IDENTITY" "$app"
else
  echo '-- no MACOS_IDENTITY: signed by nobody'
  codesign --force --sign - "$app"
fi
codesign --verify --strict "$app"
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
rm -f "$dmg"
hdiutil create -quiet -volname "Hotlight $version" -srcfolder "$stage" -fs HFS+ -format UDZO "$dmg"
[ -z "${MACOS_IDENTITY:-}" ] || codesign --timestamp --sign "$MACOS_IDENTITY" "$dmg"
if [ -n "${MACOS_NOTARY_PROFILE:-}" ]; then
  xcrun notarytool submit "$dmg" --keychain-profile "$MACOS_NOTARY_PROFILE" --wait
  xcrun stapler staple "$dmg"
else
  echo '-- no MACOS_NOTARY_PROFILE: not notarised'
fi
echo "$dmg"
