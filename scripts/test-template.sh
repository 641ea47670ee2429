#!/usr/bin/env bash
# The flake's template, as a project of its own that cargo builds: its suite is measured into a receipt
# that both verifiers accept, and a wrong answer is refused. `instrument` comes from this checkout
# instead of from GitHub.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
root=$PWD
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/template"
target=$(realpath "$target")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# In one place in every run: a target folder is that of one checkout.
project=$target/template/project

cat >"$work/patch.toml" <<TOML
[patch."https://github.com/EffortlessMetrics/copybook-bench"]
instrument.path = "$root/crates/instrument"
instrument-build.path = "$root/crates/instrument/build"
instrument-flags.path = "$root/crates/instrument/flags"
TOML

# What is tried is the protocol and the answers, for which nothing has to be optimised.
export CARGO_PROFILE_BENCH_OPT_LEVEL=0 CARGO_PROFILE_BENCH_CODEGEN_UNITS=256

# suite: builds it and prints where it is.
suite() {
  (cd "$project" && cargo bench --quiet --locked --no-run --config "$work/patch.toml" \
    --target-dir "$target/template" --message-format json-render-diagnostics) |
    jq -r 'select(.executable and .target.kind == ["bench"]).executable'
}

# measured OUTPUT: its benchmarks by the command, with the catalog that its flake declares.
measured() {
  "$target/release/bench" run --quick --suite "$(suite)" --catalog "$work/catalog.json" --slo "$project/slo.toml" \
    --filter '' --output "$1"
}

rm -rf "$project"
cp -r nix/template "$project"
echo '{"hex/encode": 1048576}' >"$work/catalog.json"
cargo build --quiet --locked --release -p copybook-bench
measured "$work/out"
accepted "$work/out/perf.json"
jq -e '.subject.name == "example" and .environment.source_hash != null and .benchmarks[0].name == "hex/encode"' \
  "$work/out/perf.json" >/dev/null
lines=$(wc -l <nix/template/benches/throughput.rs)
[[ $lines -lt 40 ]] || { echo "test-template.sh: expected a benchmark file of fewer than 40 lines, found $lines" >&2; exit 1; }

# Another checkout that is built into the same folder would be mixed with this one.
cp -r "$project" "$work/other"
if (project=$work/other suite) 2>"$work/message"; then
  echo "test-template.sh: a target folder was shared by two checkouts" >&2
  exit 1
fi
grep "built from $work/other, found what was built from $project" "$work/message"

# By hand it is a Criterion suite like any other.
(cd "$project" && CRITERION_HOME=$work/criterion cargo bench --quiet --locked --config "$work/patch.toml" \
  --target-dir "$target/template" -- --quick --noplot) | grep 'hex/encode'

sed -i 's/0123456789abcdef/0123456789abcdeF/' "$project/src/lib.rs"
if measured "$work/wrong" 2>"$work/message"; then
  echo "test-template.sh: a wrong answer was measured" >&2
  exit 1
fi
grep 'wrong answer at byte' "$work/message"
[[ ! -e $work/wrong/perf.json ]]
