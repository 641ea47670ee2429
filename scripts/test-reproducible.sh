#!/usr/bin/env bash
# Without Nix: the command and the suite, built from two folders into two target folders, are the
# same bytes. (With Nix: scripts/reproduce.sh.) One side is this checkout, whose build the other
# tests use too; the other one starts from nothing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/elsewhere"
git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T - | tar -x -C "$work/elsewhere"

# built FOLDER TARGET-FOLDER INTO: leaves bench and slo_validation in INTO.
built() {
  mkdir "$3"
  cd "$1"
  cargo build --quiet --locked --release -p copybook-bench --target-dir "$2"
  cp "$2/release/bench" "$3/"
  cargo bench --quiet --locked --no-run -p workload --target-dir "$2" --message-format json-render-diagnostics |
    python3 -c 'import json, shutil, sys
for message in map(json.loads, sys.stdin):
    if message.get("executable") and message["target"]["kind"] == ["bench"]:
        shutil.copy(message["executable"], sys.argv[1] + "/" + message["target"]["name"])' "$3"
}

built "$here" "${CARGO_TARGET_DIR:-$here/target}" "$work/first"
built "$work/elsewhere" "$work/target-elsewhere" "$work/second"

status=0
for program in bench slo_validation; do
  digests=$(cd "$work" && sha256sum "first/$program" "second/$program")
  echo "$digests"
  if ! cmp "$work/first/$program" "$work/second/$program"; then
    echo "test-reproducible.sh: $program is not the same when it is built in another folder" >&2
    for folder in "$here" "$work/elsewhere"; do
      ! grep -lF "$folder/" "$work"/{first,second}/"$program" || echo "... it contains the path $folder" >&2
    done
    status=1
  fi
done
exit $status
