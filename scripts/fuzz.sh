#!/usr/bin/env bash
# Fuzzes with AddressSanitizer, from the kept corpus and what was found here before.
#
#   ./scripts/fuzz.sh SECONDS [TARGET...]   each target for that long; finds stay in fuzz/corpus
#   ./scripts/fuzz.sh --keep [TARGET...]    minimises fuzz/corpus into the kept corpus
set -euo pipefail

# shellcheck source=scripts/tools.sh
. "$(dirname "${BASH_SOURCE[0]}")/tools.sh"
seconds=${1:?usage: fuzz.sh SECONDS [TARGET...] or fuzz.sh --keep}
shift
[[ $# -gt 0 ]] || set -- decode framing copybook
# What a longer input reaches a shorter one reaches, too, and sooner.
max_len=-max_len=1024

nightly=$(nightly_toolchain) || { echo "no nightly compiler (rustup toolchain install nightly)" >&2; exit 1; }
need cargo-fuzz cargo-fuzz

# cargo-fuzz has no --locked.
cargo fetch --quiet --locked --manifest-path fuzz/Cargo.toml
fuzz() { cargo "+$nightly" fuzz "$1" --fuzz-dir fuzz --target-dir "$target/fuzz" "${@:2}"; }

for name in "$@"; do
  corpus=fuzz/corpus/$name kept=fuzz/corpora/$name.tar.xz
  mkdir -p "$corpus"
  tar --extract --xz --skip-old-files --directory "$corpus" --file "$kept"
  if [[ $seconds == --keep ]]; then
    fuzz cmin "$name" "$corpus" -- "$max_len"
    # The same files give the same archive.
    tar --create --directory "$corpus" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=0644 . |
      xz --extreme --stdout >"$kept"
  else
    corpora=("$corpus") options=("-max_total_time=$seconds" "$max_len" -timeout=60 -print_final_stats=1)
    [[ ! -e fuzz/$name.dict ]] || options+=("-dict=fuzz/$name.dict")
    [[ ! -d fuzz/seeds/$name ]] || corpora+=("fuzz/seeds/$name")
    fuzz run "$name" "${corpora[@]}" -- "${options[@]}"
  fi
done
