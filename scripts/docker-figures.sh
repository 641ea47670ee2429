#!/usr/bin/env bash
# What the image costs, measured, as one JSON object on standard output; and the transcript of the
# run that measured it, spliced into the runbook.
#
#   docker-figures.sh [ARCHIVE]    as test-docker.sh
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
# shellcheck source=scripts/docker-daemon.sh
. scripts/docker-daemon.sh

scratch=$(mktemp -d)
chmod 0755 "$scratch"
cleanup() {
  docker_clean "$scratch"
  rm -rf "$scratch"
}
trap cleanup EXIT

need jq jq
docker_up >&2
image_archive "$scratch/image.tar" "$@" >&2
docker load --quiet --input "$scratch/image.tar" >&2
mkdir -m 0777 "$scratch/output"
chmod 0777 "$scratch/output"

# What a reader would type, and both streams in the order they appear.
# shellcheck disable=SC2016  # expanded where it is run
typed='docker run --rm -v "$PWD/output:/workspace/output" copybook-bench'
transcript=$scratch/transcript
begun=$(date +%s%N)
(cd "$scratch" && eval "$typed") >"$transcript" 2>&1 &
run=$!
first=''
while kill -0 $run 2>/dev/null; do
  # shellcheck disable=SC2033  # the program, not the function
  # The suite's process, as the kernel of this machine sees it.
  if [[ -z $first ]] && docker ps --quiet --filter "label=$DOCKER_TEST_LABEL" |
    xargs --no-run-if-empty --replace docker top {} -eo pid,args 2>/dev/null | grep '/slo_validation ' >/dev/null; then
    first=$(date +%s%N)
  fi
  [[ -z $first ]] || break
  sleep 0.01
done
wait $run || { cat "$transcript" >&2; exit 1; }
ended=$(date +%s%N)
[[ -n $first ]] || { echo "docker-figures.sh: no launch was seen" >&2; exit 1; }

python3 - docs/perf/OPERATOR_RUNBOOK.md "$transcript" "$typed" <<'PYTHON'
import pathlib, sys

page, transcript, typed = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
opening, closing = "<!-- transcript: plain_run -->\n", "<!-- /transcript -->\n"
before, rest = page.read_text().split(opening)
after = rest.split(closing, 1)[1]
page.write_text(f"{before}{opening}```text\n$ {typed}\n{transcript.read_text()}```\n{closing}{after}")
PYTHON

jq -n --argjson image "$(docker image inspect copybook-bench --format '{{.Size}}')" \
  --argjson archive "$(gzip -9 --stdout "$scratch/image.tar" | wc -c)" \
  --argjson first "$((first - begun))" --argjson run "$((ended - begun))" \
  --arg environment "$(jq -r .environment.kind "$scratch/output/perf.json")" --arg command "$typed" \
  '{image_bytes: $image, archive_gzip_bytes: $archive, first_launch_s: ($first / 1e9), run_s: ($run / 1e9),
    environment: $environment, command: $command}'
