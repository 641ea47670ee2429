#!/usr/bin/env bash
# Executes the runbook: every command block where it can be executed, every file against its schema.
# scripts/runbook_blocks.py has the comments that say which; a block without one is an error.
#
#   test-runbook.sh [ARCHIVE]    as test-docker.sh
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
# shellcheck source=scripts/docker-daemon.sh
. scripts/docker-daemon.sh
need jq jq

scratch=$(mktemp -d)
chmod 0755 "$scratch"
cleanup() {
  docker_clean "$scratch"
  rm -rf "$scratch"
}
trap cleanup EXIT

runbook=docs/perf/OPERATOR_RUNBOOK.md
checkout=$PWD work=$scratch/work blocks=$scratch/blocks
mkdir "$work" "$blocks"
python3 scripts/runbook_blocks.py "$runbook" "$blocks"

# The operator starts with an archive and with records of their own.
docker_up
image_archive "$scratch/image.tar" "$@"
gzip -1 --stdout "$scratch/image.tar" >"$work/image.tar.gz"
docker load --quiet --input "$scratch/image.tar" >/dev/null
python3 scripts/customer_data.py "$work/data"
export DOCKER_CLI_HINTS=false

# execute FOLDER BLOCK CODES: as a script of its own; one of these exit codes.
execute() {
  local status=0
  (cd "$1" && bash -euo pipefail "$2") >"$scratch/output" 2>&1 </dev/null || status=$?
  [[ " $3 " == *" $status "* ]] && return
  echo "exit $status, expected ${3// / or }:"
  tail -n 20 "$scratch/output"
  return 1
}

validate() {
  case $1 in
    kubernetes) kubernetes-validate --strict "$2" ;;
    github-workflows | gitlab-ci) check-jsonschema --builtin-schema "vendor.$1" "$2" ;;
    *) echo "no schema is known by the name $1" && return 1 ;;
  esac >"$scratch/output" 2>&1 || { tail -n 20 "$scratch/output"; return 1; }
}

# settle HOW BLOCK: does what the comment says.
settle() {
  local what=${1%% (line *} codes=0 script function
  case $what in
    'run: '*)
      [[ $what != *', exit '* ]] || codes=${what#*, exit } codes=${codes// or / }
      case $what in
        'run: docker'*) execute "$work" "$2" "$codes" ;;
        'run: checkout'*) execute "$checkout" "$2" "$codes" ;;
      esac
      ;;
    'run by: '*)
      read -r script function <<<"${what#run by: }"
      grep -qE "^ *promise $function\b" "scripts/$script" || { echo "scripts/$script runs no $function"; return 1; }
      ;;
    'check: '*) cp "$2" "$2.yml" && validate "${what#check: }" "$2.yml" ;;
    'not run: '*) ;;
    *) echo "nothing to do for: $what" && return 1 ;;
  esac
}

executed=0
for todo in "$blocks"/*.todo; do
  begun=$SECONDS
  read -r what <"$todo"
  settle "$what" "${todo%.todo}" || { echo "FAILED: $runbook: $what"; cat "${todo%.todo}"; exit 1; }
  [[ $what != run:* ]] || executed=$((executed + 1))
  echo "ok: $what ($((SECONDS - begun)) s)"
done
((executed > 0)) || { echo "test-runbook.sh: no block was executed"; exit 1; }

# A test that can't fail is none: a block without a comment, with a false command, with a wrong file.
refused() {
  echo "ok: refused: $1"
}
sed '0,/^<!-- run: docker.*-->$/s///' "$runbook" >"$scratch/broken.md"
python3 scripts/runbook_blocks.py "$scratch/broken.md" "$(mktemp -d "$scratch/broken.XXX")" 2>/dev/null && exit 1
refused 'a block without a comment'
echo 'jq -e .no_such_field output/perf.json' >"$scratch/block"
settle 'run: docker (line 0)' "$scratch/block" >/dev/null && exit 1
refused 'a command that fails'
settle 'run by: test-docker.sh no_such_promise (line 0)' "$scratch/block" >/dev/null && exit 1
refused 'a test that does not exist'
for schema in kubernetes:activeDeadlineSeconds:activeDeadline gitlab-ci:script:scripts github-workflows:runs-on:runs-in; do
  IFS=: read -r name from to <<<"$schema"
  sed "s/ $from:/ $to:/" "$(grep -l "^check: $name" "$blocks"/*.todo | sed 's/\.todo$/.yml/')" >"$scratch/block"
  settle "check: $name (line 0)" "$scratch/block" >/dev/null && exit 1
  refused "$name with '$to' for '$from'"
done
echo "$executed blocks executed"
