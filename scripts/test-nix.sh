#!/usr/bin/env bash
# The flake as far as it goes without Nix's network: format and lint of every Nix file, evaluation
# of what needs no package set, pins that agree. Then each check has to reject copies that were
# broken in the way it guards against.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

need nix-instantiate nix-bin
# Evaluation of plain files: no store is read or written, none need exist.
export NIX_REMOTE=dummy://

nix_files() { find "$1/flake.nix" "$1/nix" -name '*.nix' -print0; }

# Each check takes a folder with the project's files.
check_parse() { nix_files "$1" | xargs -0 nix-instantiate --parse >/dev/null; }
check_format() { nix_files "$1" | xargs -0 nixfmt --check; }
check_dead() { nix_files "$1" | xargs -0 deadnix --fail; }
check_lint() { statix check "$1/nix" && statix check "$1/flake.nix"; }
check_facts() {
  local broken
  broken=$(nix-instantiate --eval --strict "$1/nix/tests.nix") && [[ $broken == "[ ]" ]] && return
  echo "not so: $broken"
  return 1
}
check_length() { [[ $(wc -l <"$1/flake.nix") -lt 100 ]]; }

# The version that documents and scripts name is rust-version's, and README names it.
check_docs() {
  local version named
  version=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$1/Cargo.toml")
  named=$(cd "$1" && grep -rhoE 'Rust 1\.[0-9]+' README.md CONTRIBUTING.md docs scripts/bench.sh | sort -u)
  [[ $named == "Rust $version" ]] && grep -q "Rust $version" "$1/README.md"
}

# What flake.nix and nix/ name exists, and each file in nix/ is named by something.
check_files() {
  local named
  named=$(grep -ohE '[ (]\./[a-z/-]+\.nix' "$1/flake.nix" "$1"/nix/*.nix | sed 's#.*/##' | sort -u)
  # tests.nix is for this script too.
  diff <(printf '%s\n' "$named") <(cd "$1/nix" && printf '%s\n' *.nix | sort)
}

checks=(parse format dead facts length docs files)
if command -v statix >/dev/null; then
  checks+=(lint)
else
  echo "skipped: statix (it is in no registry that this test can use; 'nix flake check' runs it)"
fi

for check in "${checks[@]}"; do
  echo "check: $check"
  "check_$check" . || {
    echo "test-nix.sh: $check does not hold" >&2
    exit 1
  }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
broken=0

copy() {
  rm -rf "$work/copy"
  mkdir "$work/copy"
  git ls-files -z --cached --others --exclude-standard -- flake.nix flake.lock nix Cargo.toml scripts/bench.sh '*.md' |
    tar -c --null -T - | tar -x -C "$work/copy"
}

# What has to reject a broken copy accepts an unbroken one.
copy
for check in "${checks[@]}"; do
  "check_$check" "$work/copy" || {
    echo "test-nix.sh: $check rejects an unbroken copy" >&2
    exit 1
  }
done

# rejects CHECK FILE SED-EXPRESSION: a copy so changed must not pass.
rejects() {
  local check=$1 file=$2 expression=$3
  [[ " ${checks[*]} " == *" $check "* ]] || return 0
  copy
  sed -i "$expression" "$work/copy/$file"
  if cmp -s "$file" "$work/copy/$file"; then
    echo "test-nix.sh: '$expression' changes nothing in $file: this sabotage is out of date" >&2
    exit 1
  fi
  if "check_$check" "$work/copy" >"$work/log" 2>&1; then
    echo "test-nix.sh: $check accepts $file after '$expression'" >&2
    exit 1
  fi
  broken=$((broken + 1))
}

config=nix/image-config.nix
rejects parse nix/source.nix 's/^in$//'
rejects format nix/source.nix 's/^  lib,/      lib,/'
rejects dead nix/source.nix 's/^let$/let unused = 1;/'
rejects lint nix/source.nix 's/^let$/let same = lib; lib = lib;/'
rejects length flake.nix '1,20p;1,20p'
rejects docs README.md 's/Rust 1\.[0-9]*/Rust 1.70/'
rejects docs Cargo.toml 's/^rust-version = .*/rust-version = "1.70"/'
rejects files flake.nix 's#\./nix/checks\.nix#./nix/absent.nix#'
rejects files nix/checks.nix 's#\./image-check\.nix#./own.nix#'

rejects facts $config 's/User = .*/User = "0:0";/'
rejects facts $config 's/\[ entrypoint \]/[ command ]/'
rejects facts $config 's/\[ "run" \]/[ ]/'
rejects facts $config 's#Volumes."/workspace/output"#Volumes."/output"#'
rejects facts $config 's/mode = "0777"/mode = "0755"/'
rejects facts $config 's/mode = "1777"/mode = "0755"/'
rejects facts $config 's#BENCH_OUTPUT=/workspace/output#BENCH_OUTPUT=/output#'
rejects facts $config 's/BENCH_ENVIRONMENT=image/BENCH_ENVIRONMENT=nix/'
rejects facts $config 's/BENCH_SUITE=/SUITE=/'
rejects facts $config '/BENCH_VERIFIER=/d'
rejects facts $config 's/if value == null then \[ \]/if false then [ ]/'
rejects facts $config 's/++ known "BENCH_REVISION" revision//'
rejects facts $config 's/++ known "BENCH_SOURCE_HASH" sourceHash/++ known "BENCH_IMAGE_DIGEST" sourceHash/'
rejects facts $config 's/++ known "BENCH_CATALOG" catalog//'
rejects facts $config 's/if catalog == null then null/if catalog != null then null/'
rejects facts $config 's#^    // labels;#    ;#'
rejects facts $config 's/development = suite == null/development = false/'
rejects facts $config 's/"healthcheck"$/"doctor"/'
rejects facts $config 's/Timeout = 5/Timeout = 50/'
rejects facts $config 's#/dev/shm/bench#/tmp/bench#'
rejects facts nix/own.nix '/image.licenses"/d'
rejects facts $config 's#^    // labels;#    // { "org.opencontainers.image.source" = "https://a"; } // labels;#'
rejects facts $config 's/created = "1970/created = "2026/'
rejects facts $config 's/name = "folders"/name = "dirs"/'
rejects facts $config 's/uid = 1000/uid = 1001/'
rejects facts nix/rust-toolchain.toml 's/^channel = .*/channel = "stable"/'
rejects facts nix/rust-toolchain.toml 's/^channel = .*/channel = "1.70.0"/'
rejects facts nix/rust-toolchain.toml 's/, "rustfmt"//'
rejects facts Cargo.toml 's/^rust-version = .*/rust-version = "1.70"/'
rejects facts flake.lock 's/"narHash": "sha256-M/"narHash": "sha256-/'
rejects facts flake.lock '0,/"narHash"/{/"narHash"/d}'
rejects facts flake.lock 's/"ref": "nixos-26.05"/"ref": "nixos-25.11"/'
rejects facts flake.lock 's/"crane": "crane",$//'
rejects facts flake.nix 's#ipetkov/crane#someone/crane#'
rejects facts flake.nix 's#crane.url = .*#&\n    other.url = "github:a/b";#'

echo "${#checks[@]} checks hold; $broken broken copies were rejected"
