#!/usr/bin/env bash
# All tests, from a clean checkout: installs what is missing, runs every step, lists each by name.
#
#   ./scripts/test.sh                 everything
#   ./scripts/test.sh STEP...         only these steps (names as printed)
#   SETUP=none ./scripts/test.sh      installs nothing; steps that lack something are skipped, by name
#
# COPYBOOK_REAL_DATA names a folder of real records that some tests of the decoder read as well, and
# COPYBOOK_SERIES one of performance series that people labelled.
# Logs: target/test-logs/STEP.log.
set -uo pipefail

# shellcheck source=scripts/tools.sh
. "$(dirname "${BASH_SOURCE[0]}")/tools.sh"
export CARGO_TERM_COLOR=never PATH
logs=$target/test-logs

# Alone: two at once would write into the same logs, and build into the same folders of fuzz/ and peers/.
mkdir -p target
exec 9>>target/test.lock
if ! flock -n 9; then
  echo "test.sh: expected to be the only one in this checkout, found another, process $(<target/test.lock);" \
    "wait for its end, or end it" >&2
  exit 1
fi
echo $$ >target/test.lock

# Into an empty folder everything is compiled once: what would make the next build quicker isn't written.
[[ -e $target/debug ]] || export CARGO_INCREMENTAL=${CARGO_INCREMENTAL-0}
rm -rf "$logs" && mkdir -p "$logs"
wanted=("$@") steps=()
declare -A lane_of needs_of command_of

# step LANE NAME 'NEED...' [COMMAND...]: what has to be installed for the step (tools.sh knows how; it
# can do without a ?NEED), and what it runs: scripts/steps.sh NAME unless a command is given. The steps
# of a lane run one after another, the lanes beside each other: `debug` uses that part of the target folder
# and `release` the other, so that neither waits long for cargo's locks. Steps of the lane `own` build into
# folders of their own, or little; two lanes that are done with their own steps help it. There are three
# lanes for two processors, since a step often waits or can use one processor only.
step() {
  local lane=$1 name=$2
  lane_of[$name]=$lane needs_of[$name]=$3 command_of[$name]="${*:4}"
  [[ $# -gt 3 ]] || command_of[$name]="scripts/steps.sh $name"
  [[ ${#wanted[@]} -gt 0 && " ${wanted[*]} " != *" $name "* ]] || steps+=("$name")
}

step debug fmt ''
step debug lint python
step debug clippy ''
step debug unit '?peers ?prometheus ?prometheus-pushgateway ?prometheus-node-exporter ?victoria-metrics ?influxd ?cobc ?valgrind'
step debug docs python
step debug dependencies python
step debug attack python3
step debug report 'chromium npm'
step debug dashboard npm
# The main job comes first: what it builds the others use, the unit tests too.
step release quick 'python python3'
step release evidence 'jq python3'
step release sbom 'python jq'
step release reproducible jq
step release template 'jq python3'
step release fleet 'slurmctld runc jq python3' 'scripts/fleet.sh short'
# The longest come first, so that none is left alone at the end.
step own peers 'cobc python3'
step own docker 'dockerd nix-instantiate jq python python3' 'scripts/docker.sh both'
step own aarch64 aarch64
step own fuzz 'nightly python' scripts/fuzz.sh 10
step own sanitizer nightly
step own alone ''
step own workflows 'python npm jq'
step own nix 'nix-instantiate nixfmt deadnix'
step own publish 'jq python3 skopeo docker-registry'

# run_step NAME: its outcome as a line with the time that it took and that of all its processes on the
# processors (but not of a daemon's), and as a word in NAME.outcome.
run_step() {
  local name=$1 started=$SECONDS status=0 need lacking='' outcome TIMEFORMAT='%U %S'
  for need in ${needs_of[$name]}; do [[ $need == \?* ]] || has "$need" || lacking+=" $need"; done
  if [[ -n $lacking ]]; then
    echo "lacks$lacking" >"$logs/$name.log"
    status=1
    [[ ${SETUP-} != none && $lacking != ' nightly' ]] || status=77
  else
    # shellcheck disable=SC2086 # a command and its arguments
    { time ${command_of[$name]} >"$logs/$name.log" 2>&1; } 2>"$logs/$name.time" || status=$?
  fi
  case $status in
    0) outcome=passed && export STEPS_PASSED="${STEPS_PASSED-} $name" ;;
    77) outcome=skipped ;;
    *) outcome=failed ;;
  esac
  echo $outcome >"$logs/$name.outcome"
  printf '%-14s %-8s %4d s, %4.0f s of processors%s\n' "$name" $outcome $((SECONDS - started)) \
    "$(awk '{ print $1 + $2 }' "$logs/$name.time" 2>/dev/null)" "${lacking:+, lacks$lacking}"
  [[ $outcome != failed ]] || { echo "    exit $status; from $logs/$name.log:"; told "$logs/$name.log" | sed 's/^/    /'; }
}

# told LOG: which tests failed and with what message, wherever in the log, and its end. Cargo goes on behind
# a program whose tests failed, so that the end alone may not name them.
told() {
  grep -E -A 8 "^test .* FAILED$|panicked at " "$1" | head -n 120
  echo '[...]'
  tail -n 30 "$1"
}

# run_lane LANE: its own steps, then those of the lane `own` that nobody has begun.
run_lane() {
  local lane name
  for lane in "$1" own; do
    for name in "${steps[@]}"; do
      [[ ${lane_of[$name]} == "$lane" ]] && mkdir "$logs/$name.begun" 2>/dev/null && run_step "$name"
    done
  done
}

for name in "${wanted[@]}"; do
  [[ -n ${lane_of[$name]-} ]] || { echo "test.sh: no step is called $name; there are: ${!lane_of[*]}" >&2; exit 2; }
done
if [[ ${SETUP-} == none ]]; then
  echo "setup: nothing is installed (SETUP=none)"
else
  mapfile -t needs < <(for name in "${steps[@]}"; do tr ' ' '\n' <<<"${needs_of[$name]//\?/}"; done | sort -u | grep .)
  setup "${needs[@]}"
fi
# In process groups of their own, so that Ctrl-C ends the lanes and what they run. Without the lock: a daemon
# that a step leaves behind must not keep it.
set -m
lanes=()
for lane in debug release own; do
  run_lane "$lane" 9>&- &
  lanes+=($!)
done
set +m
trap 'kill -- "${lanes[@]/#/-}" 2>/dev/null; exit 130' INT TERM
wait

# A lane that was ended left steps without an outcome: they did not pass.
for name in "${steps[@]}"; do
  [[ -e $logs/$name.outcome ]] || { echo failed >"$logs/$name.outcome"; echo "$name has no outcome: its lane ended before it"; }
done

# What could not be checked, each once, whichever step said it.
echo
for name in "${steps[@]}"; do
  [[ $(<"$logs/$name.outcome") != skipped ]] || echo "skipped: $name ($(tail -n 1 "$logs/$name.log"))"
done
(cd "$logs" && grep -h '^skipped: ' -- *.log | sort -u)
count() { cat "$logs"/*.outcome | grep -cx "$1"; }
echo "$(count passed) passed, $(count failed) failed, $(count skipped) skipped"
[[ $(count failed) == 0 && $(count passed) -gt 0 ]]
