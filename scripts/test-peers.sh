#!/usr/bin/env bash
# Every peer is prepared and measured, shortly, into a receipt that both verifiers accept; the one whose
# values are wrong is refused with the first difference and leaves none. Before that, random records
# are decoded by others and by us: the same values; and our adapter is talked to, message by message.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
bench=${CARGO_TARGET_DIR:-target}/release/bench
out=$(mktemp -d)
# Programs that were built for this must not be measured for a table.
trap 'rm -rf "$out" peers/target/release/peer-*' EXIT

# What is tried is the protocol and the answers: optimising whole programs takes longer than the rest. Tests
# and programs have one profile, so that what they depend on is compiled once.
hasty=(env CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1
  CARGO_PROFILE_RELEASE_PANIC=unwind CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true)
(cd peers && "${hasty[@]}" cargo test --quiet --release --locked --target-dir target \
  -p differential -p adapter -p peer-copybook-decode -- --nocapture)
"${hasty[@]}" scripts/peers.sh prepare
cargo build --quiet --locked --release -p copybook-bench

short=(--launches 3 --warm-up 0.1 --measure 0.3 --samples 10)

# measured SUBJECT... -- ARG...: in turn, into receipts that both verifiers accept.
measured() {
  local subjects=() to=$out
  while [[ $1 != -- ]]; do subjects+=("$1") && shift; done
  # Only several get a folder each.
  [[ ${#subjects[@]} -gt 1 ]] || to=$out/${subjects[0]}
  "$bench" run "${subjects[@]/#/--subject=}" --output "$to" "${short[@]}" "${@:2}"
  for subject in "${subjects[@]}"; do
    accepted "$out/$subject/perf.json"
  done
}

measured copybook-codec copybook-decode copybook-decode-scalar copy-of-output gnucobol --
# It takes seconds to decode text once.
measured coboljsonifier -- --filter comp3_heavy_slo

# Whole processes, from a file to a file, and few of them.
measured copybook-decode-process gnucobol-process copybook-codec-process -- --filter sizes/comp3_1mib --samples 1

# It strips leading spaces: right for packed numbers, wrong for text. Beside one that is right, that one
# leaves its receipt and the run fails all the same.
if "$bench" run --subject coboljsonifier --subject copybook-decode --output "$out/both" "${short[@]}" 2>"$out/message"; then
  echo "coboljsonifier's text is wrong, and it was measured all the same" >&2
  exit 1
fi
grep 'wrong answer at record .* field TEXT-' "$out/message"
[[ -e $out/both/copybook-decode/perf.json && ! -e $out/both/coboljsonifier/perf.json ]]

if "$bench" run --subject nobody --output "$out/nobody" 2>"$out/message"; then
  echo "an unknown peer was measured" >&2
  exit 1
fi
grep "expected one of .*, found the subject .nobody." "$out/message"
