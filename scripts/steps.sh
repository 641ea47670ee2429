#!/usr/bin/env bash
# The steps of test.sh, each a function here or a file in scripts/steps/.   scripts/steps.sh STEP [ARGUMENT...]
set -euo pipefail

# shellcheck source=scripts/tools.sh
. "$(dirname "${BASH_SOURCE[0]}")/tools.sh"
scratch=$(mktemp -d)
# What a step left running in the background ends with it.
trap 'jobs -p | xargs --no-run-if-empty kill || true; rm -rf "$scratch"' EXIT

# What property tests draw follows from the commit: every commit has other values tried, and a step that fails fails
# again until something is mended. PROPTEST_RNG_SEED, a whole number, has others drawn.
commit=$(git rev-parse HEAD 2>/dev/null || echo 0)
export PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED-$((16#${commit:0:15}))}

build() { cargo build --quiet --locked --release -p copybook-bench; }

# refused WORDS COMMAND...: the command fails and, unless WORDS is empty, prints a line that matches them.
refused() {
  if "${@:2}" >"$scratch/refused" 2>&1; then
    echo "accepted: ${*:2}" >&2
    return 1
  fi
  [[ -z $1 ]] || grep -E -m 1 -- "$1" "$scratch/refused" && return
  echo "expected '$1' of ${*:2}, found:" >&2
  cat "$scratch/refused" >&2
  return 1
}

fmt() {
  local workspace
  for workspace in . peers fuzz; do (cd "$workspace" && cargo fmt --check); done
}

lint() {
  shellcheck --external-sources scripts/*.sh scripts/steps/*.sh peers/coboljsonifier/*.sh .ci/run
  ruff check scripts peers
  ruff format --check scripts peers
  kubernetes-validate --strict deploy/kubernetes/*.yaml
}

# A second test.sh in one checkout fails at once, names the first, and leaves its logs alone; when the first
# has ended, the next one runs.
alone() {
  local there=$scratch/checkout first
  mkdir -p "$there/target/test-logs"
  cp -r scripts "$there/"
  touch "$there/target/test-logs/of-the-first"
  exec 8>>"$there/target/test.lock"
  flock -n 8
  first=$$
  echo $first >&8
  if SETUP=none "$there/scripts/test.sh" lint >"$scratch/out" 2>"$scratch/err" 8>&-; then return 1; fi
  grep "found another, process $first;" "$scratch/err"
  [[ ! -s $scratch/out && -e $there/target/test-logs/of-the-first ]]
  exec 8>&-
  # It has no Python packages there.
  SETUP=none "$there/scripts/test.sh" lint >"$scratch/out" || true
  grep '^0 passed, 0 failed, 1 skipped$' "$scratch/out"
  [[ ! -e $there/target/test-logs/of-the-first ]]
}

clippy() {
  cargo clippy --locked --workspace --all-targets -- -D warnings
  # The decoder as others depend on it: without the features that this workspace turns on.
  cargo clippy --locked -p copybook-decode --lib -- -D warnings
  cargo tree --locked -p copybook-decode --edges normal --prefix none >"$scratch/tree"
  if grep -E '^(serde|clap)' "$scratch/tree"; then
    echo "steps.sh: copybook-decode takes these in without being asked; make them optional" >&2
    return 1
  fi
}

# nextest runs no documentation tests, and a fresh machine has none: cargo's own runner does both. It
# hides what a passing test prints unless asked, and that is where a test says what it skipped.
unit() { cargo test --locked --workspace --no-fail-fast -- --show-output; }

# What somebody tries who wants to break the project: subjects that hang or leave processes behind, small
# inputs that ask for much, forged receipts and signatures, mutants of receipts through both verifiers for
# ATTACK_MINUTES (one by default). All but the mutants are short and unit tests, too: where the unit step has
# just passed, they are not run again. Kills, planted files and suites that lie take minutes and are unit
# tests: here they run where ATTACK_MINUTES is set.
attack() {
  if [[ " ${STEPS_PASSED-} " != *' unit '* ]]; then
    attacked --test subject --test orphans --test signal --test bounds --test unique_keys
    tests_of --bin bench against heartbeat layout machine_lock output provenance::trust
    tests_of --test command hostile sign
    tests_of --test command verifiers::contradictions verifiers::text
    [[ -z ${ATTACK_MINUTES-} ]] || tests_of --test end_to_end broken killed planted
  fi
  [[ -z ${ATTACK_MINUTES-} ]] || tests_of --test end_to_end checkout
  ATTACK_MINUTES=${ATTACK_MINUTES:-1} tests_of --test command verifiers::mutants
}

# Of the whole workspace, as the unit tests are: a package alone has other features and is built again.
attacked() { cargo test --quiet --locked --workspace "$@"; }

# tests_of --bin|--test PROGRAM MODULE...: the command's tests of these modules. To cargo a module that has
# none, because it was renamed for example, is a success.
tests_of() {
  local module
  for module in "${@:3}"; do
    [[ $(attacked "$1" "$2" -- --list "$module::") == *': test'* ]] ||
      { echo "steps.sh: expected tests in the module $module of $2, found none" >&2; return 1; }
  done
  attacked "$1" "$2" -- --nocapture "${@:3}"
}

docs() {
  RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --document-private-items
  lychee --offline --no-progress README.md CHANGELOG.md CONTRIBUTING.md docs
}

dependencies() {
  cargo deny --locked check licenses bans sources
  cargo deny --locked check advisories >"$scratch/log" 2>&1 && return
  cat "$scratch/log"
  grep -q 'failed to fetch advisory database' "$scratch/log"
  echo "skipped: advisories (the advisory database can't be reached from this machine)"
}

# The main job as a user starts it, its receipt read by both verifiers and by the schema.
quick() {
  ./scripts/bench.sh --quick --output "$scratch/out"
  accepted "$scratch/out/perf.json"
  check-jsonschema --schemafile docs/receipt.schema.json "$scratch/out/perf.json"
}

# The receipts that are kept as evidence are still accepted, and the tables made from them are up to date.
evidence() {
  build
  accepted results/*/*.json results/*/{workloads,threads,files,full,selftest}/*.json
  "$bench" tables --check
}

# `bench sbom` against CycloneDX's own schema, for crates alone and with store paths; a document with
# one wrong value must be refused.
sbom() {
  build
  "$bench" sbom >"$scratch/crates.json"
  echo '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-jq-1.8.1-bin' >"$scratch/closure"
  "$bench" sbom --closure "$scratch/closure" >"$scratch/closure.json"
  cyclonedx "$scratch"/{crates,closure}.json
  jq -e '.components[] | select(.name == "jq" and .version == "1.8.1-bin")' "$scratch/closure.json" >/dev/null
  "$bench" sbom | cmp - "$scratch/crates.json"
  local wrong
  for wrong in 'del(.components[0].name)' '.components[0].scope = "shipped"' '.bomFormat = "SPDX"' \
    '.components[-1].hashes[0].content = "not a hash"' '.components[0].licenses[0] = {"expression": 1}'; do
    jq "$wrong" "$scratch/crates.json" >"$scratch/wrong.json"
    refused 'alidation errors' cyclonedx "$scratch/wrong.json"
  done
}

# The schema is in a Python package of CycloneDX's, beside those that it refers to.
cyclonedx() {
  local schema
  schema=$(echo "$python_dir"/lib/python3*/site-packages/cyclonedx/schema/_res/bom-1.6.SNAPSHOT.schema.json)
  check-jsonschema --schemafile "$schema" --base-uri "file://$schema" "$@"
}

# Without Nix: the command and the suite, built again from a copy in another folder, are the same
# bytes. (With Nix, and from nothing: scripts/reproduce.sh.) What comes from the registry lies where
# it lay and is not built again.
reproducible() {
  local again=$scratch/target elsewhere=$scratch/elsewhere program
  kept "$PWD" "$target" "$scratch/first"
  mkdir -p "$elsewhere" "$again"
  git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T - | tar -x -C "$elsewhere"
  cp -a "$target/release" "$again/"
  (cd "$elsewhere" && cargo clean --quiet --locked --release --workspace --target-dir "$again")
  kept "$elsewhere" "$again" "$scratch/second"
  for program in bench slo_validation; do
    sha256sum "$scratch"/{first,second}/"$program"
    cmp "$scratch"/{first,second}/"$program" && continue
    echo "$program is not the same when it is built in another folder; paths in it:"
    grep -laF -e "$PWD/" -e "$elsewhere/" "$scratch"/{first,second}/"$program" || echo "none"
    exit 1
  done
}

# kept FOLDER TARGET-FOLDER INTO: copies of the command and the suite, built in FOLDER.
kept() (
  mkdir "$3" && cd "$1"
  cp "$(built_programs --target-dir "$2")" "$3/slo_validation"
  cp "$2/release/bench" "$3/"
)

# The decoder's unit tests, its kernels' among them, with AddressSanitizer: a kernel that reads past the
# end of its input or writes past the end of its output ends the test.
sanitizer() {
  local host
  host=$(rustc -vV | sed -n 's/^host: //p')
  # The target is named so that build scripts and macros, which run in the compiler, go without.
  # Optimised: unoptimised intrinsics are calls, and the sanitizer follows each.
  RUSTFLAGS="-Zsanitizer=address" cargo "+$(nightly_toolchain)" test --locked -p copybook-decode --lib --target "$host" \
    --target-dir "$target/sanitizer" --config profile.test.package.copybook-decode.opt-level=1
}

# The decoder built for aarch64, its tests run, NEON kernels included, under user-mode emulation. The
# cross compiler is Debian's own, called by its full path: rustup's stays the one on PATH.
aarch64() {
  [[ $(uname -m) != aarch64 ]] || exec cargo test --locked -p copybook-decode -- --show-output
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
  # Loader and libraries from one place: an emulated loader that finds another C library, such as that
  # of Debian's arm64 packages, loops in pthread_create.
  local sysroot=/usr/aarch64-linux-gnu
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L $sysroot -E LD_LIBRARY_PATH=$sysroot/lib"
  # Left out is what the unit step tests and what no instruction set can change: which module uses which, how a
  # copybook is read, and the tables of characters. A new file of tests is run here unless it is named.
  local path name programs=()
  for path in crates/copybook-decode/tests/*.rs crates/copybook-decode/tests/*/main.rs; do
    name=$(basename "${path%/main.rs}" .rs)
    case $name in
      arrows | codepages | schema | schema_errors) ;;
      *) programs+=(--test "$name") ;;
    esac
  done
  # Optimised: emulation is slow, and unoptimised intrinsics are calls.
  env RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc timeout 900 /usr/bin/cargo test --locked -p copybook-decode \
    --lib "${programs[@]}" --target aarch64-unknown-linux-gnu --target-dir "$target/aarch64" \
    --config profile.test.opt-level=1 -- --show-output
}

step=${1:?usage: steps.sh STEP [ARGUMENT...]}
shift
if [[ -e scripts/steps/$step.sh ]]; then
  # shellcheck source=/dev/null
  . "scripts/steps/$step.sh"
else
  "$step" "$@"
fi
