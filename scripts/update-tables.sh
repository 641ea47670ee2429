#!/usr/bin/env bash
# Splices the tables made from the files under results/ into the README, the one place for figures.
#
#   scripts/update-tables.sh           rewrites the README
#   scripts/update-tables.sh --check   fails, with the difference, if that would change it
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench=${CARGO_TARGET_DIR:-target}/release/bench
[[ -x $bench ]] || cargo build --quiet --locked --release -p cli

# shellcheck disable=SC2016 # the quotes are Markdown's
slo_table() {
  "$bench" summarize --markdown results/*/*.json
  printf '\nMean and 95 %% interval. Each receipt records its own command; '
  printf '`./scripts/update-tables.sh` made this table.\n'
}

# shellcheck disable=SC2016 # the quotes are Markdown's
image_table() {
  echo '| programs from | size, MB | gzipped, MB | to the first launch, s | whole run, s | measured |'
  echo '|---|---|---|---|---|---|'
  for file in results/*/image/*.json; do
    jq -r --arg file "$file" '"| \({image: "`image-archive`", host: "cargo"}[.environment]) | \(.image_bytes / 1e6 | round) | \(.archive_gzip_bytes / 1e6 | round) | \(.first_launch_s * 100 | round / 100) | \(.run_s | round) | [\($file | split("/") | last | rtrimstr(".json"))](\($file)) |"' "$file"
  done
  printf '\n`./scripts/docker-figures.sh [ARCHIVE]` measured it.\n'
}

# splice NAME: the document on standard input with the table NAME made anew.
splice() {
  "$1_table" >"$work/$1"
  awk -v open="<!-- table: $1 -->" -v table="$work/$1" '
    /^<!-- \/table -->/ { skip = 0 }
    !skip { print }
    $0 == open { skip = 1; while ((getline line < table) > 0) print line }'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
new=$work/README.md
splice slo <README.md | splice image >"$new"
[[ $(grep -c '^<!-- /table -->' "$new") == 2 ]] || { echo "update-tables.sh: README.md has lost a table marker" >&2; exit 1; }

if [[ ${1:-} == --check ]]; then
  diff -u README.md "$new" || { echo "update-tables.sh: the table is not what results/ says; run it without --check" >&2; exit 1; }
else
  cat "$new" >README.md
fi
