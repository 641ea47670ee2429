#!/usr/bin/env bash
# The main job without Nix: build the command and the suite, verify, measure, judge, report.
# Every argument goes to `bench run`: ./scripts/bench.sh --quick, ./scripts/bench.sh --help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if ! command -v cargo >/dev/null; then
  echo "bench.sh: no cargo on PATH; install Rust 1.89 or newer with rustup, or use 'nix run .#bench'" >&2
  exit 1
fi

# `bench run` builds the suite itself and shows cargo's progress; here only the command is built.
cargo build --quiet --locked --release --manifest-path "$root/Cargo.toml" -p copybook-bench
exec "${CARGO_TARGET_DIR:-$root/target}/release/bench" run "$@"
