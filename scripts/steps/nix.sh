# The flake as far as it goes without Nix's network: format and lint of every Nix file, evaluation
# of what needs no package set, pins that agree. Then each check has to reject copies that were
# broken in the way it guards against.
# shellcheck shell=bash
checks=(parse format dead facts length docs files) files=(flake.nix flake.lock nix Cargo.toml scripts/bench.sh '*.md')
# shellcheck source=scripts/steps/sabotage.sh
. scripts/steps/sabotage.sh
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
  named=$(grep -ohE '[ (]\./(nix/)?[a-z-]+\.nix' "$1/flake.nix" "$1"/nix/*.nix | sed 's#.*/##' | sort -u)
  # tests.nix is for this script too.
  diff <(printf '%s\n' "$named") <(cd "$1/nix" && printf '%s\n' *.nix | sort)
}

if command -v statix >/dev/null; then
  checks+=(lint)
else
  echo "skipped: statix (it is in no registry that this test can use; 'nix flake check' runs it)"
fi

all_hold

config=nix/image-config.nix
refuses parse nix/source.nix 's/^in$//'
refuses format nix/source.nix 's/^  lib,/      lib,/'
refuses dead nix/source.nix 's/^let$/let unused = 1;/'
refuses lint nix/source.nix 's/^let$/let same = lib; lib = lib;/'
refuses length flake.nix '1,20p;1,20p'
refuses docs README.md 's/Rust 1\.[0-9]*/Rust 1.70/'
refuses docs Cargo.toml 's/^rust-version = .*/rust-version = "1.70"/'
refuses files flake.nix 's#\./nix/checks\.nix#./nix/absent.nix#'
refuses files nix/checks.nix 's#\./image-check\.nix#./own.nix#'

refuses facts $config 's/User = .*/User = "0:0";/' 's/\[ entrypoint \]/[ command ]/' 's/\[ "run" \]/[ ]/' \
  's#Volumes."/workspace/output"#Volumes."/output"#' 's/mode = "0777"/mode = "0755"/' \
  's/mode = "1777"/mode = "0755"/' 's#BENCH_OUTPUT=/workspace/output#BENCH_OUTPUT=/output#' \
  's/BENCH_ENVIRONMENT=image/BENCH_ENVIRONMENT=nix/' 's/BENCH_SUITE=/SUITE=/' '/BENCH_VERIFIER=/d' \
  's/if value == null then \[ \]/if false then [ ]/' 's/++ known "BENCH_REVISION" revision//' \
  's/++ known "BENCH_SOURCE_HASH" sourceHash/++ known "BENCH_IMAGE_DIGEST" sourceHash/' \
  's/++ known "BENCH_CATALOG" catalog//' 's/if catalog == null then null/if catalog != null then null/' \
  's#^    // labels;#    ;#' 's/development = suite == null/development = false/' 's/"healthcheck"$/"doctor"/' \
  's/Timeout = 5/Timeout = 50/' 's#/dev/shm/bench#/tmp/bench#'
refuses facts nix/own.nix '/image.licenses"/d'
refuses facts $config 's#^    // labels;#    // { "org.opencontainers.image.source" = "https://a"; } // labels;#' \
  's/created = "1970/created = "2026/' 's/name = "folders"/name = "dirs"/' 's/uid = 1000/uid = 1001/'
refuses facts nix/rust-toolchain.toml 's/^channel = .*/channel = "stable"/' 's/^channel = .*/channel = "1.70.0"/' \
  's/, "rustfmt"//'
refuses facts Cargo.toml 's/^rust-version = .*/rust-version = "1.70"/'
refuses facts flake.lock 's/"narHash": "sha256-M/"narHash": "sha256-/' '0,/"narHash"/{/"narHash"/d}' \
  's/"ref": "nixos-26.05"/"ref": "nixos-25.11"/' 's/"crane": "crane",$//'
refuses facts flake.nix 's#ipetkov/crane#someone/crane#' 's#crane.url = .*#&\n    other.url = "github:a/b";#'
