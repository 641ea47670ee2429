#!/usr/bin/env bash
# Splices the tables made from the files under results/ into the README, the one place for figures.
#
#   scripts/update-tables.sh           rewrites the README
#   scripts/update-tables.sh --check   fails, with the difference, if that would change it
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench=${CARGO_TARGET_DIR:-target}/release/bench
[[ -x $bench ]] || cargo build --quiet --locked --release -p copybook-bench

# shellcheck disable=SC2016 # the quotes are Markdown's
slo_table() {
  "$bench" summarize --markdown results/*/*.json
  printf '\nMean and 95 %% interval. Each receipt records its own command; '
  printf '`./scripts/update-tables.sh` made this table.\n'
}

# shellcheck disable=SC2016 # the quotes are Markdown's
peers_table() {
  echo '| records | copybook-decode, MiB/s | of the speed of copying its output | times copybook-codec | times gnucobol | without vectors, times copybook-codec |'
  echo '|---|---|---|---|---|---|'
  local file
  for file in results/*/workloads/*-copybook-decode.json; do
    jq -rn --arg file "$file" --slurpfile ours "$file" \
      --slurpfile copy <(optional "$file" copy-of-output) --slurpfile codec <(optional "$file" copybook-codec) \
      --slurpfile cobol <(optional "$file" gnucobol) --slurpfile scalar <(optional "$file" copybook-decode-scalar) '
      def rate: .[0].benchmarks[0].mean_mibps;
      def times($a; $b): if ($a | length) + ($b | length) < 2 then "-" else (($a | rate) / ($b | rate) | round) end;
      ($ours[0].benchmarks[0].name | split("/")[1]) as $name
      | "| [\($name)](\($file)) | \($ours | rate | round) | \(100 * ($ours | rate) / ($copy | rate) | round) % | \(times($ours; $codec)) | \(times($ours; $cobol)) | \(times($scalar; $codec)) |"'
  done
  printf '\nMeans, from runs in which the decoders took turns, launch by launch; a dash where one left '
  printf 'no receipt: its values were wrong, it can not do it, or it took no part. `scripts/peers.sh compare FOLDER` measured it.\n'
}

# shellcheck disable=SC2016 # the quotes are Markdown's
files_table() {
  echo '| files on | bench decode, s | gnucobol -O2, s | copybook-codec, s | times gnucobol | times copybook-codec |'
  echo '|---|---|---|---|---|---|'
  local file base
  for file in results/*/files/*-copybook-decode-process.json; do
    [[ -e $file ]] || continue
    base=${file%-copybook-decode-process.json}
    jq -rn --arg file "$file" --slurpfile ours "$file" \
      --slurpfile cobol "$base-gnucobol-process.json" --slurpfile codec "$base-copybook-codec-process.json" '
      def ns: .[0].benchmarks[0].mean_ns;
      def seconds: ns / 1e9 * 100 | round / 100;
      def times($a): 10 * ($a | ns) / ($ours | ns) | round / 10;
      ($ours[0].toolchain | capture("files on (?<system>.*)$").system) as $system
      | "| [\($system)](\($file)) | \($ours | seconds) | \($cobol | seconds) | \($codec | seconds) | \(times($cobol)) | \(times($codec)) |"'
  done
  printf '\nMean time of whole processes, one thread, which took turns. `scripts/peers.sh files FOLDER` measured it.\n'
}

# shellcheck disable=SC2016 # the quotes are Markdown's
threads_table() {
  echo '| machine | one thread, MiB/s | two threads, MiB/s | times |'
  echo '|---|---|---|---|'
  local file
  for file in results/*/threads/*.json; do
    jq -r --arg file "$file" '
      def rate($n): .benchmarks[] | select(.name == "threads/customer_64mb_\($n)") | .mean_mibps;
      "| [\(.summary.host_cores) x \(.summary.host_cpu)](\($file)) | \(rate(1) | round) | \(rate(2) | round) | \(100 * rate(2) / rate(1) | round / 100) |"' "$file"
  done
  printf '\nMeans. `bench run --filter threads --launches 3` measured it.\n'
}

# optional RECEIPT SUBJECT: the receipt of another subject of that run, or nothing.
optional() {
  local file=${1%-copybook-decode.json}-$2.json
  [[ ! -e $file ]] || cat "$file"
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
splice slo <README.md | splice peers | splice threads | splice files | splice image >"$new"
[[ $(grep -c '^<!-- /table -->' "$new") == 5 ]] || { echo "update-tables.sh: README.md has lost a table marker" >&2; exit 1; }

if [[ ${1:-} == --check ]]; then
  diff -u README.md "$new" || { echo "update-tables.sh: the table is not what results/ says; run it without --check" >&2; exit 1; }
else
  cat "$new" >README.md
fi
