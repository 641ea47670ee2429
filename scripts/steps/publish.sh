# publish.sh against a real registry on loopback: two architectures, one index, tags last, the same
# bits back. Layers are small here; what is in them is docker.sh's business.
# shellcheck shell=bash disable=SC2154  # scratch is the caller's
publish=scripts/publish.sh packed=$scratch/packed

# archive NAME ARCHITECTURE TEXT: a docker archive whose one layer holds TEXT, and its OCI layout.
archive() {
  local at=$scratch/$1
  mkdir "$at"
  echo "$3" >"$at/file"
  tar -cf "$at/layer.tar" -C "$at" file
  echo "{\"architecture\": \"$2\", \"os\": \"linux\", \"config\": {}}" >"$at/facts.json"
  docker_archive "$at/facts.json" "$at/layer.tar" t:latest >"$at.tar"
  skopeo copy --quiet --insecure-policy "docker-archive:$at.tar" "oci:$at.oci"
}

archive intel amd64 hello
archive arm arm64 hello
archive other amd64 goodbye
$publish pack "$scratch/intel.tar" "$scratch/intel.oci" "$packed/x86_64-linux"
$publish pack "$scratch/arm.tar" "$scratch/arm.oci" "$packed/aarch64-linux"
echo "ok: packed"
refused 'other layers than the tried' $publish pack "$scratch/intel.tar" "$scratch/other.oci" "$packed/wrong"

# Below the ports that the kernel picks itself, so that nobody is given it before the registry listens there.
port=$(python3 - <<'PY'
import itertools, os, socket

for n in itertools.count(os.getpid() * 101):
    port = 10_000 + n % 20_000
    with socket.socket() as it:
        if it.connect_ex(("127.0.0.1", port)) != 0:
            print(port)
            break
PY
)
cat >"$scratch/registry.yml" <<YML
version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: $scratch/registry } }
http: { addr: "127.0.0.1:$port" }
YML
docker-registry serve "$scratch/registry.yml" >"$scratch/registry.log" 2>&1 &
until_true 60 'a registry that answers' bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" 2>/dev/null
image=127.0.0.1:$port/owner/copybook-bench

# raw NAME: the manifest or index of that name, as the registry has it.
raw() { skopeo inspect --tls-verify=false --raw "docker://$image$1"; }
# is DIGEST NAME: that is what has the name.
is() { [[ sha256:$(raw "$2" | sha256sum | cut -d' ' -f1) == "$1" ]]; }

export PUBLISH_FLAGS=--dest-tls-verify=false
digest=$($publish push "$image" "$packed/x86_64-linux" "$packed/aarch64-linux")
is "$digest" "@$digest"
[[ $(raw "@$digest" | jq -c '[.manifests[].platform.architecture]') == '["amd64","arm64"]' ]]
refused 'manifest unknown' raw :latest
for layout in x86_64-linux aarch64-linux; do
  pushed=$(jq -r '.manifests[0].digest' "$packed/$layout/index.json")
  is "$pushed" "@$pushed"
done
echo "ok: pushed by digest, both architectures, no tag"

PUBLISH_FLAGS='--src-tls-verify=false --dest-tls-verify=false'
$publish tag "$image@$digest" 0123abc latest
is "$digest" :0123abc
is "$digest" :latest
echo "ok: both tags are the very index"

cat >"$scratch/versions" <<'JSON'
[{"id": 1, "name": "sha256:a", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": ["0123abc"]}}},
 {"id": 2, "name": "sha256:b", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": ["4567def", "latest"]}}},
 {"id": 3, "name": "sha256:c", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": []}}},
 {"id": 4, "name": "sha256:d", "updated_at": "2026-01-01T00:00:00Z", "metadata": {"container": {"tags": []}}},
 {"id": 5, "name": "sha256:e", "updated_at": "2026-06-01T00:00:00Z", "metadata": {"container": {"tags": ["89abcde"]}}}]
JSON
expired() { $publish expired "$1" '["sha256:c"]' <"$scratch/versions" | xargs; }
[[ $(expired 2026-05-01T00:00:00Z) == '1 4' && -z $(expired 2025-01-01T00:00:00Z) ]]
echo "ok: what is old is removed, but never what latest needs"

refused 'two images for one platform' $publish push "$image" "$packed/x86_64-linux" "$packed/x86_64-linux"
refused 'no such file' $publish push "$image" "$scratch"
refused 'usage: publish.sh tag' $publish tag "$image:latest" stable
refused 'manifest unknown' $publish tag "$image@sha256:$(printf 0%.0s {1..64})" stable
