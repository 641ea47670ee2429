#!/usr/bin/env bash
# The image in an operator's hands, with a real Docker daemon.
#
#   docker.sh promises [ARCHIVE]    what the image owes an operator; then every promise is shown a copy
#                                   of the image that breaks it, and must not hold
#   docker.sh runbook [ARCHIVE]     the runbook, block by block
#   docker.sh both [ARCHIVE]        the promises, then the runbook, with one image
#   docker.sh figures [ARCHIVE]     what the image costs, as one JSON object on standard output, and the
#                                   transcript of the run that measured it, into the runbook
#
# ARCHIVE is an image as `docker load` reads it: the flake's, in continuous integration. Without it the
# image has the same configuration and files, but this machine's Debian packages and cargo's programs.
# shellcheck disable=SC2032,SC2033  # xargs starts the program, not the function: it creates nothing
set -euo pipefail

# shellcheck source=scripts/tools.sh
. "$(dirname "${BASH_SOURCE[0]}")/tools.sh"
# shellcheck source=scripts/docker-promises.sh
. scripts/docker-promises.sh

# Told apart from whatever else a daemon runs, so that cleaning up touches nothing but ours.
export DOCKER_TEST_LABEL=copybook-bench.test=$$ DOCKER_CLI_HINTS=false
docker() {
  case $1 in
    run | create) command docker "$1" --label "$DOCKER_TEST_LABEL" "${@:2}" ;;
    *) command docker "$@" ;;
  esac
}
export -f docker

# Where any user of a container may pass through.
scratch=$(mktemp -d)
chmod 0755 "$scratch"
daemon=''
trap clean_up EXIT

docker_answers() { docker info >/dev/null 2>&1; }

remove_containers() {
  docker ps --quiet --all --filter "label=$DOCKER_TEST_LABEL" |
    xargs --no-run-if-empty docker rm --force --volumes >/dev/null || true
}

clean_up() {
  if docker_answers; then
    remove_containers
    # What they wrote as users that are not ours to remove as.
    [[ $EUID == 0 ]] || docker run --rm --user 0 --volume "$scratch:/scratch" "${good-}" chmod -R a+rwX /scratch || true
    docker image rm --force copybook-bench:broken >/dev/null 2>&1 || true
  fi
  [[ -z $daemon ]] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null || true
  # Mounts that a killed container leaves; deepest first.
  { grep -oE " $scratch/[^ ]+" /proc/mounts || true; } | sort -r | xargs --no-run-if-empty umount
  rm -rf "$scratch"
}

# Uses the daemon that answers, else starts one apart from everything: own socket, own folders, no
# bridge and no packet filter, so that containers see loopback alone.
start_daemon() {
  docker_answers && return
  need dockerd docker.io
  [[ $EUID == 0 ]] || { echo "docker.sh: no Docker daemon answers, and only root can start one" >&2; return 1; }
  mkdir "$scratch/docker"
  export DOCKER_HOST=unix://$scratch/docker/socket
  # In a session of its own: Ctrl-C on the test must not kill it before the containers are gone.
  setsid dockerd --host "$DOCKER_HOST" --data-root "$scratch/docker/data" --exec-root "$scratch/docker/exec" \
    --pidfile "$scratch/docker/pid" --bridge none --iptables=false --ip6tables=false >"$scratch/docker.log" 2>&1 &
  daemon=$!
  until_true 60 'a Docker daemon' docker_answers || { tail -n 20 "$scratch/docker.log" >&2; return 1; }
}

# The image without Nix, for tests, as an archive on standard output. The configuration is what
# nix/image-config.nix answers, the tools come from this Debian machine's packages, the command and the
# suite from cargo; every shared library that they load comes along.
debian_image() {
  local root=$scratch/root suite path mode uid gid
  need nix-instantiate nix-bin
  # shellcheck disable=SC2119  # without arguments for cargo
  suite=$(built_programs)
  image_facts >"$scratch/facts.json"
  mkdir -p "$root"/usr/{bin,lib,lib64,sbin}
  ln -s usr/{bin,lib,lib64,sbin} "$root/"
  ln -s bash "$root/usr/bin/sh"
  install -m 0555 -D -t "$root/usr/local/bin" "$bench" scripts/bench-entrypoint.sh scripts/verify_receipt.py
  install -m 0444 -D -t "$root/usr/local/bin/verify" scripts/verify/*.py
  install -m 0555 -D "$suite" "$root/usr/local/libexec/copybook-bench/slo_validation"
  jq -r '.files | keys[]' "$scratch/facts.json" | while read -r path; do
    mkdir -p "$root$(dirname "$path")"
    jq -j --arg path "$path" '.files[$path]' "$scratch/facts.json" >"$root$path"
  done
  tar --create --file "$scratch/root.tar" --owner 0 --group 0 --numeric-owner -C "$root" .
  image_files "$bench" "$suite" |
    tar --append --file "$scratch/root.tar" --no-recursion --numeric-owner -C / -T -
  jq -r '.folders[] | "\(.path) \(.mode) \(.uid) \(.gid)"' "$scratch/facts.json" | while read -r path mode uid gid; do
    mkdir -p "$root$path"
    tar --append --file "$scratch/root.tar" --no-recursion --numeric-owner --mode "$mode" --owner ":$uid" \
      --group ":$gid" -C "$root" ".$path"
  done
  # The one deviation: cargo built the programs on this host, and a receipt that said "image" would owe a store
  # path and the hashes of a Nix build.
  jq --arg architecture "$(dpkg --print-architecture)" \
    '{$architecture, os: "linux", created, config: (.config + {Healthcheck: .healthcheck})}
     | .config.Env |= map(sub("^BENCH_ENVIRONMENT=.*"; "BENCH_ENVIRONMENT=host"))' \
    "$scratch/facts.json" >"$scratch/configuration.json"
  docker_archive "$scratch/configuration.json" "$scratch/root.tar" copybook-bench:latest
}

# What nix/image-config.nix answers for the places that the programs have in this image, at the commit as
# `bench` on a host states it; null outside a checkout.
image_facts() {
  local revision
  revision=$(git describe --always --abbrev=40 --dirty --exclude '*' 2>/dev/null) || true
  NIX_REMOTE=dummy:// nix-instantiate --eval --strict --json --expr "import $PWD/nix/image-config.nix {
    inherit (import $PWD/nix/own.nix) version labels;
    revision = if \"$revision\" == \"\" then null else \"$revision\";
    path = [ \"/usr/local/bin\" \"/usr/bin\" ];
    command = \"/usr/local/bin/bench\"; entrypoint = \"/usr/local/bin/bench-entrypoint.sh\";
    suite = \"/usr/local/libexec/copybook-bench/slo_validation\";
    sourceHash = (import $PWD/nix/source.nix { lib = null; root = $PWD; }).hash;
  }"
}

# image_files PROGRAM...: the files of what nix/image.nix calls its tools, as Debian packages, and the shared
# libraries of these and of the programs, without the slash that they begin with; through /bin, /lib and the
# like to the merged place. Left out are folders that no program reads.
image_files() {
  local python files unread='/usr/share/(doc|man|info|locale|lintian|bug|menu|pixmaps|applications|bash-completion)/'
  unread+='|/__pycache__/|/(idlelib|ensurepip|lib2to3|pydoc_data|test)/|/etc/'
  python=$(basename "$(realpath /usr/bin/python3)")
  mapfile -t files < <(dpkg -L bash coreutils findutils grep sed jq python3-minimal "$python-minimal" \
    "lib$python-minimal" "lib$python-stdlib" | grep -vE "$unread" |
    while read -r file; do [[ -d $file ]] || echo "$file"; done)
  { printf '%s\n' "${files[@]}" && libraries "${files[@]}" "$@"; } |
    sed -E 's#^/(bin|lib|lib64|sbin)/#/usr/\1/#; s#^/##' | sort -u
}

# libraries PROGRAM...: the shared libraries that they load, by their names and by those of the files behind them;
# what is no program counts for nothing.
libraries() {
  local file found
  found=$(ldd "$@" 2>/dev/null || true)
  if grep 'not found' <<<"$found" >&2; then return 1; fi
  sed -nE 's/^\t(.*=> )?(\/[^ ]+) \(0x.*/\2/p' <<<"$found" | sort -u | while read -r file; do
    printf '%s\n' "$file" "$(realpath "$file")"
  done
}

# attempt IMAGE PROMISE: whether it holds, in $status, and what was said, in $scratch/why. Never as a condition:
# in one, bash goes on behind a command that fails.
attempt() {
  set +e
  (set -e; image=$1; "$2") >"$scratch/why" 2>&1
  status=$?
  set -e
  remove_containers
}

promise() {
  local begun=$SECONDS
  attempt "$good" "$1"
  [[ $status == 0 ]] || { echo "FAILED: $1"; cat "$scratch/why"; exit 1; }
  echo "ok: $1 ($((SECONDS - begun)) s)"
}

# breaks PROMISE WHAT CHANGE...: the promise does not hold of a copy with Docker's CHANGEs.
breaks() {
  local begun=$SECONDS id changes=() change
  for change in "${@:3}"; do changes+=(--change "$change"); done
  id=$(docker create "$good")
  [[ ! -e $scratch/started ]] || docker cp "$scratch/started" "$id:/started" >/dev/null 2>&1
  docker commit "${changes[@]}" "$id" copybook-bench:broken >/dev/null
  docker rm --volumes "$id" >/dev/null
  attempt copybook-bench:broken "$1"
  [[ $status != 0 ]] || { echo "FAILED: $1 holds of an image with $2"; exit 1; }
  echo "ok: $1 fails with $2 ($((SECONDS - begun)) s): $(sed -n 's/^docker: //p' "$scratch/why" | head -c 150)"
}

# starts PROMISE WHAT SCRIPT: the same, of a copy that starts the bash SCRIPT instead.
starts() {
  printf '#!/bin/bash\n%s\n' "$3" >"$scratch/started"
  chmod 0755 "$scratch/started"
  breaks "$1" "$2" 'ENTRYPOINT ["/bin/bash", "/started"]' 'CMD ["run"]'
  rm "$scratch/started"
}

both() {
  promises
  runbook
}

# In a folder as an operator has it: the archive, and records of their own.
runbook() {
  mkdir "$scratch/work"
  docker save "$good" | gzip -1 >"$scratch/work/image.tar.gz"
  image=$good own_records "$scratch/work/data"
  "$python_dir/bin/python3" scripts/runbook.py "$scratch/work"
}

figures() {
  local typed transcript=$scratch/transcript begun run first end archive
  mkdir -m 0777 "$scratch/output"
  chmod 0777 "$scratch/output"
  # What a reader would type, and both streams in the order they appear.
  # shellcheck disable=SC2016  # expanded where it is run
  typed='docker run --rm -v "$PWD/output:/workspace/output" copybook-bench'
  begun=$(date +%s%N)
  (cd "$scratch" && eval "$typed") >"$transcript" 2>&1 &
  run=$!
  # The first process of the suite, as the kernel of this machine sees it.
  until suite_runs; do
    kill -0 $run || { cat "$transcript" >&2; exit 1; }
    sleep 0.01
  done
  first=$(date +%s%N)
  wait $run || { cat "$transcript" >&2; exit 1; }
  end=$(date +%s%N)
  archive=$(docker save "$good" | gzip -9 | wc -c)
  docker image inspect "$good" | jq --argjson archive "$archive" --argjson begun "$begun" --argjson first "$first" \
    --argjson ended "$end" --arg environment "$kind" --arg command "$typed" \
    '{image_bytes: .[0].Size, archive_gzip_bytes: $archive, first_launch_s: (($first - $begun) / 1e9),
      run_s: (($ended - $begun) / 1e9), $environment, $command}'
  { printf '```text\n$ %s\n' "$typed" && cat "$transcript" && echo '```'; } >"$scratch/block"
  sed -i -e "/^<!-- transcript: plain_run -->/r $scratch/block" \
    -e '/^<!-- transcript: plain_run -->/,/^<!-- \/transcript -->/{/^<!--/!d}' docs/perf/OPERATOR_RUNBOOK.md
}

[[ $# -le 2 && ${1-} =~ ^(promises|runbook|both|figures)$ ]] || { sed -n '2,13p' "${BASH_SOURCE[0]}" >&2; exit 2; }
start_daemon >&2
archive=${2-$scratch/image.tar}
[[ $# == 2 ]] || debian_image >"$archive"
good=$(docker load --quiet --input "$archive" | sed -n 's/^Loaded image: //p')
[[ -n $good ]] || { echo "docker.sh: $archive holds no named image" >&2; exit 1; }
# What its receipts say of where the programs come from: "image", or "host" where cargo built them.
kind=$(docker image inspect "$good" --format '{{join .Config.Env "\n"}}' | sed -n 's/^BENCH_ENVIRONMENT=//p')
docker image inspect "$good" --format "image: $good, $kind, {{.Id}}, {{.Size}} bytes" >&2
docker version --format 'Docker {{.Server.Version}}' >&2
"$1"
