#!/usr/bin/env bash
# Prepares the peers, and measures them for the README's tables. One alone, or several with arguments of
# your own, are measured by `bench run --subject NAME`.
#
#   scripts/peers.sh prepare                builds the adapters, installs what they wrap
#   scripts/peers.sh compare FOLDER [ARG…]  each workload by the peers that can decode it, interleaved
#                                           launch by launch: FOLDER/WORKLOAD-NAME.json; ARGs go to
#                                           `bench run`
#   scripts/peers.sh files FOLDER [ARG…]    whole processes, 64 MiB of packed decimals, from a file to a
#                                           file, interleaved launch by launch, on FOLDER's file system
#                                           and in memory: FOLDER/FILESYSTEM-NAME.json; about 8 minutes,
#                                           in which nothing else should run
set -euo pipefail

# shellcheck source=scripts/tools.sh
. "$(dirname "${BASH_SOURCE[0]}")/tools.sh"

prepare() {
  need cobc gnucobol
  need python3 python3 python3-venv
  (cd peers && cargo build --quiet --release --locked --target-dir target && coboljsonifier/prepare.sh)
}

# measure FOLDER SUBJECTS ARG...: a receipt of each, FOLDER/SUBJECT/perf.json. A subject that is wrong, or
# can't decode these records, says so and leaves none.
measure() {
  local names=()
  read -ra names <<<"$2"
  "$bench" run "${names[@]/#/--subject=}" --output "$1" "${@:3}" </dev/null
}

# keep FOLDER NAME SUBJECTS: those receipts as NAME-SUBJECT.json, in place of older ones.
keep() {
  local subject
  for subject in $3; do
    rm -f "$out/$2-$subject.json"
    [[ ! -e $1/$subject/perf.json ]] || cp "$1/$subject/perf.json" "$out/$2-$subject.json"
  done
}

case ${1-}:${2:+folder} in
  prepare:) prepare && exit ;;
  compare:folder | files:folder) ;;
  *) sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' && exit 2 ;;
esac
out=$2
mkdir -p "$out"
cargo build --quiet --release --locked -p copybook-bench
case $1 in
  compare)
    subjects='copybook-decode copybook-codec gnucobol copybook-decode-scalar copy-of-output'
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    "$bench" list --filter workloads/ | while read -r workload _; do
      [[ $workload == workloads/* ]] || continue # the sum
      measure "$work/$workload" "$subjects" --filter "$workload" "${@:3}" || true
      [[ -e $work/$workload/copybook-decode/perf.json ]] || { echo "peers.sh: no receipt of our own" >&2; exit 1; }
      keep "$work/$workload" "${workload#workloads/}" "$subjects"
    done
    ;;
  files)
    subjects='copybook-decode-process gnucobol-process copybook-codec-process'
    [[ $(findmnt -no FSTYPE -T /dev/shm) == tmpfs ]] || { echo "peers.sh: /dev/shm is no file system in memory" >&2; exit 1; }
    disk=$(mktemp -d -p "$out") memory=$(mktemp -d -p /dev/shm)
    trap 'rm -rf "$disk" "$memory"' EXIT
    for work in "$disk" "$memory"; do
      # Every decoding is a process of its own; 8 a subject.
      measure "$work" "$subjects" --filter sizes/comp3_64mib --launches 4 --samples 2 --warm-up 0.1 --hang-timeout 600 "${@:3}"
      keep "$work" "$(findmnt -no FSTYPE -T "$work")" "$subjects"
    done
    ;;
esac
