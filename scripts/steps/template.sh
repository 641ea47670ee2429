# The flake's template, as a project of its own that cargo builds: its suite is measured into a receipt
# that both verifiers accept, and a wrong answer is refused. `instrument` comes from this checkout
# instead of from GitHub.
# shellcheck shell=bash disable=SC2154  # bench, scratch and target are the caller's

# In one place in every run: a target folder is that of one checkout.
project=$target/template/project
cat >"$scratch/patch.toml" <<TOML
[patch."https://github.com/EffortlessMetrics/copybook-bench"]
instrument.path = "$PWD/crates/instrument"
instrument-build.path = "$PWD/crates/instrument/build"
instrument-flags.path = "$PWD/crates/instrument/flags"
TOML
# What is tried is the protocol and the answers, for which nothing has to be optimised.
export CARGO_PROFILE_BENCH_OPT_LEVEL=0 CARGO_PROFILE_BENCH_CODEGEN_UNITS=256

# of_project FOLDER ARGUMENT...: `cargo bench` there.
of_project() {
  (cd "$1" && cargo bench --quiet --locked --config "$scratch/patch.toml" --target-dir "$target/template" "${@:2}")
}

# measured OUTPUT: its benchmarks by the command, with the catalog that its flake declares.
measured() {
  local suite
  suite=$(of_project "$project" --no-run --message-format json-render-diagnostics |
    jq -r 'select(.executable and .target.kind == ["bench"]).executable')
  "$bench" run --quick --suite "$suite" --catalog "$scratch/catalog.json" --slo "$project/slo.toml" \
    --filter '' --output "$1"
}

rm -rf "$project"
mkdir -p "$target/template"
cp -r nix/template "$project"
echo '{"hex/encode": 1048576}' >"$scratch/catalog.json"
build
measured "$scratch/out"
accepted "$scratch/out/perf.json"
jq -e '.subject.name == "example" and .environment.source_hash != null and .benchmarks[0].name == "hex/encode"' \
  "$scratch/out/perf.json" >/dev/null
lines=$(wc -l <nix/template/benches/throughput.rs)
[[ $lines -lt 40 ]] || { echo "expected a benchmark file of fewer than 40 lines, found $lines" >&2; exit 1; }

# Another checkout that is built into the same folder would be mixed with this one.
cp -r "$project" "$scratch/other"
refused "built from $scratch/other, found what was built from $project" of_project "$scratch/other" --no-run

# By hand it is a Criterion suite like any other.
CRITERION_HOME=$scratch/criterion of_project "$project" -- --quick --noplot | grep 'hex/encode'

sed -i 's/0123456789abcdef/0123456789abcdeF/' "$project/src/lib.rs"
refused 'wrong answer at byte' measured "$scratch/wrong"
[[ ! -e $scratch/wrong/perf.json ]]
