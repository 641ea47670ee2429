# Every peer is prepared and measured, shortly, into a receipt that both verifiers accept; the one whose
# values are wrong is refused with the first difference and leaves none. Before that, random records
# are decoded by others and by us: the same values; and our adapter is talked to, message by message.
# shellcheck shell=bash disable=SC2154  # bench and scratch are the caller's

# Programs that were built for this must not be measured for a table.
trap 'rm -rf "$scratch" peers/target/release/peer-*' EXIT

# What is tried is the protocol and the answers: optimising whole programs takes longer than the rest. Tests
# and programs have one profile, so that what they depend on is compiled once.
hasty=(env CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1
  CARGO_PROFILE_RELEASE_PANIC=unwind CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true)
(cd peers && "${hasty[@]}" cargo test --quiet --release --locked --target-dir target \
  -p differential -p adapter -p peer-copybook-decode -- --nocapture)
"${hasty[@]}" scripts/peers.sh prepare
build

# run FOLDER SUBJECT... -- ARG...: in turn, shortly.
run() {
  local output=$1 subjects=()
  while shift && [[ $1 != -- ]]; do subjects+=(--subject "$1"); done
  "$bench" run "${subjects[@]}" --output "$output" --launches 3 --warm-up 0.1 --measure 0.3 --samples 10 "${@:2}"
}

run "$scratch/several" copybook-codec copybook-decode copybook-decode-scalar copy-of-output gnucobol --
# It takes seconds to decode text once.
run "$scratch/json" coboljsonifier -- --filter comp3_heavy_slo
# Whole processes, from a file to a file, and few of them.
run "$scratch/processes" copybook-decode-process gnucobol-process copybook-codec-process -- \
  --filter sizes/comp3_1mib --samples 1
accepted "$scratch"/several/{copybook-codec,copybook-decode,copybook-decode-scalar,copy-of-output,gnucobol}/perf.json \
  "$scratch"/json/perf.json "$scratch"/processes/{copybook-decode,gnucobol,copybook-codec}-process/perf.json

# It strips leading spaces: right for packed numbers, wrong for text. Beside one that is right, that one
# leaves its receipt and the run fails all the same.
refused 'wrong answer at record .* field TEXT-' run "$scratch/both" coboljsonifier copybook-decode --
[[ -e $scratch/both/copybook-decode/perf.json && ! -e $scratch/both/coboljsonifier/perf.json ]]

refused "expected one of .*, found the subject .nobody." run "$scratch/nobody" nobody --
