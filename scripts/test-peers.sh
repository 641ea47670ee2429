#!/usr/bin/env bash
# Every peer is prepared and measured, shortly, into a receipt that both verifiers accept; the one whose
# values are wrong is refused with the first difference and leaves none. Before that, random records
# are decoded by others and by us: the same values.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench=${CARGO_TARGET_DIR:-target}/release/bench
(cd peers && cargo test --quiet --locked -p differential -- --nocapture)
scripts/peers.sh prepare
cargo build --quiet --locked --release -p cli

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
short=(--launches 3 --warm-up 0.1 --measure 0.3 --samples 10)

subjects=(copybook-codec gnucobol copybook-decode copybook-decode-scalar copy-of-output)
"$bench" run "${subjects[@]/#/--subject=}" --output "$out" "${short[@]}"
for subject in "${subjects[@]}"; do
  "$bench" verify "$out/$subject/perf.json"
  python3 scripts/verify_receipt.py "$out/$subject/perf.json"
done

# It strips leading spaces: right for packed numbers, wrong for text. Beside one that is right, that one
# leaves its receipt and the run fails all the same.
if "$bench" run --subject coboljsonifier --subject copybook-decode --output "$out/both" "${short[@]}" 2>"$out/message"; then
  echo "coboljsonifier's text is wrong, and it was measured all the same" >&2
  exit 1
fi
grep 'wrong answer at record .* field TEXT-' "$out/message"
[[ -e $out/both/copybook-decode/perf.json && ! -e $out/both/coboljsonifier/perf.json ]]
"$bench" run --subject coboljsonifier --filter comp3_heavy_slo --output "$out/right" "${short[@]}"

if "$bench" run --subject nobody --output "$out/nobody" 2>"$out/message"; then
  echo "an unknown peer was measured" >&2
  exit 1
fi
grep "expected one of .*, found the subject .nobody." "$out/message"
