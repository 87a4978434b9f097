# Sourced by the scripts of this folder, in the root of the tree: what Cargo.toml and the last commit say.
# shellcheck shell=bash disable=SC2034
version=$(awk -F'"' '/^version = / { print $2; exit }' Cargo.toml)
: "${version:?Cargo.toml names no version}"
# Without git, as in an unpacked archive, the time is that of the change log.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || stat --format=%Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC

fail() { # LINE
  printf 'error: %s\n' "$1" >&2
  exit 1
}
