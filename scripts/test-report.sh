#!/usr/bin/env bash
# Pages of `bench report`, made from our receipts and from made-up ones, in Debian's Chromium:
# scripts/report/check.mjs says what must hold. A page that is broken on purpose must be refused.
#
#   scripts/test-report.sh [PICTURES]    also leaves a picture of every view in the folder PICTURES
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
target=${CARGO_TARGET_DIR:-target}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pictures=(${1:+--pictures "$1"})

check() { node scripts/report/check.mjs --modules "$axe_dir" "$@"; }
report() { "$target/debug/bench" report "$@" 2>/dev/null; }

# Of the whole workspace, as the unit tests are: a package alone has other features and is built again.
cargo build --quiet --locked --workspace --bins --examples
"$target/debug/examples/made" "$scratch/made"
receipt=(results/epyc-2-cpus-kvm/2026-11-27.json)
report "${receipt[@]}" --output "$scratch/receipt.html"
report "$scratch/made/hostile.json" --output "$scratch/hostile.html"
report "$scratch/made/comparison.json" --output "$scratch/comparison.html"
report "${receipt[@]}" "$scratch"/made/{missed,comparison}.json --output "$scratch/several.html"
check "${pictures[@]}" "$scratch"/{receipt,comparison}.html=500000
check --once "$scratch"/{hostile,several}.html=500000

# Many machines, and where the time goes.
for name in fleet evil-fleet; do report "$scratch/made/$name.json" --output "$scratch/$name.html"; done
for name in profile compared; do report "$scratch/made/$name" --output "$scratch/$name.html"; done
report "$scratch/made/fleet.json" --site "$scratch/nodes"
check "${pictures[@]}" "$scratch"/{fleet,profile}.html=500000
check --once "$scratch"/{evil-fleet,compared}.html=500000 "$scratch"/nodes/{index,node-n03}.html=100000

# Over time: a history, one of 10,000 runs, and a site of our receipts.
report "$scratch/made/history.db" --acknowledged "$scratch/made/known" --output "$scratch/history.html"
report "$scratch/made/long.db" --output "$scratch/long.html"
report results --site "$scratch/site"
check "${pictures[@]}" "$scratch/history.html=3000000"
check --once "$scratch/long.html=3000000" "$scratch/site/index.html=100000"

# While runs come in.
"$target/debug/bench" report --serve --listen 127.0.0.1:0 "$scratch/made/history.db" 2>"$scratch/served" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
until grep -qs "http://" "$scratch/served"; do kill -0 "$server" || exit 1; sleep 0.1; done
check --live "$(grep -o 'http://[^ ]*' "$scratch/served")" --grow "'$target/debug/examples/made' '$scratch/made' grow"

# What each check guards against, put into a page; a policy of its own keeps the last one out.
sabotage() {
  sed "$2" "$scratch/receipt.html" >"$scratch/broken.html"
  ! cmp -s "$scratch/receipt.html" "$scratch/broken.html" || { echo "nothing to break: $2"; exit 1; }
  ! check --once "$scratch/broken.html" >/dev/null 2>"$scratch/log" || { echo "accepted: $2"; exit 1; }
  grep -q "$1" "$scratch/log" || { echo "refused for another reason than $1:"; cat "$scratch/log"; exit 1; }
}
sabotage 'axe: color-contrast' 's/--muted:light-dark(#59616b,#a7afba)/--muted:light-dark(#c9ccd0,#3a3f45)/'
sabotage 'request: ' 's#<main #<img alt="" src="picture.png"><main #'
sabotage 'under its own policy' 's#</body>#<script>window.hostile = 1</script></body>#'
sabotage 'pixels wider' 's#<main #<div style="width:2000px">wide</div><main #'
sabotage 'in reach of the keyboard' 's#<button type="button" class="scripted" data-copy#& tabindex="-1"#'
echo "every broken page was refused"
