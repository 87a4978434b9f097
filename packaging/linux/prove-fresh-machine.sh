#!/usr/bin/env bash
# Proves that prerequisites.sh names all that a machine with nothing on it lacks: prove-fresh-machine.sh [quick|build|package]
#
# Makes the smallest root of the system that runs here, brings in what a person brings (make, the Rust toolchain,
# the crates already fetched, this tree) and runs `make test` there. With `quick` it builds nothing: it installs,
# says what each package brings with it, opens the newest program in target/ on the demo and looks at its window.
# With `package` it does that with the newest package in target/packages, installed with what it asks for and no more, and
# removes all of it: nothing stays behind. With `build` it runs `make package` in place of `make test`.
# Root and debootstrap are needed. All mounts lie in a namespace of their own and go with it.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
prerequisites=packaging/linux/prerequisites.sh

outside() {
  local root suite mirror
  [ "$(id -u)" = 0 ] || { echo 'error: only root may make a root' >&2 && exit 1; }
  command -v debootstrap > /dev/null || { echo 'error: apt-get install debootstrap' >&2 && exit 1; }
  suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016 # apt-get's own variables
  mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$suite" '$1 == suite && $2 == "main" { print $3; exit }')
  root=$(mktemp --directory --tmpdir="${TMPDIR:-/var/tmp}" hotlight-fresh.XXXXXX)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf --one-file-system '$root'" EXIT

  echo "== a fresh $suite"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" > "$root.log" 2>&1 || { cat "$root.log" && exit 1; }
  rm "$root.log"
  chmod 755 "$root"
  rm -r "$root/etc/apt"
  cp -a /etc/apt "$root/etc/"
  cp -a /usr/share/keyrings/. "$root/usr/share/keyrings/"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  mkdir -p "$root"/{hotlight,rust,cargo/registry,build,home}
  (cd "$here" && cargo fetch --quiet --locked)
  unshare --mount --pid --fork --kill-child "$0" "between $root" "$1"
}

between() { # ROOT WHAT, in the namespace
  local bind="mount --bind -o ro"
  $bind "$here" "$1/hotlight"
  $bind "$(cd "$here" && rustc --print sysroot)" "$1/rust"
  $bind "${CARGO_HOME:-$HOME/.cargo}/registry" "$1/cargo/registry"
  mount --bind /dev "$1/dev"
  mount -t proc proc "$1/proc"
  chroot "$1" /usr/bin/env -i HOME=/home PATH=/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    CARGO_HOME=/cargo CARGO_NET_OFFLINE=true CARGO_TARGET_DIR=/build \
    "/hotlight/packaging/linux/$(basename "$0")" inside "$2"
}

inside() { # WHAT, in the fresh root
  cd /hotlight
  apt-get -qq update
  [ "$1" != package ] || { package && return; }
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends make > /dev/null 2>&1
  names > /tmp/before
  if [ "$1" = quick ]; then
    cargo tree --locked > /dev/null
    each_package
    for what in demo test; do
      "$prerequisites" "$what"
      [ -z "$("$prerequisites" "$what")" ] || { echo "error: $what does not come to rest" && exit 1; }
      names > "/tmp/$what"
    done
    rustc -o /tmp/linked - <<< 'fn main() { println!("== rustc links"); }' && /tmp/linked
    look "$(newest 'target/*/hotlight')"
  elif [ "$1" = build ]; then
    make package
    ls -l /build/packages
  else
    make test
  fi
  echo "== what was installed"
  names | comm -13 /tmp/before - | xargs
}

newest() { # PATTERN
  # shellcheck disable=SC2086 # a pattern
  find $1 -printf '%T@ %p\n' 2> /dev/null | sort -nr | sed -n '1s/.* //p' || true
}

package() {
  local deb image=tests/data/pydicom/CT_small.dcm
  deb=$(newest 'target/packages/*.deb')
  [ -n "$deb" ] || { echo 'error: no package in target/packages: make package' && exit 1; }
  quietly() { DEBIAN_FRONTEND=noninteractive apt-get -qq --no-install-recommends "$@" > /tmp/apt.log 2>&1 || { cat /tmp/apt.log && exit 1; }; }
  # A driver for graphics is what the machine has; the rest the package must ask for.
  quietly install mesa-vulkan-drivers
  names > /tmp/before
  files > /tmp/files-before
  quietly install "./$deb"
  names > /tmp/demo
  echo "== installed: $(comm -13 /tmp/before /tmp/demo | xargs)"
  echo "== $(hotlight --version)"
  hotlight info "$image"
  hotlight render --backend cpu --out /tmp/picture.png "$image"
  printf 'wait first-image\nquit\n' > /tmp/script
  hotlight --offscreen 640x480 --script /tmp/script -- "$image"
  quietly install xvfb imagemagick
  look /usr/bin/hotlight
  quietly autoremove --purge hotlight xvfb imagemagick
  names | diff /tmp/before - || { echo 'error: packages stay behind' && exit 1; }
  files | diff /tmp/files-before - || { echo 'error: files stay behind' && exit 1; }
  echo '== removed, nothing stays behind'
}

# What the system holds but for what apt and dpkg keep of their own work.
files() { find / -xdev \( -path /tmp -o -path /home -o -path /root -o -path '/var/lib/apt' -o -path '/var/lib/dpkg' -o -path '/var/cache' -o -path '/var/log' \) -prune -o -print | sort; }

names() { dpkg-query --show --showformat '${Package}\n' | sort; }

each_package() { # as nobody, prerequisites.sh says what an administrator is to install
  local line package would
  for what in demo test; do
    line=$(setpriv --reuid=65534 --clear-groups "$prerequisites" "$what" 2>&1 | tail -1) || true
    [[ $line == *--no-install-recommends* ]] || { echo "error: nobody was told: $line" && exit 1; }
    echo "== $what:$line"
  done
  for package in ${line##*--no-install-recommends}; do
    would=$(apt-get install --download-only --assume-no --no-install-recommends "$package") || true
    echo "-- $package, $(sed -n 's/^After this operation, \(.*\) of additional.*/\1/p' <<< "$would"):" \
      "$(awk '/^The following NEW/ { on = 1; next } /^[^ ]/ { on = 0 } on' <<< "$would" | xargs)"
  done
}

until_true() { # COMMAND..., for two minutes
  local i
  for ((i = 0; i < 1200; i++)); do
    if "$@" 2> /dev/null; then return; fi
    sleep 0.1
  done
  echo "error: waited in vain for: $*" && exit 1
}

look() { # PROGRAM: opens the demo in a real window
  local program=$1 pid package packages
  [ -n "$program" ] || { echo '== no program in target/ yet: its window is not looked at' && return; }
  echo "== $program: $("$program" --version)"
  Xvfb -displayfd 3 -screen 0 1280x800x24 3> /tmp/display > /tmp/xvfb.log 2>&1 &
  until_true test -s /tmp/display
  DISPLAY=":$(cat /tmp/display)"
  export DISPLAY
  "$program" demo --trace /tmp/trace.jsonl &
  pid=$!
  until_true grep -m 1 first-image /tmp/trace.jsonl
  sleep 1
  import -window root /tmp/window.png
  [ "$(identify -format %k /tmp/window.png)" -gt 64 ] || { echo 'error: the window is empty' && exit 1; }
  packages=$(grep -o '[^ /]*\.so[.0-9]*$' "/proc/$pid/maps" | sort -u | sed 's/^/*\//' | xargs dpkg --search)
  packages=$(cut -d: -f1 <<< "$packages" | sort -u)
  echo "-- has libraries open of: $(xargs <<< "$packages")"
  package=$(comm -23 <(echo "$packages") /tmp/demo)
  [ -z "$package" ] || { echo "error: demo does not install $package" && exit 1; }
  kill "$pid"
  wait "$pid" 2> /dev/null || true
}

case ${1:-} in
  '' | quick | build | package) outside "${1:-}" ;;
  'between '*) between "${1#between }" "$2" ;;
  inside) inside "$2" ;;
  *) echo 'error: prove-fresh-machine.sh [quick|build|package]' >&2 && exit 2 ;;
esac
