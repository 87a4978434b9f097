#!/usr/bin/env bash
# Builds the program for Windows on Debian: cross.sh, which leaves target/windows/hotlight.exe
#
# Tried so far: fetching and unpacking the toolchain, and its compiler's --version. The build of the program itself, with its
# codecs in C and C++, was NOT tried. The release is built on Windows (.github/workflows/release.yml).
#
# No standard library for windows-gnu is to be had ready-made beside the toolchain of rustup. Debian's newest compiler comes with the
# sources of its own; it cannot be installed beside other toolchains, and is unpacked into target/cross instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/version.sh
. packaging/version.sh
target=${CARGO_TARGET_DIR:-$PWD/target}
tools=$target/cross
triple=x86_64-pc-windows-gnu

for needed in x86_64-w64-mingw32-gcc-posix x86_64-w64-mingw32-g++-posix cmake nasm; do
  command -v "$needed" > /dev/null || fail "no $needed: apt-get install gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 cmake nasm"
done
if [ ! -x "$tools/usr/bin/rustc" ]; then
  mkdir -p "$tools/packages"
  (cd "$tools/packages" && apt-get -qq download rustc-web libstd-rust-web-dev libstd-rust-web-1.96 rust-web-src libllvm22)
  for package in "$tools/packages"/*.deb; do dpkg-deb --extract "$package" "$tools"; done
fi

library_path=$tools/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
LD_LIBRARY_PATH=$library_path "$tools/usr/bin/rustc" --version
# RUSTC_BOOTSTRAP lets a stable compiler build its own standard library. Nothing of gcc's is needed beside the program.
env LD_LIBRARY_PATH="$library_path" RUSTC="$tools/usr/bin/rustc" RUSTC_BOOTSTRAP=1 \
  CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc-posix \
  CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS='-C link-arg=-static' \
  CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc-posix \
  CXX_x86_64_pc_windows_gnu=x86_64-w64-mingw32-g++-posix \
  AR_x86_64_pc_windows_gnu=x86_64-w64-mingw32-ar \
  cargo build --release --locked --bin hotlight --target "$triple" -Zbuild-std=std,panic_abort
install -D "$target/$triple/release/hotlight.exe" "$target/windows/hotlight.exe"

wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
[ -x "$wine" ] || { echo '-- left out, not here: wine, and so whether it runs' && exit 0; }
export WINEPREFIX=$tools/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
image=tests/data/pydicom/CT_small.dcm
"$wine" "$target/windows/hotlight.exe" --version
"$wine" "$target/windows/hotlight.exe" info "$image"
"$wine" "$target/windows/hotlight.exe" render --backend cpu --out "$tools/picture.png" "$image"
