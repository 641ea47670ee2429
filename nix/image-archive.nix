# A nix2container image as files, without its patched skopeo. Every layer has to be built with
# `reproducible = false`: only then does the image's JSON name tar files ("layer-path").
{
  pkgs,
  image,
  # Docker's health check, which nix2container drops: OCI has no field for it. Null: none.
  healthcheck ? null,
}:
let
  inherit (pkgs) lib;
  ref = "${image.imageName}:${image.imageTag}";

  # config.json, its digest in $config, and one line "DIGEST TAR-FILE" a layer in layers.txt.
  prepare = filter: ''
    jq -cj '{created, architecture: .arch, os: "linux", config: (."image-config"${filter}),
             rootfs: {type: "layers", diff_ids: [.layers[].diff_ids]},
             history: [.layers[].History]}' ${image} > config.json
    config=$(sha256sum config.json | cut -d' ' -f1)
    jq -r '.layers[] | "\(.digest | ltrimstr("sha256:")) \(."layer-path")"' ${image} > layers.txt
    if grep -q ' null$' layers.txt; then
      echo "a layer without a tar file" >&2
      exit 1
    fi
  '';
  withHealthcheck = lib.optionalString (
    healthcheck != null
  ) " + {Healthcheck: ${builtins.toJSON healthcheck}}";

  run = name: script: pkgs.runCommand name { nativeBuildInputs = [ pkgs.jq ]; } script;
in
{
  # docker load < $(nix build --no-link --print-out-paths .#image-archive)
  docker = run "${image.imageName}.tar" ''
    ${prepare withHealthcheck}
    mkdir tree
    mv config.json tree/$config.json
    while read -r digest path; do cp "$path" tree/$digest.tar; done < layers.txt
    jq -c --arg config $config.json --arg ref "${ref}" \
      '[{Config: $config, RepoTags: [$ref], Layers: [.layers[].digest | ltrimstr("sha256:") + ".tar"]}]' \
      ${image} > tree/manifest.json
    tar --directory tree --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=0444 \
      --mtime=@1 -cf $out $(ls tree)
  '';

  # For registries: skopeo copy oci:$(nix build --no-link --print-out-paths .#image-oci) docker://...
  oci = run "${image.imageName}-oci" ''
    ${prepare ""}
    blobs=$out/blobs/sha256
    mkdir -p $blobs
    size=$(stat -c %s config.json)
    mv config.json $blobs/$config
    while read -r digest path; do cp "$path" $blobs/$digest; done < layers.txt
    jq -cj --arg config sha256:$config --argjson size $size '{schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: {mediaType: "application/vnd.oci.image.config.v1+json", digest: $config, size: $size},
        layers: [.layers[] | {mediaType: .mediatype, digest, size}]}' ${image} > manifest.json
    manifest=$(sha256sum manifest.json | cut -d' ' -f1)
    size=$(stat -c %s manifest.json)
    mv manifest.json $blobs/$manifest
    jq -ncj --arg manifest sha256:$manifest --argjson size $size '{schemaVersion: 2, manifests: [{
        mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $manifest, size: $size,
        annotations: {"org.opencontainers.image.ref.name": "${image.imageTag}"}}]}' > $out/index.json
    printf '{"imageLayoutVersion":"1.0.0"}' > $out/oci-layout
  '';
}
