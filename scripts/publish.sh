#!/usr/bin/env bash
# Images into a registry: pushed by digest, joined in one index for all architectures, tagged last.
#
#   publish.sh pack ARCHIVE LAYOUT OUT    OCI layout OUT: LAYOUT with compressed layers; refused unless
#                                         it holds the very layers of the docker archive that was tried
#   publish.sh push IMAGE LAYOUT...       push packed layouts and their index; prints the index digest
#   publish.sh tag IMAGE@DIGEST TAG...    give it these tags, in this order
#   publish.sh expired BEFORE KEPT        of the package's versions on standard input (GitHub's API), the
#                                         ids of those last changed before then, but never the tag latest
#                                         or a digest in the JSON array KEPT
#   publish.sh prune OWNER/NAME DAYS      remove those from ghcr.io; needs gh
#
# Needs skopeo and jq. PUBLISH_FLAGS goes to every skopeo command (a registry without TLS in tests).
set -euo pipefail

die() {
  echo "publish.sh: $*" >&2
  exit 1
}

# The policy file is about which images may be pulled; here nothing is pulled from anyone else.
copy() {
  local flags
  read -ra flags <<<"${PUBLISH_FLAGS:-}"
  skopeo copy --quiet --insecure-policy "${flags[@]}" "$@"
}

# configuration IMAGE FILTER: what jq's FILTER finds in it.
configuration() { skopeo inspect --config --raw "$1" | jq -ec "$2"; }

pack() {
  [[ $# == 3 ]] || die "usage: publish.sh pack ARCHIVE LAYOUT OUT"
  local tried packed
  tried=$(configuration "docker-archive:$1" .rootfs.diff_ids)
  packed=$(configuration "oci:$2" .rootfs.diff_ids)
  [[ $tried == "$packed" ]] || die "$2 holds other layers than the tried $1: $packed, not $tried"
  mkdir -p "$(dirname "$3")"
  # The default of an OCI layout as the target is to compress; digests change here, once, and no more.
  skopeo copy --quiet --insecure-policy "oci:$2" "oci:$3"
}

# index LAYOUT...: what each layout lists, with the platform that its configuration names.
index() {
  local layout platform
  for layout in "$@"; do
    platform=$(configuration "oci:$layout" '{architecture, os}')
    jq --argjson platform "$platform" '.manifests[0] + {$platform} | del(.annotations)' "$layout/index.json"
  done | jq -sej 'if (map(.platform) | unique | length) == length
      then {schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: .}
      else error("two images for one platform") end'
}

# The images' blobs in one layout, which lists their index.
push() {
  [[ $# -ge 2 ]] || die "usage: publish.sh push IMAGE LAYOUT..."
  joined=$(mktemp -d)
  trap 'rm -rf "$joined"' EXIT
  local digest layout
  index "${@:2}" >"$joined/index" || die "can not join: ${*:2}"
  digest=$(sha256sum <"$joined/index" | cut -d' ' -f1)
  jq -n --arg digest "sha256:$digest" --argjson size "$(stat -c %s "$joined/index")" \
    '{schemaVersion: 2, manifests: [{mediaType: "application/vnd.oci.image.index.v1+json", $digest, $size}]}' \
    >"$joined/index.json"
  for layout in "${@:2}"; do cp -r "$layout"/{blobs,oci-layout} "$joined/"; done
  mv "$joined/index" "$joined/blobs/sha256/$digest"
  # --all pushes every image under its own digest first, the index after them.
  copy --all --preserve-digests "oci:$joined" "docker://$1@sha256:$digest" >&2
  echo "sha256:$digest"
}

tag() {
  [[ $# -ge 2 && $1 == *@sha256:* ]] || die "usage: publish.sh tag IMAGE@DIGEST TAG..."
  local name
  for name in "${@:2}"; do
    copy --all --preserve-digests "docker://$1" "docker://${1%@*}:$name"
  done
}

expired() {
  [[ $# == 2 ]] || die "usage: publish.sh expired BEFORE KEPT"
  jq -r --arg before "$1" --argjson kept "$2" '.[]
    | select(.updated_at < $before and (.name | IN($kept[]) | not))
    | select(.metadata.container.tags | index("latest") | not)
    | .id'
}

prune() {
  [[ $# == 2 && $1 == */* && $2 -gt 0 ]] || die "usage: publish.sh prune OWNER/NAME DAYS"
  local name=${1#*/} versions before kept id due
  versions=/orgs/${1%%/*}/packages/container/${name,,}/versions
  before=$(date --utc --date "$2 days ago" +%FT%TZ)
  # The images of the index that latest names may be as old as they like.
  kept=$(skopeo inspect --raw "docker://ghcr.io/${1,,}:latest" | jq -ec '[.manifests[].digest]')
  # All of them before the first is removed: pages move otherwise.
  mapfile -t due < <(gh api --paginate "$versions?per_page=100" | expired "$before" "$kept")
  for id in "${due[@]}"; do
    echo "removing version $id"
    gh api --silent --method DELETE "$versions/$id"
  done
}

case ${1:-} in
  pack | push | tag | expired | prune) "$@" ;;
  *) die "usage: publish.sh pack|push|tag|expired|prune ..." ;;
esac
