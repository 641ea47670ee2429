#!/usr/bin/env bash
# Prepares the peers and measures each into a receipt, ours among them, one after another.
#
#   scripts/peers.sh prepare            builds the adapters, installs what they wrap
#   scripts/peers.sh run FOLDER [ARG…]  a receipt a peer, FOLDER/NAME.json; ARGs go to `bench run`
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

prepare() {
  need cobc gnucobol
  need python3 python3 python3-venv
  (cd peers && cargo build --quiet --release --locked --target-dir target && coboljsonifier/prepare.sh)
}

case ${1:-} in
  prepare) prepare ;;
  run)
    out=${2:?usage: peers.sh run FOLDER [ARG...]}
    mkdir -p "$out"
    cargo build --quiet --release --locked -p cli
    sed -n 's/^name = "\(.*\)"/\1/p' peers/peers.toml | while read -r peer; do
      "${CARGO_TARGET_DIR:-target}/release/bench" run --subject "$peer" --output "$out/$peer" "${@:3}" ||
        echo "peers.sh: $peer left no receipt" >&2
    done
    ;;
  *) sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//'; exit 2 ;;
esac
