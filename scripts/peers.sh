#!/usr/bin/env bash
# Prepares the peers and measures each into a receipt, ours among them, one after another.
#
#   scripts/peers.sh prepare            builds the adapters, installs what they wrap
#   scripts/peers.sh run FOLDER [ARG…]  a receipt a peer, FOLDER/NAME/perf.json; ARGs go to `bench run`
#   scripts/peers.sh compare FOLDER [ARG…]  each kind of record by those that can do it, launch by launch
#                                       in turn: FOLDER/WORKLOAD-NAME.json, which the README's table shows
#   scripts/peers.sh files FOLDER [ARG…]  whole processes, 64 MiB of packed decimals, from a file to a file,
#                                       launch by launch in turn, on FOLDER's file system and in memory:
#                                       FOLDER/FILESYSTEM-NAME.json, which the README's table shows; about
#                                       8 minutes, in which nothing else should run
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

prepare() {
  need cobc gnucobol
  need python3 python3 python3-venv
  (cd peers && cargo build --quiet --release --locked --target-dir target && coboljsonifier/prepare.sh)
}

case ${1:-} in
  prepare) prepare ;;
  run)
    out=${2:?usage: peers.sh run FOLDER [ARG...]}
    mkdir -p "$out"
    cargo build --quiet --release --locked -p copybook-bench
    sed -n 's/^name = "\(.*\)"/\1/p' peers/peers.toml | while read -r peer; do
      "${CARGO_TARGET_DIR:-target}/release/bench" run --subject "$peer" --output "$out/$peer" "${@:3}" ||
        echo "peers.sh: $peer left no receipt" >&2
    done
    ;;
  compare)
    out=${2:?usage: peers.sh compare FOLDER [ARG...]}
    mkdir -p "$out"
    cargo build --quiet --release --locked -p copybook-bench
    bench=${CARGO_TARGET_DIR:-target}/release/bench
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    subjects=(copybook-decode copybook-codec gnucobol copybook-decode-scalar copy-of-output)
    "$bench" list | sed -n 's/^workloads\/\([a-z0-9_]*\).*/\1/p' | while read -r workload; do
      # One that is wrong or can't do it says so and leaves no receipt; the others do.
      "$bench" run --filter "workloads/$workload" --output "$work/$workload" "${subjects[@]/#/--subject=}" "${@:3}" </dev/null || true
      [[ -e $work/$workload/copybook-decode/perf.json ]] || { echo "peers.sh: no receipt of our own" >&2; exit 1; }
      for subject in "${subjects[@]}"; do
        rm -f "$out/$workload-$subject.json"
        [[ ! -e $work/$workload/$subject/perf.json ]] || cp "$work/$workload/$subject/perf.json" "$out/$workload-$subject.json"
      done
    done
    ;;
  files)
    out=${2:?usage: peers.sh files FOLDER [ARG...]}
    mkdir -p "$out"
    cargo build --quiet --release --locked -p copybook-bench
    [[ $(stat --file-system --format %T /dev/shm) == tmpfs ]] || { echo "peers.sh: /dev/shm is no file system in memory" >&2; exit 1; }
    disk=$(mktemp -d -p "$out") memory=$(mktemp -d -p /dev/shm)
    trap 'rm -rf "$disk" "$memory"' EXIT
    subjects=(copybook-decode-process gnucobol-process copybook-codec-process)
    for work in "$disk" "$memory"; do
      # Every decoding is a process of its own; 8 a subject.
      "${CARGO_TARGET_DIR:-target}/release/bench" run --filter sizes/comp3_64mib --launches 4 --samples 2 --warm-up 0.1 --hang-timeout 600 \
        --output "$work" "${subjects[@]/#/--subject=}" "${@:3}" </dev/null
      for subject in "${subjects[@]}"; do
        # The adapter asked the kernel where its files are.
        system=$(sed -n 's/^  "toolchain": ".*, files on \(.*\)",$/\1/p' "$work/$subject/perf.json")
        cp "$work/$subject/perf.json" "$out/${system:?no file system in the receipt}-$subject.json"
      done
    done
    ;;
  *) sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//'; exit 2 ;;
esac
