#!/usr/bin/env bash
# A receipt as the Markdown that a GitHub step summary shows.   step-summary.sh TITLE perf.json
set -euo pipefail

[[ $# == 2 ]] || { echo "usage: step-summary.sh TITLE perf.json" >&2; exit 2; }
[[ -s $2 ]] || { echo "step-summary.sh: no receipt at $2" >&2; exit 1; }

jq -er --arg title "$1" '
  def round1: . * 10 | round / 10;
  "### \($title): \(.status)",
  "",
  "| objective | benchmark | MiB/s | 95 % interval | floor | verdict |",
  "|---|---|--:|--:|--:|---|",
  (. as $receipt | .slo[] | . as $slo
    | ($receipt.benchmarks[] | select(.name == $slo.benchmark) | .mean_mibps) as $mean
    | "| \(.label) | `\(.benchmark)` | \($mean | round1) | \(.ci95_mibps | map(round1) | join(" to ")) | \(.floor_mibps) | \(.verdict) |"),
  "",
  "\(.summary.host_cpu), \(.summary.host_cores) cores, Linux \(.summary.host_kernel), \(.toolchain), commit `\(.commit // "unknown")`, peak RSS \(.summary.max_rss_mib | round1) MiB",
  (.environment.warnings[] | "- warning: \(.)")
' "$2"
