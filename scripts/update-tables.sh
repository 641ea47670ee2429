#!/usr/bin/env bash
# Splices the table made from the receipts under results/ into the README, the one place for figures.
#
#   scripts/update-tables.sh           rewrites the README
#   scripts/update-tables.sh --check   fails, with the difference, if that would change it
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench=${CARGO_TARGET_DIR:-target}/release/bench
[[ -x $bench ]] || cargo build --quiet --locked --release -p cli

table() {
  "$bench" summarize --markdown results/*/*.json
  # shellcheck disable=SC2016 # the quotes are Markdown's
  printf '\nMean and 95 %% interval. Each receipt records its own command; '
  # shellcheck disable=SC2016
  printf '`./scripts/update-tables.sh` made this table.\n'
}

new=$(mktemp)
trap 'rm -f "$new"' EXIT
table >"$new.table"
awk -v table="$new.table" '
  /^<!-- \/table -->/ { skip = 0 }
  !skip { print }
  /^<!-- table: slo -->/ { skip = 1; while ((getline line < table) > 0) print line }
' README.md >"$new"
rm -f "$new.table"
grep -q '^<!-- /table -->' "$new" || { echo "update-tables.sh: README.md has lost its table markers" >&2; exit 1; }

if [[ ${1:-} == --check ]]; then
  diff -u README.md "$new" || { echo "update-tables.sh: the table is not what results/ says; run it without --check" >&2; exit 1; }
else
  cat "$new" >README.md
fi
