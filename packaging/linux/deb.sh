#!/usr/bin/env bash
# Makes the package for Debian and Ubuntu, and the tarball for other systems: deb.sh PROGRAM FOLDER
#
# PROGRAM is built already. The same program and commit give the same bytes, whoever packs them: times are those of the
# commit, names are sorted, owners are root, and the compressor's settings are fixed.
set -euo pipefail
[ $# = 2 ] || { echo 'error: deb.sh PROGRAM FOLDER' >&2 && exit 2; }
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
umask 022
said=$("$program" --version)
[ "$said" = "hotlight $version" ] || fail "$program is not hotlight $version, as Cargo.toml has it: build it again"

stage=$(mktemp --directory)
# shellcheck disable=SC2064 # the folder of now
trap "rm -rf '$stage'" EXIT
usr=$stage/root/usr
doc=$usr/share/doc/hotlight
date=$(date --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

put() { # MODE FILE PLACE, below usr
  install -D --mode="$1" "$2" "$usr/$3"
}

# What both hold.
put 755 "$program" bin/hotlight
strip "$usr/bin/hotlight"
put 644 packaging/linux/hotlight.desktop share/applications/hotlight.desktop
put 644 packaging/linux/hotlight-link.desktop share/applications/hotlight-link.desktop
put 644 packaging/icons/hotlight.svg share/icons/hicolor/scalable/apps/hotlight.svg
for side in 48 256; do
  put 644 "packaging/icons/hotlight-$side.png" "share/icons/hicolor/${side}x$side/apps/hotlight.png"
done
put 644 packaging/linux/hotlight.metainfo.xml share/metainfo/org.hotlight.hotlight.metainfo.xml
sed -i "s/@VERSION@/$version/; s/@DATE@/$date/" "$usr/share/metainfo/org.hotlight.hotlight.metainfo.xml"
mkdir -p "$usr/share/man/man1" "$doc"
packaging/linux/man.py "$program" > "$usr/share/man/man1/hotlight.1"
packaging/bill.py "$(rustc --print host-tuple)" "$doc"
{ cat packaging/linux/copyright && tail -n +3 LICENSE-MIT; } > "$doc/copyright"
cp CHANGELOG.md "$doc/CHANGELOG.md"
gzip -9 --no-name "$usr/share/man/man1/hotlight.1" "$doc"/{CHANGELOG.md,THIRD-PARTY-LICENCES.txt,hotlight.cdx.json}

# The tarball: unpacked into /usr/local or ~/.local it is installed.
name=hotlight-$version-linux-$(uname -m)
mv "$usr" "$stage/$name"
find "$stage/$name" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
tar --directory="$stage" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --create "$name" |
  xz -2 --threads=1 > "$out/$name.tar.xz"
mv "$stage/$name" "$usr"

# The package, with a change log and exceptions of Debian's kind. What the program is linked with the tools of Debian find; what it opens when it starts, prerequisites.sh knows.
maintainer=${DEB_MAINTAINER:-The Hotlight founders <founders@hotlight.invalid>}
put 644 packaging/linux/lintian-overrides share/lintian/overrides/hotlight
gzip -9 --no-name > "$doc/changelog.gz" << END
hotlight (${version/-/\~}) stable; urgency=medium

  * What has changed is in CHANGELOG.md.gz, beside this file.

 -- $maintainer  $(date --date="@$SOURCE_DATE_EPOCH" --rfc-email)
END
mkdir -p "$stage/debian" "$stage/root/DEBIAN"
printf 'Source: hotlight\n\nPackage: hotlight\nArchitecture: any\n' > "$stage/debian/control"
linked=$(cd "$stage" && dpkg-shlibdeps -O "root/usr/bin/hotlight" 2> "$stage/shlibdeps.log") || {
  cat "$stage/shlibdeps.log" >&2
  exit 1
}
opened=$(sed -n 's/^ *need \(lib[^ ]*\) library .*/\1/p' packaging/linux/prerequisites.sh | sort -u | paste -sd, | sed 's/,/, /g')
[ -n "$opened" ] || fail 'prerequisites.sh names no library that the window opens'
# As dpkg-gencontrol counts: each file in whole KiB, anything else as one.
size=$(find "$usr" -mindepth 1 \( -type f -printf '%s\n' -o -printf '1\n' \) | awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
cat > "$stage/root/DEBIAN/control" << END
Package: hotlight
Version: ${version/-/\~}
Architecture: $(dpkg --print-architecture)
Maintainer: $maintainer
Installed-Size: $size
Depends: ${linked#shlibs:Depends=}, $opened
Recommends: mesa-vulkan-drivers | vulkan-icd, libwayland-client0, xdg-desktop-portal, ca-certificates
Section: science
Priority: optional
Description: radiologist's viewer of DICOM studies
 Opens DICOM images from files and archives, hangs studies by protocols
 beside their priors, shows gray by the standard's own function (PS3.14),
 reformats, renders, fuses and measures.
 .
 Not for diagnosis: no build of it is a cleared medical device.
END
(cd "$stage/root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$stage/root/DEBIAN/md5sums"
find "$stage/root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz -z2 --threads-max=1 --build "$stage/root" \
  "$out/hotlight_${version/-/\~}_$(dpkg --print-architecture).deb" > "$stage/build.log"
printf '%s\n' "$out/$name.tar.xz" "$out/hotlight_${version/-/\~}_$(dpkg --print-architecture).deb"
