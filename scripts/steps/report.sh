# Pages of `bench report`, made from our receipts and from made-up ones, in Debian's Chromium:
# scripts/report/check.mjs says what must hold. A page that is broken on purpose must be refused.
#
#   scripts/steps.sh report [PICTURES]    also leaves a picture of every view, and a PDF of every page, in the
#                                         folder PICTURES
# shellcheck shell=bash disable=SC2154  # npm_dir, scratch and target are the caller's
bench=$target/debug/bench made=$target/debug/examples/made pages=()

# report NAME ARGUMENT...: the page NAME.html.
report() { "$bench" report "${@:2}" --output "$scratch/$1.html" 2>/dev/null; }

# Of the whole workspace, as the unit tests are: a package alone has other features and is built again.
cargo build --quiet --locked --workspace --bins --examples
"$made" "$scratch/made"

# One run, all benchmarks of the suite, a comparison, and all of these.
receipt=results/epyc-2-cpus-kvm/2026-11-27.json
report receipt $receipt
report full results/epyc-2-cpus-kvm/full/2026-11-28.json
report hostile "$scratch/made/hostile.json"
report comparison "$scratch/made/comparison.json"
report several $receipt "$scratch"/made/{missed,comparison}.json
pages+=("$scratch"/{receipt,comparison}.html=500000 --once="$scratch"/{full,several}.html=500000
  --narrow="$scratch/hostile.html=500000")

# Many machines, and where the time goes.
for name in fleet evil-fleet; do report $name "$scratch/made/$name.json"; done
for name in profile compared; do report $name "$scratch/made/$name"; done
"$bench" report "$scratch/made/fleet.json" --site "$scratch/nodes" 2>/dev/null
pages+=("$scratch"/{fleet,profile}.html=500000 --once="$scratch/compared.html=500000"
  --narrow="$scratch/evil-fleet.html=500000"
  --once="$scratch"/nodes/{index,node-n03}.html=100000)

# Over time: a history, one of 10,000 runs, a site of our receipts, and a page that is renewed.
report history "$scratch/made/history.db" --acknowledged "$scratch/made/known"
report long "$scratch/made/long.db"
"$bench" report results --site "$scratch/site" 2>/dev/null
pages+=("$scratch/history.html=3000000" --once="$scratch/long.html=3000000" --once="$scratch/site/index.html=100000")
"$bench" report --serve --listen 127.0.0.1:0 "$scratch/made/history.db" 2>"$scratch/served" &
until_true 60 'the address of the server' grep -qs 'http://' "$scratch/served"

# broken WORDS SED [NAME]: a receipt's page, or the page NAME, with what a check guards against put into it, which it
# must refuse with WORDS; the page's policy keeps a script out.
broken() {
  local page=$scratch/broken-${#pages[@]}.html whole=$scratch/${3-receipt}.html
  sed "$2" "$whole" >"$page"
  ! cmp -s "$whole" "$page" || { echo "nothing to break: $2"; exit 1; }
  pages+=(--refused="$1=$page")
}
broken 'axe: color-contrast' 's/--muted:light-dark(#59616b,#a7afba)/--muted:light-dark(#c9ccd0,#3a3f45)/'
broken 'request: ' 's#<main #<img alt="" src="picture.png"><main #'
broken 'under its own policy' 's#</body>#<script>window.hostile = 1</script></body>#'
broken 'pixels wider' 's#<main #<div style="width:2000px">wide</div><main #'
broken 'a table that is cut off' 's/td:not(.number){min-width:8ch}/td:not(.number){min-width:40ch}/'
broken 'a name that is cut short' 's#80mbps</text>#8…</text>#'
broken 'in reach of the keyboard' 's#<button type="button" class="scripted" data-copy#& tabindex="-1"#'
broken 'printed: a control' 's/\.scripted,\.skip,\.theme,\.cursor{display:none!important}//'
broken 'printed: cut off' "s/pre{white-space:pre-wrap;overflow-wrap:anywhere;background:none}//;s#<main #<pre>$(printf 'long%.0s' {1..50})</pre>&#"
broken 'printed: longer than a page' 's#<main #<figure style="height:1100px"></figure>&#'
broken 'printed: light text' 's/:root,:root\[data-theme\]{color-scheme:light}//'
broken 'printed: a heading may end a page' 's/h1,h2,h3,h4,figcaption,.note/.note/'
broken 'does not zoom into it' 's/\.gone{display:none}//' profile

# One browser looks at all of them.
node scripts/report/check.mjs --modules "$npm_dir" ${1:+--pictures "$1"} "${pages[@]}" \
  --live "$(grep -o 'http://[^ ]*' "$scratch/served")" --grow "'$made' '$scratch/made' grow"
echo "every broken page was refused"
