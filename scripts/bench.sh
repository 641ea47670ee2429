#!/usr/bin/env bash
# The main job without Nix: build the command and the suite, verify, measure, judge, report.
# Every argument goes to `bench run`: ./scripts/bench.sh --quick, ./scripts/bench.sh --help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if ! command -v cargo >/dev/null; then
  echo "bench.sh: no cargo on PATH; install Rust 1.89 or newer with rustup, or use 'nix run .#bench'" >&2
  exit 1
fi

# Cargo is started in the checkout, so that it reads no configuration of the folder one stands in:
# what is relative to that folder has to be said in full.
for variable in CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR; do
  [[ ${!variable-} != [!/]* ]] || export "$variable=$PWD/${!variable}"
done

# `bench run` builds the suite itself and shows cargo's progress; here only the command is built. Only
# cargo knows where its programs are: a variable or any configuration file may say it.
messages=$(cd "$root" && cargo build --quiet --locked --release -p copybook-bench --bin bench \
  --message-format json-render-diagnostics)
program=$(sed -n 's/.*"name":"bench".*"executable":"\([^"]*\)".*/\1/p' <<<"$messages")
if [[ ! -x $program ]]; then
  echo "bench.sh: cargo built the command and did not say where: found '$program'" >&2
  exit 1
fi
exec "$program" run --checkout "$root" "$@"
