#!/usr/bin/env bash
# Makes the handbook: book.sh FOLDER
#
# The pages lie in a copy as they do in the repository, with those outside of docs that they lead to, so that every link holds.
set -euo pipefail
[ $# = 1 ] || { echo 'error: book.sh FOLDER' >&2 && exit 2; }
command -v mdbook > /dev/null || { echo 'error: there is no mdbook: cargo install --locked mdbook' >&2 && exit 1; }
out=$(realpath --canonicalize-missing "$1")
cd "$(dirname "$0")/.."

copy=$(mktemp --directory)
# shellcheck disable=SC2064 # the folder of now
trap "rm -rf '$copy'" EXIT
mkdir "$copy/src"
cp -r docs "$copy/src/docs"
mv "$copy/src/docs/handbook/book.toml" "$copy/book.toml"
cp --parents hanging-protocols/README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md tests/data/certificates/diagnostic.json "$copy/src"
{
  sed 's|](|](docs/|' docs/SUMMARY.md
  printf '%s\n' '- [Hanging protocols](hanging-protocols/README.md)' '- [Architecture](ARCHITECTURE.md)' \
    '- [Contributing](CONTRIBUTING.md)' '- [Changelog](CHANGELOG.md)'
} > "$copy/src/index.md"
# The list of pages is the first of them, too: mdBook opens at a copy of that.
sed '2s|^|\n[Handbook](index.md)\n|' "$copy/src/index.md" > "$copy/src/SUMMARY.md"
mdbook build --dest-dir "$out" "$copy"
