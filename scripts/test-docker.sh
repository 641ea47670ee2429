#!/usr/bin/env bash
# The image in an operator's hands, tried with a real Docker daemon.
#
#   test-docker.sh              an image of the same configuration and files, built from this machine's
#                               Debian packages and cargo's programs
#   test-docker.sh ARCHIVE      the image in ARCHIVE: the flake's, in continuous integration
#
# Then every promise is shown a copy of the image that breaks it, and must not hold.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
# shellcheck source=scripts/docker-daemon.sh
. scripts/docker-daemon.sh
# shellcheck source=scripts/docker-assertions.sh
. scripts/docker-assertions.sh

# Where any user of a container may pass through.
scratch=$(mktemp -d)
chmod 0755 "$scratch"
cleanup() {
  docker_clean "$scratch"
  rm -rf "$scratch"
}
trap cleanup EXIT

need jq jq
docker_up

archive=$scratch/image.tar
image_archive "$archive" "$@"
good=$(docker load --quiet --input "$archive" | sed -n 's/^Loaded image: //p')
[[ -n $good ]] || { echo "test-docker.sh: $archive holds no named image" >&2; exit 1; }
# What its receipts say of where the programs come from: "image", or "host" where cargo built them.
kind=$(docker image inspect "$good" --format '{{join .Config.Env "\n"}}' | sed -n 's/^BENCH_ENVIRONMENT=//p')
echo "image: $good, $(docker image inspect "$good" --format '{{.Id}}'), $(($(docker image inspect "$good" --format '{{.Size}}') / 1000000)) MB," \
  "$(gzip --stdout -6 "$archive" | wc -c | awk '{printf "%.0f", $1 / 1e6}') MB gzipped"

# promise NAME ARGUMENT...
promise() {
  local begun=$SECONDS
  image=$good
  "$@" || { echo "FAILED: $*"; exit 1; }
  echo "ok: $1 ($((SECONDS - begun)) s)"
}

promise labels
promise plain_run
promise any_user
promise hardened
promise unwritable_volume
promise to_stdout
promise programs
promise stops
promise health
promise enforced
promise custom_data

entrypoint=$(docker image inspect "$good" --format '{{index .Config.Entrypoint 0}}')
bench=$(docker image inspect "$good" --format '{{index .Config.Healthcheck.Test 1}}')

# Start of a script that begins `bench run` itself.
# shellcheck disable=SC2016  # expanded in the container
skip='[[ ${1-} != run ]] || shift'

# breaks PROMISE WHAT CHANGE...: the promise does not hold of a copy with Docker's CHANGEs.
breaks() {
  local promise=$1 what=$2 begun=$SECONDS id changes=() change
  shift 2
  for change in "$@"; do changes+=(--change "$change"); done
  id=$(docker create "$good")
  [[ ! -e $scratch/started ]] || docker cp --quiet "$scratch/started" "$id:/started" 2>/dev/null ||
    docker cp "$scratch/started" "$id:/started" >/dev/null
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

breaks labels 'no licence' 'LABEL org.opencontainers.image.licenses='
breaks labels 'root as its user' 'USER 0'
breaks labels 'no health check' 'HEALTHCHECK NONE'
breaks short_run 'programs that claim to be from elsewhere' 'ENV BENCH_ENVIRONMENT=nix'
starts short_run 'no verification after the run' "$skip; exec $bench run \"\$@\""
starts short_run 'no summary' "exec $entrypoint \"\$@\" >/dev/null"
starts short_run 'no Criterion data' "$entrypoint \"\$@\"; rm -r /workspace/output/criterion"
starts any_user 'an owner who is fixed' "[[ \$(id -u) == 1000 ]] && exec $entrypoint \"\$@\""
starts hardened 'a need to write beside the volume' "set -e; touch /tmp/mine; exec $entrypoint \"\$@\""
breaks unwritable_volume 'its output elsewhere' 'ENV BENCH_OUTPUT=/tmp'
starts to_stdout 'a greeting on standard output' "echo welcome; exec $entrypoint \"\$@\""
breaks programs 'neither jq nor Python to be found' "ENV PATH=$(dirname "$bench")"
starts stops 'a shell that passes no signal on' "$skip; $bench run \"\$@\"; exit"
breaks health 'a health check that is always content' 'HEALTHCHECK CMD true'
starts enforced 'exit codes that are lost' "$entrypoint \"\$@\" || exit 1"
