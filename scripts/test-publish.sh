#!/usr/bin/env bash
# publish.sh against a real registry on loopback: two architectures, one index, tags last, the same
# bits back. Layers are small here; what is in them is docker.sh's business.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
need jq jq
need skopeo skopeo
need docker-registry docker-registry

scratch=$(mktemp -d)
registry=''
cleanup() {
  [[ -z $registry ]] || kill "$registry" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

# archive NAME ARCHITECTURE TEXT: a docker archive whose one layer holds TEXT, and its OCI layout.
archive() {
  local at=$scratch/$1
  mkdir "$at"
  echo "$3" >"$at/file"
  tar -cf "$at/layer.tar" -C "$at" file
  jq -n --arg architecture "$2" --arg layer "sha256:$(sha256sum "$at/layer.tar" | cut -d' ' -f1)" \
    '{$architecture, os: "linux", config: {}, history: [{created_by: "test"}], rootfs: {type: "layers", diff_ids: [$layer]}}' >"$at/config.json"
  echo '[{"Config": "config.json", "RepoTags": ["t:latest"], "Layers": ["layer.tar"]}]' >"$at/manifest.json"
  tar -cf "$at.tar" -C "$at" layer.tar config.json manifest.json
  skopeo copy --quiet --insecure-policy "docker-archive:$at.tar" "oci:$at.oci"
}

archive intel amd64 hello
archive arm arm64 hello
archive other amd64 goodbye

./scripts/publish.sh pack "$scratch/intel.tar" "$scratch/intel.oci" "$scratch/packed/x86_64-linux"
./scripts/publish.sh pack "$scratch/arm.tar" "$scratch/arm.oci" "$scratch/packed/aarch64-linux"
echo "ok: packed"
if ./scripts/publish.sh pack "$scratch/intel.tar" "$scratch/other.oci" "$scratch/packed/wrong" 2>"$scratch/err"; then
  echo "test-publish.sh: a layout with other layers than the tried archive was packed"
  exit 1
fi
grep -q 'other layers' "$scratch/err"
echo "ok: refused: layers that were not tried"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$scratch/registry.yml" <<YML
version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: $scratch/registry } }
http: { addr: "127.0.0.1:$port" }
YML
docker-registry serve "$scratch/registry.yml" >"$scratch/registry.log" 2>&1 &
registry=$!
image=127.0.0.1:$port/owner/copybook-bench
for _ in {1..50}; do
  ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  sleep 0.1
done

look() { skopeo inspect --tls-verify=false "$@"; }

PUBLISH_FLAGS=--dest-tls-verify=false
export PUBLISH_FLAGS
digest=$(./scripts/publish.sh push "$image" "$scratch/packed/x86_64-linux" "$scratch/packed/aarch64-linux")
[[ $(look --raw "docker://$image@$digest" | sha256sum | cut -d' ' -f1) == "${digest#sha256:}" ]]
[[ $(look --raw "docker://$image@$digest" | jq -c '[.manifests[].platform.architecture]') == '["amd64","arm64"]' ]]
! look "docker://$image:latest" >/dev/null 2>&1 || { echo "test-publish.sh: a tag before the tagging"; exit 1; }
for layout in x86_64-linux aarch64-linux; do
  pushed=$(jq -r '.manifests[0].digest' "$scratch/packed/$layout/index.json")
  look --raw "docker://$image@$pushed" >/dev/null
done
echo "ok: pushed by digest, both architectures, no tag"

PUBLISH_FLAGS='--src-tls-verify=false --dest-tls-verify=false'
./scripts/publish.sh tag "$image@$digest" 0123abc latest
for tag in 0123abc latest; do
  [[ $(look --raw "docker://$image:$tag" | sha256sum | cut -d' ' -f1) == "${digest#sha256:}" ]]
done
echo "ok: both tags are the very index"

cat >"$scratch/versions" <<'JSON'
[{"id": 1, "name": "sha256:a", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": ["0123abc"]}}},
 {"id": 2, "name": "sha256:b", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": ["4567def", "latest"]}}},
 {"id": 3, "name": "sha256:c", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": []}}},
 {"id": 4, "name": "sha256:d", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": []}}},
 {"id": 5, "name": "sha256:e", "updated_at": "2026-06-01T00:00:00Z", "metadata": {"container": {"tags": ["89abcde"]}}}]
JSON
expired() { ./scripts/publish.sh expired "$1" '["sha256:c"]' <"$scratch/versions" | xargs; }
[[ $(expired 2026-05-01T00:00:00Z) == '1 4' && -z $(expired 2025-01-01T00:00:00Z) ]]
echo "ok: what is old is removed, but never what latest needs"

refused() {
  if ./scripts/publish.sh "${@:2}" >/dev/null 2>&1; then
    echo "test-publish.sh: accepted: $1"
    exit 1
  fi
  echo "ok: refused: $1"
}
refused 'two images for one platform' push "$image" "$scratch/packed/x86_64-linux" "$scratch/packed/x86_64-linux"
refused 'a folder that is no layout' push "$image" "$scratch"
refused 'a tag for another tag' tag "$image:latest" stable
refused 'a digest that is not there' tag "$image@sha256:$(printf 0%.0s {1..64})" stable
