#!/usr/bin/env bash
# Fuzzes with AddressSanitizer, from the kept corpus and what was found here before.
#
#   ./scripts/fuzz.sh SECONDS [TARGET...]   each target for that long; finds stay in fuzz/corpus
#   ./scripts/fuzz.sh --keep                minimises fuzz/corpus into the kept corpus
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
seconds=${1:?usage: fuzz.sh SECONDS [TARGET...] or fuzz.sh --keep}
shift
targets=("$@")
[[ $# -gt 0 ]] || targets=(decode framing copybook)
# What a longer input reaches a shorter one reaches, too, and sooner.
max_len=1024

nightly=$(nightly_toolchain) || { echo "no nightly compiler (rustup toolchain install nightly --profile minimal)"; exit 77; }
command -v cargo-fuzz >/dev/null || { echo "no cargo-fuzz; ./scripts/test.sh installs it for the machines it knows"; exit 77; }

# cargo-fuzz has no --locked.
cargo fetch --quiet --locked --manifest-path fuzz/Cargo.toml

fuzz() { cargo "+$nightly" fuzz "$1" --fuzz-dir fuzz --target-dir "$tools_dir/../fuzz" "${@:2}"; }

for target in "${targets[@]}"; do
  corpus=fuzz/corpus/$target
  kept=fuzz/corpora/$target.tar.xz
  mkdir -p "$corpus"
  tar --extract --xz --skip-old-files --directory "$corpus" --file "$kept"
  if [[ $seconds == --keep ]]; then
    fuzz cmin "$target" "$corpus" -- -max_len=$max_len
    # The same files give the same archive.
    tar --create --directory "$corpus" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=0644 . |
      xz --extreme --stdout >"$kept"
  else
    dictionary=()
    [[ ! -e fuzz/$target.dict ]] || dictionary=("-dict=fuzz/$target.dict")
    seeds=()
    [[ ! -d fuzz/seeds/$target ]] || seeds=("fuzz/seeds/$target")
    fuzz run "$target" "$corpus" "${seeds[@]}" -- "-max_total_time=$seconds" -max_len=$max_len -timeout=60 \
      -print_final_stats=1 "${dictionary[@]}"
  fi
done
