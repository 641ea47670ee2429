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
  skopeo copy --quiet --insecure-policy --preserve-digests "${flags[@]}" "$@"
}

# blob LAYOUT DIGEST: the file of a blob.
blob() { echo "$1/blobs/${2/://}"; }

# The one manifest of a layout.
manifest() {
  [[ -e $1/index.json ]] || die "$1 is no OCI layout: it has no index.json"
  jq -er 'if (.manifests | length) == 1 then .manifests[0].digest else error("one manifest expected") end' \
    "$1/index.json" || die "$1/index.json does not list exactly one image"
}

config() { blob "$1" "$(jq -er .config.digest "$(blob "$1" "$(manifest "$1")")")"; }

pack() {
  [[ $# == 3 ]] || die "usage: publish.sh pack ARCHIVE LAYOUT OUT"
  local archive=$1 layout=$2 out=$3 tried packed
  tried=$(tar -xOf "$archive" "$(tar -xOf "$archive" manifest.json | jq -er '.[0].Config')" | jq -ec .rootfs.diff_ids)
  packed=$(jq -ec .rootfs.diff_ids "$(config "$layout")")
  [[ $tried == "$packed" ]] || die "$layout holds other layers than the tried $archive: $packed, not $tried"
  mkdir -p "$(dirname "$out")"
  # The default of an OCI layout as the target is to compress; digests change here, once, and no more.
  skopeo copy --quiet --insecure-policy "oci:$layout" "oci:$out"
}

# index LAYOUT...: one descriptor an image, with the platform that its configuration names.
index() {
  local layout digest
  for layout in "$@"; do
    digest=$(manifest "$layout")
    jq -ec --arg digest "$digest" --argjson size "$(stat -c %s "$(blob "$layout" "$digest")")" \
      '{mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
        platform: {architecture, os}}' "$(config "$layout")"
  done | jq -sej 'if (map(.platform) | unique | length) == length
      then {schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: .}
      else error("two images for one platform") end'
}

push() {
  [[ $# -ge 2 ]] || die "usage: publish.sh push IMAGE LAYOUT..."
  local image=$1 joined digest
  shift
  joined=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now, not of the end
  trap "rm -rf '$joined'" EXIT
  mkdir -p "$joined/blobs/sha256"
  cp -f "${@/%//blobs/sha256/.}" -rt "$joined/blobs/sha256"
  index "$@" >"$joined/joined.json" || die "can not join: $*"
  digest=sha256:$(sha256sum "$joined/joined.json" | cut -d' ' -f1)
  jq -nc --arg digest "$digest" --argjson size "$(stat -c %s "$joined/joined.json")" \
    '{schemaVersion: 2, manifests: [{mediaType: "application/vnd.oci.image.index.v1+json", digest: $digest, size: $size}]}' \
    >"$joined/index.json"
  mv "$joined/joined.json" "$(blob "$joined" "$digest")"
  echo '{"imageLayoutVersion": "1.0.0"}' >"$joined/oci-layout"
  # --all pushes every image under its own digest first, the index after them.
  copy --all "oci:$joined" "docker://$image@$digest" >&2
  echo "$digest"
}

tag() {
  [[ $# -ge 2 && $1 == *@sha256:* ]] || die "usage: publish.sh tag IMAGE@DIGEST TAG..."
  local subject=$1 name
  shift
  for name in "$@"; do
    copy --all "docker://$subject" "docker://${subject%@*}:$name"
  done
}

expired() {
  [[ $# == 2 ]] || die "usage: publish.sh expired BEFORE KEPT"
  jq -er --arg before "$1" --argjson kept "$2" '.[]
    | select(.updated_at < $before and (.metadata.container.tags | index("latest") | not) and (.name | IN($kept[]) | not))
    | .id' || [[ $? == 4 ]] # 4: nothing is due
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
