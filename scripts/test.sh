#!/usr/bin/env bash
# All tests, from a clean checkout: sets up what it needs, runs every step, lists each by name.
#
#   ./scripts/test.sh            everything
#   ./scripts/test.sh STEP...    only these steps (names as printed)
#
# A step that exits 77 was skipped; its last line says why. Logs: target/test-logs/STEP.log.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
logs=${CARGO_TARGET_DIR:-target}/test-logs
mkdir -p "$logs"
wanted=("$@")
passed=() failed=() skipped=()
declare -A running=()
export CARGO_TERM_COLOR=never

# asked NAME: whether the step is to run.
asked() { [[ ${#wanted[@]} == 0 || " ${wanted[*]} " == *" $1 "* ]]; }

# ahead NAME COMMAND...: starts a step beside those before it, which leave a core idle.
ahead() {
  asked "$1" || return 0
  "${@:2}" >"$logs/$1.log" 2>&1 &
  running[$1]=$!
}

# step NAME COMMAND...
step() {
  local name=$1 started=$SECONDS status
  shift
  asked "$name" || return 0
  printf '%-14s ' "$name"
  if [[ -n ${running[$name]-} ]]; then wait "${running[$name]}"; else "$@" >"$logs/$name.log" 2>&1; fi
  status=$?
  case $status in
    0) passed+=("$name") && printf 'ok       %4d s%s\n' $((SECONDS - started)) "${running[$name]:+ more}" ;;
    77) skipped+=("$name") && printf 'skipped  %s\n' "$(tail -n 1 "$logs/$name.log")" ;;
    *)
      failed+=("$name")
      printf 'FAILED   %4d s, exit %d; the end of %s:\n' $((SECONDS - started)) $status "$logs/$name.log"
      tail -n 60 "$logs/$name.log" | sed 's/^/    /'
      ;;
  esac
  # What a step could not check it says in a line of its own.
  grep -h '^skipped: ' "$logs/$name.log" | sort -u | sed 's/^/    /'
}

fmt() { cargo fmt --check && (cd peers && cargo fmt --check) && (cd fuzz && cargo fmt --check); }

clippy() { cargo clippy --locked --workspace --all-targets -- -D warnings; }

# nextest runs no documentation tests, and a fresh machine has none: cargo's own runner does both. It
# hides what a passing test prints unless asked, and that is where a test says what it skipped.
unit() { need cobc gnucobol && cargo test --locked --workspace -- --show-output; }

docs() {
  RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --document-private-items &&
    python_tools && lychee --offline --no-progress README.md CHANGELOG.md CONTRIBUTING.md docs &&
    python3 scripts/check_docs.py
}

# The main job as a user starts it, its receipt read by both verifiers and by the schema.
quick() {
  local out
  python_tools || return
  out=$(mktemp -d) || return
  ./scripts/bench.sh --quick --output "$out" &&
    "${CARGO_TARGET_DIR:-target}/release/bench" verify "$out/perf.json" &&
    python3 scripts/verify_receipt.py "$out/perf.json" &&
    check-jsonschema --schemafile docs/receipt.schema.json "$out/perf.json"
  local status=$?
  rm -rf "$out"
  return $status
}

lint() {
  python_tools || return
  local shell_files=(scripts/*.sh peers/coboljsonifier/*.sh .ci/run)
  shellcheck --external-sources "${shell_files[@]}" && ruff check scripts peers && ruff format --check scripts peers
}

# The receipts kept as evidence are receipts still, and the tables made from them are up to date.
evidence() {
  local receipts=(results/*/*.json results/*/{workloads,threads,files}/*.json)
  need jq jq && cargo build --quiet --locked --release -p copybook-bench &&
    "${CARGO_TARGET_DIR:-target}/release/bench" verify "${receipts[@]}" &&
    python3 scripts/verify_receipt.py "${receipts[@]}" &&
    ./scripts/update-tables.sh --check
}

dependencies() {
  python_tools && cargo deny --locked check licenses bans sources || return
  local log
  log=$(cargo deny --locked check advisories 2>&1) && return
  echo "$log"
  [[ $log == *"failed to fetch advisory database"* ]] || return
  echo "skipped: advisories (the advisory database can not be reached from this machine)"
}

step fmt fmt
step lint lint
step clippy clippy
step unit unit
step docs docs
step dependencies dependencies
step quick quick
step evidence evidence
# Most of it is one crate after another.
ahead reproducible ./scripts/test-reproducible.sh
for script in scripts/test-*.sh; do
  name=${script#scripts/test-}
  step "${name%.sh}" "./$script"
done

echo
[[ ${#skipped[@]} == 0 ]] || printf 'skipped: %s\n' "${skipped[@]}"
[[ ${#failed[@]} == 0 ]] || printf 'failed: %s\n' "${failed[@]}"
echo "${#passed[@]} passed, ${#failed[@]} failed, ${#skipped[@]} skipped"
[[ ${#failed[@]} == 0 && ${#passed[@]} -gt 0 ]]
