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

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
# shellcheck source=scripts/docker-image.sh
. scripts/docker-image.sh
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

clean_up() {
  if docker info >/dev/null 2>&1; then
    docker ps --quiet --all --filter "label=$DOCKER_TEST_LABEL" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null || true
    # What they wrote as users that are not ours to remove as.
    [[ $EUID == 0 ]] || docker run --rm --user 0 --volume "$scratch:/scratch" copybook-bench chmod -R a+rwX /scratch || true
    docker image rm --force copybook-bench:broken >/dev/null 2>&1 || true
  fi
  [[ -z $daemon ]] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null || true
  # Mounts that a killed container leaves; deepest first.
  { grep -oE " $scratch/[^ ]+" /proc/mounts || true; } | sort -r | while read -r left; do umount "$left"; done
  rm -rf "$scratch"
}

# Uses the daemon that answers, else starts one apart from everything: own socket, own folders, no
# bridge and no packet filter, so that containers see loopback alone.
start_daemon() {
  local tries=0
  docker info >/dev/null 2>&1 && return
  need dockerd docker.io
  [[ $EUID == 0 ]] || { echo "docker.sh: no Docker daemon answers, and only root can start one" >&2; return 1; }
  mkdir "$scratch/docker"
  export DOCKER_HOST=unix://$scratch/docker/socket
  # In a session of its own: Ctrl-C on the test must not kill it before the containers are gone.
  setsid dockerd --host "$DOCKER_HOST" --data-root "$scratch/docker/data" --exec-root "$scratch/docker/exec" \
    --pidfile "$scratch/docker/pid" --bridge none --iptables=false --ip6tables=false >"$scratch/docker.log" 2>&1 &
  daemon=$!
  until docker info >/dev/null 2>&1; do
    if ((++tries > 150)) || ! kill -0 "$daemon"; then
      tail -n 20 "$scratch/docker.log" >&2
      return 1
    fi
    sleep 0.2
  done
}

# promise NAME ARGUMENT...
promise() {
  local begun=$SECONDS
  image=$good
  "$@" || { echo "FAILED: $*"; exit 1; }
  echo "ok: $1 ($((SECONDS - begun)) s)"
}

# breaks PROMISE WHAT CHANGE...: the promise does not hold of a copy with Docker's CHANGEs.
breaks() {
  local promise=$1 what=$2 begun=$SECONDS id changes=() change
  shift 2
  for change in "$@"; do changes+=(--change "$change"); done
  id=$(docker create "$good")
  [[ ! -e $scratch/started ]] || docker cp "$scratch/started" "$id:/started" >/dev/null 2>&1
  docker commit "${changes[@]}" "$id" copybook-bench:broken >/dev/null
  docker rm --volumes "$id" >/dev/null
  image=copybook-bench:broken
  if "$promise" >"$scratch/why" 2>&1; then
    echo "FAILED: $promise holds of an image with $what"
    exit 1
  fi
  echo "ok: $promise fails with $what ($((SECONDS - begun)) s): $(sed -n 's/^docker: //p' "$scratch/why" | head -n 1 | cut -c -150)"
}

# starts PROMISE WHAT SCRIPT: the same, of a copy that starts the bash SCRIPT instead.
starts() {
  printf '#!/bin/bash\n%s\n' "$3" >"$scratch/started"
  chmod 0755 "$scratch/started"
  breaks "$1" "$2" 'ENTRYPOINT ["/bin/bash", "/started"]' 'CMD ["run"]'
  rm "$scratch/started"
}

promises() {
  local entrypoint bench name skip
  for name in labels plain_run any_user hardened unwritable_volume to_stdout second_verifier programs stops health enforced custom_data; do
    promise $name
  done
  # Only cargo's programs run outside the image too.
  if [[ $kind == host ]]; then
    promise compared
    breaks compared 'no suite' 'ENV BENCH_SUITE=/nowhere'
  fi
  entrypoint=$(docker image inspect "$good" --format '{{index .Config.Entrypoint 0}}')
  bench=$(docker image inspect "$good" --format '{{index .Config.Healthcheck.Test 1}}')
  # Start of a script that begins `bench run` itself.
  # shellcheck disable=SC2016  # expanded in the container
  skip='[[ ${1-} != run ]] || shift'
  breaks labels 'no licence' 'LABEL org.opencontainers.image.licenses='
  breaks labels 'root as its user' 'USER 0'
  breaks labels 'no health check' 'HEALTHCHECK NONE'
  breaks short_run 'programs that claim to be from elsewhere' 'ENV BENCH_ENVIRONMENT=nix'
  breaks short_run 'no second verifier' 'ENV BENCH_VERIFIER='
  starts short_run 'no summary' "exec $entrypoint \"\$@\" >/dev/null"
  starts short_run 'no Criterion data' "$entrypoint \"\$@\"; rm -r /workspace/output/criterion"
  starts any_user 'an owner who is fixed' "[[ \$(id -u) == 1000 ]] && exec $entrypoint \"\$@\""
  starts hardened 'a need to write beside the volume' "set -e; touch /tmp/mine; exec $entrypoint \"\$@\""
  breaks unwritable_volume 'its output elsewhere' 'ENV BENCH_OUTPUT=/tmp'
  starts to_stdout 'a greeting on standard output' "echo welcome; exec $entrypoint \"\$@\""
  breaks second_verifier 'modules that its verifier does not find' 'ENV PYTHONSAFEPATH=1'
  breaks programs 'neither jq nor Python to be found' "ENV PATH=$(dirname "$bench")"
  starts stops 'a shell that passes no signal on' "$skip; $bench run \"\$@\"; exit"
  breaks health 'a health check that is always content' 'HEALTHCHECK CMD true'
  starts enforced 'exit codes that are lost' "$entrypoint \"\$@\" || exit 1"
}

both() {
  promises
  runbook
}

# In a folder as an operator has it: the archive, and records of their own.
runbook() {
  mkdir "$scratch/work"
  docker save "$good" | gzip -1 >"$scratch/work/image.tar.gz"
  customer_data "$scratch/work/data"
  "$python_dir/bin/python3" scripts/runbook.py "$scratch/work"
}

figures() {
  local typed transcript=$scratch/transcript begun run first=''
  mkdir -m 0777 "$scratch/output"
  chmod 0777 "$scratch/output"
  # What a reader would type, and both streams in the order they appear.
  # shellcheck disable=SC2016  # expanded where it is run
  typed='docker run --rm -v "$PWD/output:/workspace/output" copybook-bench'
  begun=$(date +%s%N)
  (cd "$scratch" && eval "$typed") >"$transcript" 2>&1 &
  run=$!
  # The first process of the suite, as the kernel of this machine sees it.
  while [[ -z $first ]] && kill -0 $run 2>/dev/null; do
    sleep 0.01
    ! docker ps --quiet --filter "label=$DOCKER_TEST_LABEL" | xargs --no-run-if-empty --replace docker top {} -eo pid,args 2>/dev/null |
      grep '/slo_validation ' >/dev/null || first=$(date +%s%N)
  done
  wait $run || { cat "$transcript" >&2; exit 1; }
  jq -n --argjson image "$(docker image inspect "$good" --format '{{.Size}}')" --argjson end "$(date +%s%N)" \
    --argjson archive "$(docker save "$good" | gzip -9 | wc -c)" --argjson begun "$begun" --argjson first "${first:?no launch was seen}" \
    --arg environment "$kind" --arg command "$typed" \
    '{image_bytes: $image, archive_gzip_bytes: $archive, first_launch_s: (($first - $begun) / 1e9), run_s: (($end - $begun) / 1e9),
      $environment, $command}'
  { printf '```text\n$ %s\n' "$typed" && cat "$transcript" && echo '```'; } >"$scratch/block"
  sed -i -e "/^<!-- transcript: plain_run -->/r $scratch/block" -e '/^<!-- transcript: plain_run -->/,/^<!-- \/transcript -->/{/^<!--/!d}' \
    docs/perf/OPERATOR_RUNBOOK.md
}

[[ $# -ge 1 && $# -le 2 && " promises runbook both figures " == *" $1 "* ]] || { sed -n '2,13p' "${BASH_SOURCE[0]}" >&2; exit 2; }
need jq jq
start_daemon >&2
if [[ $# -gt 1 ]]; then
  good=$(docker load --quiet --input "$2" | sed -n 's/^Loaded image: //p')
else
  good=copybook-bench:latest
  debian_image "$good" >&2
fi
[[ -n $good ]] || { echo "docker.sh: $2 holds no named image" >&2; exit 1; }
# What its receipts say of where the programs come from: "image", or "host" where cargo built them.
kind=$(docker image inspect "$good" --format '{{join .Config.Env "\n"}}' | sed -n 's/^BENCH_ENVIRONMENT=//p')
docker image inspect "$good" --format "image: $good, $kind, {{.Id}}, {{.Size}} bytes; Docker $(docker version --format '{{.Server.Version}}')" >&2
"$1"
