# The image as it was built, against image-config.nix's facts: configuration, layers, and what is
# not in it. The files are read, nothing is run; `scripts/docker.sh promises` runs it.
{
  pkgs,
  image,
  image-archive,
  image-oci,
  # Name of the Criterion program.
  suite,
  facts,
}:
let
  # The predecessor had 2.5 GB.
  largest = 100 * 1000 * 1000;
  largestGzipped = 40 * 1000 * 1000;
  # What the second verifier imports.
  modules = builtins.attrNames (builtins.readDir ../scripts/verify);
  # As tar prints them.
  modes = {
    "0755" = "drwxr-xr-x";
    "0777" = "drwxrwxrwx";
    "1777" = "drwxrwxrwt";
  };
in
pkgs.runCommand "check-image"
  {
    nativeBuildInputs = [
      pkgs.gawk
      pkgs.gnutar
      pkgs.gzip
      pkgs.jq
    ];
    facts = builtins.toJSON facts;
    passAsFile = [ "facts" ];
  }
  ''
    fail() { echo "image: $*" >&2; exit 1; }
    mkdir docker && tar -xf ${image-archive} -C docker
    config=docker/$(jq -r '.[0].Config' docker/manifest.json)
    layers=($(jq -r '.[0].Layers[]' docker/manifest.json))

    # What was asked for is what is there: nothing dropped on the way, nothing added.
    jq -e --slurpfile facts "$factsPath" \
      '.config == ($facts[0].config + {Healthcheck: $facts[0].healthcheck})' "$config" > /dev/null \
      || fail "the configuration is not image-config.nix's: $(jq -c .config "$config")"
    jq -e --slurpfile facts "$factsPath" '.created == $facts[0].created' "$config" > /dev/null \
      || fail "created is $(jq .created "$config")"
    jq -e '.config.User == "1000:1000"' "$config" > /dev/null || fail "runs as root"

    # Every layer's content is what the configuration says it is.
    [ "''${#layers[@]}" = "${toString (builtins.length facts.layers)}" ] \
      || fail "''${#layers[@]} layers instead of ${toString (builtins.length facts.layers)}"
    for n in "''${!layers[@]}"; do
      [ "sha256:$(sha256sum "docker/''${layers[n]}" | cut -d' ' -f1)" = \
        "$(jq -r --argjson n "$n" '.rootfs.diff_ids[$n]' "$config")" ] || fail "layer $n has another digest"
      tar -tvf "docker/''${layers[n]}" > listing.$n 2> /dev/null
    done

    # The upper layer is ours alone: no tool in it, so that a change of code moves little.
    for program in bench ${suite} bench-entrypoint.sh verify_receipt.py ${
      builtins.concatStringsSep " " (map (module: "verify/${module}") modules)
    }; do
      grep -q "/bin/$program\$" listing.2 || fail "$program is not in the upper layer"
      ! grep -q "/bin/$program\$" listing.0 || fail "$program is in the lower layer"
    done
    for file in man/man1/bench-run.1 bash-completion/completions/bench; do
      grep -qE "/share/$file(\.gz)?\$" listing.2 || fail "$file is not in the upper layer"
    done
    ! grep -qE '/bin/(bash|jq|python3)$' listing.2 || fail "the upper layer has tools"
    # Folders are as writable as they were meant to be.
    ${builtins.concatStringsSep "\n" (
      map (folder: ''
        tar --numeric-owner -tvf "docker/''${layers[1]}" 2> /dev/null \
          | awk -v path="${folder.path}" \
            '{ name = $6; sub(/^\.?\/?/, "/", name); sub(/\/$/, "", name); if (name == path) print $1, $2 }' \
          | grep -qx '${modes.${folder.mode}} ${toString folder.uid}/${toString folder.gid}' \
          || fail "${folder.path} has another mode or owner"
      '') facts.folders
    )}

    # Neither compiler nor source, nor what they were built with.
    ! grep -hE '/bin/(cargo|rustc|cc|gcc)$|\.rs$|/rustlib/' listing.* || fail "a toolchain or a source"

    size=$(stat -c %s ${image-archive})
    [ "$size" -le ${toString largest} ] || fail "$size bytes, at most ${toString largest} expected"
    gzipped=$(gzip -9 -c ${image-archive} | wc -c)
    [ "$gzipped" -le ${toString largestGzipped} ] \
      || fail "$gzipped bytes gzipped, at most ${toString largestGzipped} expected"

    # The layout for registries holds the same layers under one manifest.
    blob() { echo "${image-oci}/blobs/sha256/''${1#sha256:}"; }
    manifest=$(blob "$(jq -r '.manifests[0].digest' ${image-oci}/index.json)")
    [ "$(jq -r '.layers[].digest' "$manifest" | tr '\n' ' ')" = \
      "$(jq -r '.rootfs.diff_ids[]' "$config" | tr '\n' ' ')" ] || fail "the OCI layout has other layers"
    jq -e --slurpfile facts "$factsPath" '.config == $facts[0].config' \
      "$(blob "$(jq -r .config.digest "$manifest")")" > /dev/null || fail "the OCI configuration differs"

    printf '{"archive_bytes": %d, "gzipped_bytes": %d, "image": "%s"}\n' \
      "$size" "$gzipped" ${image} > $out
  ''
