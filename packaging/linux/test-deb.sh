#!/usr/bin/env bash
# Packs a program twice and tries what comes of it: test-deb.sh PROGRAM
#
# Both packings are equal to the byte. The package holds what is listed here and passes Debian's checkers; installed into a clean
# root it reads, draws and starts; removed, it leaves nothing. The tarball does the same. No network, no display and no right to
# install anything is needed, but root's or fakeroot's to own files. prove-fresh-machine.sh package installs it with all it needs.
set -euo pipefail
[ $# = 1 ] || { echo 'error: test-deb.sh PROGRAM' >&2 && exit 2; }
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
work=$(mktemp --directory)
# shellcheck disable=SC2064 # the folder of now
trap "rm -rf '$work'" EXIT
has_command() { command -v "$1" > /dev/null; }
step() { echo "== $1"; }

step 'packed twice, by others and elsewhere, it is the same'
packaging/linux/deb.sh "$program" "$work/one" > "$work/names"
mkdir "$work/elsewhere"
(umask 077 && TMPDIR=$work/elsewhere TZ=Asia/Tokyo LC_ALL=C LOGNAME=somebody packaging/linux/deb.sh "$program" "$work/two" > "$work/again")
diff --recursive "$work/one" "$work/two" || fail 'the same program and commit gave other bytes'
mapfile -t made < "$work/names"
tarball=${made[0]} deb=${made[1]}
[ "$(dpkg-deb --field "$deb" Version)" = "${version/-/\~}" ] || fail "the package is not of version $version"
[ -z "$(ls --almost-all "$work/elsewhere")" ] || fail 'a temporary folder stays behind'

step 'it holds these files, of root, that nobody else can change'
cat > "$work/expected" << 'END'
-rw-r--r-- usr/share/applications/hotlight-link.desktop
-rw-r--r-- usr/share/applications/hotlight.desktop
-rw-r--r-- usr/share/doc/hotlight/CHANGELOG.md.gz
-rw-r--r-- usr/share/doc/hotlight/THIRD-PARTY-LICENCES.txt.gz
-rw-r--r-- usr/share/doc/hotlight/changelog.gz
-rw-r--r-- usr/share/doc/hotlight/copyright
-rw-r--r-- usr/share/doc/hotlight/hotlight.cdx.json.gz
-rw-r--r-- usr/share/icons/hicolor/256x256/apps/hotlight.png
-rw-r--r-- usr/share/icons/hicolor/48x48/apps/hotlight.png
-rw-r--r-- usr/share/icons/hicolor/scalable/apps/hotlight.svg
-rw-r--r-- usr/share/lintian/overrides/hotlight
-rw-r--r-- usr/share/man/man1/hotlight.1.gz
-rw-r--r-- usr/share/metainfo/org.hotlight.hotlight.metainfo.xml
-rwxr-xr-x usr/bin/hotlight
END
dpkg-deb --fsys-tarfile "$deb" | tar --list --verbose --numeric-owner > "$work/list"
[ -z "$(awk '$2 != "0/0"' "$work/list")" ] || fail 'a file belongs to somebody else than root'
awk '!/^d/ { print $1, substr($6, 3) }' "$work/list" | sort > "$work/found"
sort "$work/expected" | diff - "$work/found" || fail 'the package holds other files, or others may change them'

root=$work/root
mkdir -p "$root"/var/lib/dpkg/{info,updates}
touch "$root/var/lib/dpkg/status"
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else fakeroot -- "$@"; fi; }
# Its dependencies are not in this root: the program runs with the libraries of this machine.
into_root() { as_root dpkg --root="$root" --log="$work/dpkg.log" --force-depends --force-not-root "$@" > "$work/dpkg.out" 2>&1; }
files() { find "$root" -path "$root/var/lib/dpkg" -prune -o -print | sort; }

step 'it goes into a clean root'
files > "$work/before"
into_root --install "$deb" || { cat "$work/dpkg.out" && fail 'dpkg does not install it'; }
[ "$(dpkg --root="$root" --audit | wc -c)" = 0 ] || fail 'it is not installed whole'
(cd "$root" && md5sum --quiet --check var/lib/dpkg/info/hotlight.md5sums) || fail 'the digests are of other files'

step "Debian's checkers"
check() { # NAME COMMAND...
  if has_command "$2"; then "${@:2}" > "$work/check.log" 2>&1 || { cat "$work/check.log" && fail "$1"; }; else echo "-- left out, not here: $2"; fi
}
check 'the desktop entries' desktop-file-validate "$root"/usr/share/applications/*.desktop
check 'the AppStream data' appstreamcli validate-tree --no-net "$root"
check 'the man page' mandoc -T lint -W warning "$root/usr/share/man/man1/hotlight.1.gz"
check 'lintian' lintian --allow-root --fail-on error,warning "$deb"

try() { # BINARY: what is installed reads, draws and starts
  local image=tests/data/pydicom/CT_small.dcm state=$work/state
  mkdir -p "$state"
  run() { env -u DISPLAY -u WAYLAND_DISPLAY XDG_RUNTIME_DIR="$state" HOTLIGHT_STATE_DIR="$state" HOTLIGHT_CONFIG_DIR="$state" HOTLIGHT_SITE_DIR="$state" "$@"; }
  [ "$(run "$1" --version)" = "hotlight $version" ] || fail 'the version'
  ! ldd "$1" | grep 'not found' || fail 'a library that nobody brings'
  run "$1" info "$image" > "$work/info.txt"
  grep -q CT "$work/info.txt" || fail 'info does not know a CT'
  run "$1" render --backend cpu --out "$work/picture.png" "$image"
  [ "$(head -c 4 "$work/picture.png" | tail -c 3)" = PNG ] || fail 'render draws no picture'
  if [ "${HOTLIGHT_NO_GPU:-}" = 1 ]; then
    echo '-- left out, HOTLIGHT_NO_GPU: the start'
  else
    printf 'wait first-image\nscreenshot %s\nquit\n' "$work/window.png" > "$work/script"
    run "$1" --offscreen 640x480 --script "$work/script" -- "$image" || fail 'it does not start'
    [ -s "$work/window.png" ] || fail 'it starts and draws nothing'
  fi
}

step 'what is installed reads, draws and starts'
try "$root/usr/bin/hotlight"

step 'removed, it leaves nothing'
into_root --purge hotlight || { cat "$work/dpkg.out" && fail 'dpkg does not remove it'; }
files | diff "$work/before" - || fail 'something stays behind'

step 'the tarball holds the same and starts, too'
mkdir "$work/local"
tar --directory="$work/local" --strip-components=1 --extract --file="$tarball"
(cd "$work/local" && find . -type f -printf 'usr/%P\n' | sort) > "$work/found"
sed 's/^[^ ]* //' "$work/expected" | grep --invert-match -e lintian -e changelog.gz | sort | diff - "$work/found" || fail 'the tarball holds other files'
try "$work/local/bin/hotlight"
