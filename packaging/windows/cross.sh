#!/usr/bin/env bash
# Builds the program for Windows on Debian: cross.sh, which leaves target/windows/hotlight.exe
#
# All that is needed comes from Debian's packages, the standard library for Windows too: Debian's newest compiler brings its sources. It
# cannot be installed beside other toolchains, and is unpacked into target/cross, with those of its libraries that this machine lacks;
# prerequisites.sh package installs the rest. The whole was run on Debian 12 (docs/install.md: what was run where). Remove target/cross to
# take a newer compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
target=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")
tools=$target/cross
triple=x86_64-pc-windows-gnu
mingw=x86_64-w64-mingw32

for needed in "$mingw-gcc-posix" "$mingw-g++-posix" "$mingw-windres" cmake nasm; do
  command -v "$needed" > /dev/null || fail "no $needed: packaging/linux/prerequisites.sh package"
done

fetch() { # into $tools.new
  local names
  command -v apt-get > /dev/null || fail 'the compiler comes as packages of Debian: there is no apt-get here'
  names=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances rustc-web |
    grep '^[a-z]') || fail "Debian's rustc-web is not known here: apt-get update, or another machine"
  # Which of them are there already.
  # shellcheck disable=SC2016,SC2086 # dpkg-query's own variables; a list of names
  names=$({ dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' $names 2> /dev/null || true; } |
    sed -n 's/^installed //p' | sort | comm -23 <(sort <<< "$names") - | grep -E '^(rustc-web$|lib)')
  rm -rf "$tools.new"
  mkdir -p "$tools.new/packages"
  # shellcheck disable=SC2086 # a list of names
  (cd "$tools.new/packages" && apt-get -qq -o APT::Sandbox::User=root download rust-web-src $names)
  for package in "$tools.new/packages"/*.deb; do dpkg-deb --extract "$package" "$tools.new"; done
  rm -r "$tools.new/packages"
}

if ! "$tools/rustc" --version > /dev/null 2>&1; then
  echo "fetching Debian's compiler into $tools"
  fetch
  # Without their import libraries the linker takes those of gcc's libraries that need nothing beside the program.
  mkdir "$tools.new/static"
  for library in libstdc++.a libpthread.a libwinpthread.a; do
    cp "$("$mingw-g++-posix" -print-file-name="$library")" "$tools.new/static/"
  done
  cat > "$tools.new/rustc" << 'END'
#!/bin/sh
root=$(dirname "$0")/usr
exec env LD_LIBRARY_PATH="$(dirname "$root/lib/"*/librustc_driver-*.so)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$root/bin/rustc" "$@"
END
  chmod +x "$tools.new/rustc"
  "$tools.new/rustc" --version
  rm -rf "$tools"
  mv "$tools.new" "$tools"
fi

mkdir -p "$target/windows"
resources=$target/windows/hotlight.o
"$mingw-windres" --include-dir=packaging/windows packaging/windows/hotlight.rc "$resources"

# RUSTC_BOOTSTRAP lets a stable compiler build its own standard library.
# The main thread has the stack that it has on Linux.
flags=("-Lnative=$tools/static" -Clink-arg=-static "-Clink-arg=-Wl,--stack,8388608")
env RUSTC="$tools/rustc" RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS="$(IFS=$'\x1f' && echo "${flags[*]}")" \
  CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER="$mingw-gcc-posix" \
  CC_x86_64_pc_windows_gnu="$mingw-gcc-posix" CXX_x86_64_pc_windows_gnu="$mingw-g++-posix" AR_x86_64_pc_windows_gnu="$mingw-ar" \
  cargo rustc --release --locked --bin hotlight --target "$triple" --target-dir "$target" -Zbuild-std=std,panic_abort -- \
  "-Clink-arg=$resources"
exe=$target/$triple/release/hotlight.exe
beside=$("$mingw-objdump" --private-headers "$exe" | sed -n 's/.*DLL Name: \(lib.*\)/\1/p' | xargs)
[ -z "$beside" ] || fail "$exe needs beside it: $beside"
"$mingw-objdump" --section-headers "$exe" | grep '[.]rsrc' > /dev/null || fail "$exe has no icon and no manifest"
"$mingw-strip" -o "$target/windows/hotlight.exe" "$exe"
echo "$target/windows/hotlight.exe"
