#!/usr/bin/env bash
# Is what Nix builds here bit for bit what anybody builds from this revision? Builds the image's
# archive and layout, builds everything of ours again (`--rebuild` compares), builds them from a
# clone in another folder, and compares digests. Where something differs, diffoscope says what.
#
#   ./scripts/reproduce.sh [ARGUMENT OF nix build...]      e.g. --store /tmp/second-store
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
arguments=("$@")
outputs=(suite command bench image image-archive image-oci)

command -v nix >/dev/null || { echo "reproduce.sh: no nix on PATH; './scripts/test.sh reproducible' does the part that works without it" >&2; exit 1; }
if [[ -n $(git -C "$root" status --porcelain) ]]; then
  echo "reproduce.sh: there are uncommitted changes; a digest needs a revision that others can have" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { nix build --no-link --print-out-paths "${arguments[@]}" "$@"; }

# digest PATH: of a file, or of a folder's names and contents.
digest() {
  if [[ -d $1 ]]; then
    (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum
  else
    sha256sum <"$1"
  fi | cut -d' ' -f1
}

explain() {
  echo "reproduce.sh: $1 and $2 differ" >&2
  if command -v diffoscope >/dev/null; then
    diffoscope "$1" "$2" || true
  else
    nix run "${arguments[@]}" --inputs-from "$root" nixpkgs#diffoscopeMinimal -- "$1" "$2" ||
      cmp "$1" "$2" || true
  fi
}

status=0
for output in "${outputs[@]}"; do
  build "git+file://$root#$output" >"$work/$output"
done

# Everything of ours a second time, in a fresh sandbox. The compiled dependencies are left out:
# their folder holds cargo's time stamps, which reach no program.
ours='-(layers\.json|image-[^/]*|copybook-bench[^/]*|bench[^/]*|verify_receipt\.py)\.drv$'
nix path-info --derivation --recursive "${arguments[@]}" "git+file://$root#image-archive" \
  "git+file://$root#image-oci" "git+file://$root#bench" | grep -E -- "$ours" | grep -v -- '-deps-' >"$work/derivations"
while read -r derivation; do
  build --rebuild --keep-failed "$derivation^*" >/dev/null && continue
  status=1
  echo "reproduce.sh: $derivation gives another result the second time" >&2
  first=$(nix path-info "${arguments[@]}" "$derivation^out")
  [[ ! -e $first.check ]] || explain "$first" "$first.check"
done <"$work/derivations"

git clone --quiet --no-hardlinks "$root" "$work/elsewhere"
for output in "${outputs[@]}"; do
  first=$(<"$work/$output")
  second=$(build "git+file://$work/elsewhere#$output")
  printf '%s  %s\n' "$(digest "$first")" "$output"
  if [[ $(digest "$first") != "$(digest "$second")" ]]; then
    status=1
    explain "$first" "$second"
  fi
done

[[ $status == 0 ]] && echo "the same twice, and from another folder: $(git -C "$root" rev-parse HEAD)"
exit $status
