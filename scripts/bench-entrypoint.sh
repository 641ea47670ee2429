#!/usr/bin/env bash
# What the image starts: `bench` with the given arguments, and after a run both verifiers.
#
#   (nothing), or only flags     bench run, then bench verify and verify_receipt.py
#   a subcommand of bench        that
#   bash, sh, python3, jq, verify_receipt.py     that program, for operators' own scripts
#
# The exit code is that of `bench run`, or 1 where a verifier rejects its receipt.
set -euo pipefail

# Programs that pass through, and everything of `bench` that is no run.
case "${1-}" in
  bash | sh | python3 | jq | verify_receipt.py) exec "$@" ;;
  --help | -h | --version | -V) exec bench "$@" ;;
  '' | -*) set -- run "$@" ;;
  run) ;;
  *) exec bench "$@" ;;
esac
for argument in "$@"; do
  case $argument in --help | -h) exec bench "$@" ;; esac
done

# Where the receipt will lie: the flag wins over the environment.
output=${BENCH_OUTPUT:-output}
previous=
for argument in "$@"; do
  case $argument in --output=*) output=${argument#--output=} ;; esac
  [[ $previous != --output ]] || output=$argument
  previous=$argument
done

# As PID 1 a shell passes no signal on and has no default action for one: without this,
# `docker stop` would wait for its whole grace period. A child in the background ignores SIGINT
# unless it asks for it, so that both arrive as SIGTERM.
child=
stopped=
stop() {
  stopped=yes
  [[ -z $child ]] || kill -TERM "$child" 2>/dev/null || true
}

# supervised COMMAND...: its exit status, with signals passed on.
supervised() {
  local status=0
  trap stop TERM INT
  "$@" &
  child=$!
  [[ -z $stopped ]] || stop
  wait "$child" || status=$?
  # A signal interrupts `wait`; the child may need a moment to clean up.
  while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
  done
  return "$status"
}

# verified RECEIPT: both verifiers have read it. What they say goes to standard error, which keeps
# a receipt on standard output clean.
verified() {
  bench verify "$1" >&2 && verify_receipt.py "$1" >&2 && return
  echo "bench-entrypoint: a verifier rejects the receipt of this run; do not use its figures" >&2
  return 1
}

status=0
if [[ $output == - ]]; then
  # In memory: a read-only container has no other place.
  receipt=$(mktemp /dev/shm/receipt.XXXXXX)
  trap 'rm -f "$receipt"' EXIT
  supervised bench "$@" >"$receipt" || status=$?
else
  receipt=$output/perf.json
  supervised bench "$@" || status=$?
fi

# 3 and 4 are verdicts of --enforce: they too come with a receipt. Anything else left none.
case $status in
  0 | 3 | 4) ;;
  *) exit "$status" ;;
esac
verified "$receipt" || exit 1
[[ $output != - ]] || cat "$receipt"
exit "$status"
