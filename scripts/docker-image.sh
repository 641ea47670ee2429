# Sourced by docker.sh: the image without Nix, for tests. The configuration is what
# nix/image-config.nix answers, the tools come from this Debian machine's packages, the command and the
# suite from cargo; every shared library that they load comes along.
# shellcheck shell=bash disable=SC2154  # scratch is the caller's

# What nix/image.nix calls its tools, as Debian packages.
image_packages=(bash coreutils findutils grep sed jq python3-minimal)
# Folders of a package that no program reads.
image_dropped='/usr/share/(doc|man|info|locale|lintian|bug|menu|pixmaps|applications|bash-completion)/|/__pycache__/|/(idlelib|ensurepip|lib2to3|pydoc_data|test)/|/etc/'

# debian_image NAME: the image, in the daemon.
debian_image() {
  local root=$scratch/root bench=${CARGO_TARGET_DIR:-target}/release/bench suite
  need nix-instantiate nix-bin
  suite=$(built_programs)
  image_facts >"$scratch/facts.json"

  mkdir -p "$root"/usr/{bin,lib,lib64,sbin,local/bin,local/libexec/copybook-bench}
  ln -s usr/bin usr/lib usr/lib64 usr/sbin "$root/"
  ln -s bash "$root/usr/bin/sh"
  install -m 0555 "$bench" scripts/bench-entrypoint.sh scripts/verify_receipt.py "$root/usr/local/bin/"
  install -m 0444 -D -t "$root/usr/local/bin/verify" scripts/verify/*.py
  install -m 0555 "$suite" "$root/usr/local/libexec/copybook-bench/slo_validation"
  jq -r '.files | keys[]' "$scratch/facts.json" | while read -r path; do
    mkdir -p "$root$(dirname "$path")"
    jq -j --arg path "$path" '.files[$path]' "$scratch/facts.json" >"$root$path"
  done
  tar --create --file "$scratch/root.tar" --owner 0 --group 0 --numeric-owner -C "$root" .
  image_files "$bench" "$suite" | tar --append --file "$scratch/root.tar" --no-recursion --numeric-owner -C / -T -
  jq -r '.folders[] | "\(.path) \(.mode) \(.uid) \(.gid)"' "$scratch/facts.json" | while read -r path mode uid gid; do
    mkdir -p "$root$path"
    tar --append --file "$scratch/root.tar" --no-recursion --numeric-owner --mode "$mode" --owner ":$uid" --group ":$gid" -C "$root" ".$path"
  done

  mkdir "$scratch/context"
  mv "$scratch/root.tar" "$scratch/context/"
  { printf 'FROM scratch\nADD root.tar /\n' && image_instructions; } >"$scratch/context/Dockerfile"
  docker build --quiet --tag "$1" "$scratch/context" >/dev/null
}

# What nix/image-config.nix answers for the places that the programs have in this image.
image_facts() {
  local revision
  # The commit, as `bench` on a host states it; null outside a checkout.
  revision=$(git rev-parse HEAD 2>/dev/null) && revision=\"$revision$([[ -z $(git status --porcelain --untracked-files=no) ]] || echo -dirty)\"
  NIX_REMOTE=dummy:// nix-instantiate --eval --strict --json --expr "import $PWD/nix/image-config.nix {
    inherit (import $PWD/nix/own.nix) version labels; revision = ${revision:-null}; path = [ \"/usr/local/bin\" \"/usr/bin\" ];
    command = \"/usr/local/bin/bench\"; entrypoint = \"/usr/local/bin/bench-entrypoint.sh\";
    suite = \"/usr/local/libexec/copybook-bench/slo_validation\";
    sourceHash = (import $PWD/nix/source.nix { lib = null; root = $PWD; }).hash;
  }"
}

# image_files PROGRAM...: the files of the tools' packages, and the shared libraries of these and of the
# programs, without the slash that they begin with; through /bin, /lib and the like to the merged place.
image_files() {
  local python packages files
  python=$(basename "$(realpath /usr/bin/python3)")
  packages=("${image_packages[@]}" "$python-minimal" "lib$python-minimal" "lib$python-stdlib")
  files=$(dpkg -L "${packages[@]}" | grep -vE "$image_dropped" | while read -r file; do [[ -d $file ]] || echo "$file"; done)
  { xargs --delimiter '\n' ldd <<<"$files" 2>/dev/null || true; ldd "$@"; } >"$scratch/libraries"
  ! grep 'not found' "$scratch/libraries" || { echo "docker.sh: a library is missing" >&2; return 1; }
  { echo "$files"; sed -nE 's/^\t(.*=> )?(\/[^ ]+) \(0x.*/\2/p' "$scratch/libraries" | sort -u | while read -r file; do
    # A library is often a link to the file with the full version.
    printf '%s\n' "$file" "$(realpath "$file")"
  done; } | sed -E 's#^/(bin|lib|lib64|sbin)/#/usr/\1/#; s#^/##' | sort -u
}

# The configuration as a Dockerfile says it. The one deviation: cargo built the programs on this host, and a
# receipt that said "image" would owe a store path and the hashes of a Nix build.
image_instructions() {
  jq -r '.config as $c | .healthcheck as $h
    | "USER \($c.User)", "WORKDIR \($c.WorkingDir)", "STOPSIGNAL \($c.StopSignal)",
      "ENTRYPOINT \($c.Entrypoint | tojson)", "CMD \($c.Cmd | tojson)", "VOLUME \($c.Volumes | keys | tojson)",
      ($c.Env[] | sub("^BENCH_ENVIRONMENT=.*"; "BENCH_ENVIRONMENT=host") | capture("^(?<name>[^=]+)=(?<value>.*)$") | "ENV \(.name)=\(.value | tojson)"),
      ($c.Labels | to_entries[] | "LABEL \(.key)=\(.value | tojson)"),
      "HEALTHCHECK --interval=\($h.Interval)ns --timeout=\($h.Timeout)ns --start-period=\($h.StartPeriod)ns --retries=\($h.Retries) CMD \($h.Test[1:] | tojson)"' \
    "$scratch/facts.json"
}
