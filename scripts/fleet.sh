#!/usr/bin/env bash
# `bench fleet` on four Slurm nodes: hosts of this machine with networks, names and process tables of their
# own. That is enough to lose one of them, and never enough to believe a figure: they share its CPUs.
#
#   scripts/fleet.sh short     a whole run, two arrays at once, and a run in an OCI bundle (under two minutes)
#   scripts/fleet.sh long      also a power cut, a pulled cable and a full disk in the middle of runs
#
# As root, without systemd. BENCH and SUITE name the programs, both or none; by default they are built. BUNDLE
# names the unpacked image; by default a bundle is made of the two programs.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
place=$(mktemp -d "${TMPDIR:-/tmp}/bench-fleet.XXXXXX")
export SLURM_CONF=$place/slurm.conf
bridge=bfleet0 network=10.77.91 nodes=(n1 n2 n3 n4)
trap down EXIT

# The controller on this host and a daemon on each of the four, reached over a bridge.
up() {
  mkdir -p "$place"/{state,munge,log,disk}
  # munged insists: nobody else may write to the folder of its socket.
  chmod 0755 "$place" "$place/munge"
  mount -t tmpfs -o size=2m bench-fleet "$place/disk"
  ip link add $bridge type bridge
  ip addr add $network.254/24 dev $bridge
  ip link set $bridge up
  local node
  for node in "${nodes[@]}"; do
    ip netns add "bfleet-$node"
    ip link add "bfl${node#n}" type veth peer name eth0 netns "bfleet-$node"
    ip link set "bfl${node#n}" master $bridge up
    ip -n "bfleet-$node" addr add "$network.${node#n}/24" dev eth0
    ip -n "bfleet-$node" link set lo up
    ip -n "bfleet-$node" link set eth0 up
  done
  head -c 1024 /dev/urandom >"$place/munge.key" && chmod 0400 "$place/munge.key"
  munged --force --key-file="$place/munge.key" --socket="$place/munge/socket" --pid-file="$place/munged.pid" \
    --log-file="$place/log/munged" --seed-file="$place/munged.seed" --num-threads=2
  configuration >"$SLURM_CONF"
  containers >"$place/oci.conf"
  slurmctld -f "$SLURM_CONF"
  for node in "${nodes[@]}"; do power_on "$node"; done
  idle
}

# Timeouts are as short as Slurm allows, so that a lost node is noticed within seconds.
configuration() {
  cat <<CONF
ClusterName=bench
SlurmctldHost=$(hostname -s)($network.254)
SlurmctldPort=16917
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$place/munge/socket,cred_expire=15
CredType=cred/munge
StateSaveLocation=$place/state
SlurmdSpoolDir=$place/spool.%n
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd.%n.pid
SlurmctldLogFile=$place/log/slurmctld
SlurmdLogFile=$place/log/slurmd.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
JobRequeue=1
SlurmdTimeout=10
KillWait=5
MessageTimeout=5
PartitionName=bench Nodes=n[1-4] Default=YES MaxTime=INFINITE State=UP OverSubscribe=EXCLUSIVE
CONF
  local node
  for node in "${nodes[@]}"; do echo "NodeName=$node NodeAddr=$network.${node#n} CPUs=2 State=UNKNOWN"; done
}

# What Slurm calls for a bundle; a folder of states for each node, since the nodes share this host's /run.
containers() {
  local runc="runc --root=$place/runc.%n" name=%n.%u.%j.%s.%t
  cat <<CONF
RunTimeQuery="$runc state $name"
RunTimeKill="$runc kill -a $name SIGTERM"
RunTimeDelete="$runc delete --force $name"
RunTimeRun="$runc run -b %b $name"
CONF
}

# nsenter, since `ip netns exec` mounts a /sys without control groups, which slurmd can't do without.
power_on() {
  mkdir -p "$place/spool.$1"
  nsenter --net="/run/netns/bfleet-$1" unshare --uts --pid --mount --fork --kill-child --mount-proc -- \
    bash -c "hostname $1 && exec slurmd -D -f '$SLURM_CONF' -N $1" >>"$place/log/$1" 2>&1 &
  echo $! >"$place/$1.pid"
  # Nobody waits for it, and its end is no news.
  disown
}

# The whole process table of the host goes at once.
power_cut() { kill -9 "$(<"$place/$1.pid")"; }
unplug() { ip link set "bfl${1#n}" down; }
plug_in() { ip link set "bfl${1#n}" up; }

down() {
  local file node
  for file in "$place"/*.pid; do
    [[ ! -e $file ]] || kill -9 "$(<"$file")" 2>/dev/null || true
  done
  for node in "${nodes[@]}"; do ip netns del "bfleet-$node" 2>/dev/null || true; done
  ip link del $bridge 2>/dev/null || true
  umount -l "$place/disk" 2>/dev/null || true
  rm -rf "$place"
}

# until_true SECONDS WHAT COMMAND...
until_true() {
  local end=$((SECONDS + $1)) what=$2
  until "${@:3}"; do
    if ((SECONDS >= end)); then
      echo "not within $1 s: $what" >&2
      squeue >&2 || true
      sinfo -N -l >&2 || true
      tail -n 20 "$place"/log/slurmctld "$place"/*/log/*.txt "$place"/*/*/log/*.txt >&2 2>/dev/null || true
      exit 1
    fi
    sleep 0.3
  done
}

all_idle() { [[ $(sinfo -h -N -o %T | grep -cx idle) == "${#nodes[@]}" ]]; }
idle() { until_true 60 "four idle nodes" all_idle; }
running() { [[ $(squeue -h -t R -j "$1" 2>/dev/null | wc -l) -ge $2 ]]; }

# submit FOLDER [RUN FLAGS...]: the number of the array, which runs `program`.
submit() {
  "$bench" fleet submit --slurm --nodes 4 --results "$1" "${program[@]}" -- --no-lock --launches 3 --samples 10 \
    "${@:2}" | sed -n '1s/^job \([0-9]*\):.*/\1/p'
}

# collected FOLDER JOB: when the job behind the array has written its receipt, shows and checks it.
collected() {
  local receipt=$1/fleet-$2.json
  until_true 240 "the collection of job $2" test -s "$receipt"
  jq -r '"  job \(.jobs[0].job): \(.counts | tojson); starts \([.results[] | "\(.task):\(.restart) on \(.node) \(.outcome)"] | join(", "))"' "$receipt"
  "$bench" verify "$receipt" >/dev/null
  python3 scripts/verify_receipt.py "$receipt" >/dev/null
  check "$receipt" '.counts.used == 4 and .counts.lost == 0 and .counts.unsound == 0 and .counts.unreadable == 0'
  check "$receipt" '[.results[] | select(.outcome == "used") | .task] == [0, 1, 2, 3]'
  local result
  for result in "$1/$2"/?-*.json; do
    check "$result" '.receipt.environment.task == {job, task, restart, run, node}'
  done
}

# check FILE CONDITION
check() { jq -e "$2" "$1" >/dev/null || { echo "not so in $1: $2" >&2; jq 'del(.results[]?.benchmarks, .receipt.benchmarks)' "$1" >&2; exit 1; }; }

whole_run() {
  echo "a whole run"
  local job
  job=$(submit "$place/whole" --warm-up 0.05 --measure 0.1)
  collected "$place/whole" "$job"
  check "$place/whole/fleet-$job.json" '[.results[].node] | unique | length >= 2'
}

two_arrays() {
  echo "two arrays at once"
  local one two
  one=$(submit "$place/two" --warm-up 0.05 --measure 0.1)
  two=$(submit "$place/two" --warm-up 0.05 --measure 0.1)
  collected "$place/two" "$one"
  collected "$place/two" "$two"
  "$bench" fleet collect "$place/two" >/dev/null 2>&1
  check "$place/two/fleet.json" '.counts.used == 8 and .counts.results == 8'
}

# Its environment is its own: `bench` is found by the PATH of the image, and nowhere by that of the host.
in_a_bundle() {
  echo "an image as an OCI bundle"
  local job bundle=${BUNDLE:-$place/bundle} program result
  [[ -n ${BUNDLE-} ]] || make_bundle "$bundle"
  program=(--image "$bundle")
  job=$(submit "$place/bundled" --warm-up 0.05 --measure 0.1)
  collected "$place/bundled" "$job"
  for result in "$place/bundled/$job"/?-*.json; do check "$result" '.receipt.command[0] == "bench"'; done
}

# make_bundle FOLDER: both programs with their libraries, where the host's PATH does not look.
make_bundle() {
  local root=$1/rootfs file
  install -D "$bench" "$root/opt/bench/bench"
  install -D "$suite" "$root/opt/bench/slo_validation"
  ldd "$bench" "$suite" | grep -oE '/[^ :]+ \(' | tr -d ' (' | sort -u | while read -r file; do
    install -D "$file" "$root$file"
  done
  runc spec --bundle "$1"
  jq '.process.terminal = false
    | .process.env = ["PATH=/opt/bench", "BENCH_SUITE=/opt/bench/slo_validation"]
    | .mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs"}]' "$1/config.json" >"$1/changed.json"
  mv "$1/changed.json" "$1/config.json"
}

# hit JOB: waits until all its tasks run, and well into what they do; the node of task 1.
hit() {
  until_true 60 "four tasks of job $1" running "$1" 4
  sleep 3
  squeue -h -j "${1}_1" -o %N
}

lost_power() {
  echo "a power cut in the middle"
  local job node
  job=$(submit "$place/power" --warm-up 0.5 --measure 3)
  node=$(hit "$job")
  power_cut "$node"
  collected "$place/power" "$job"
  check "$place/power/fleet-$job.json" '[.results[] | select(.outcome == "used" and .task == 1) | .restart] == [1]'
  power_on "$node"
  idle
}

pulled_cable() {
  echo "a cable pulled in the middle, and plugged in again"
  local job node
  job=$(submit "$place/cable" --warm-up 0.5 --measure 3)
  node=$(hit "$job")
  unplug "$node"
  # It goes on by itself, and leaves its result on the shared disk.
  until_true 120 "the result of the node that was cut off" test -s "$place/cable/$job/1-0-1-$node.json"
  collected "$place/cable" "$job"
  check "$place/cable/fleet-$job.json" '[.results[] | select(.task == 1) | .outcome] == ["superseded", "used"]'
  plug_in "$node"
  idle
}

full_disk() {
  echo "a shared disk that is full when the results are there"
  local job
  job=$(submit "$place/disk/results" --warm-up 0.2 --measure 0.5)
  until_true 60 "four tasks" running "$job" 4
  dd if=/dev/zero of="$place/disk/filler" bs=4k 2>/dev/null || true
  sleep 25
  [[ $(find "$place/disk/results/$job" -name '?-*.json' | wc -l) == 0 ]] || { echo "the disk was not full" >&2; exit 1; }
  rm "$place/disk/filler"
  collected "$place/disk/results" "$job"
}

[[ $(id -u) == 0 ]] || { echo "needs root: hosts of their own need namespaces"; exit 77; }
# shellcheck disable=SC2119  # without arguments for cargo
suite=$(realpath "${SUITE:-$(built_programs)}")
bench=$(realpath "${BENCH:-${CARGO_TARGET_DIR:-target}/release/bench}")
program=(--suite "$suite")

up
whole_run
two_arrays
in_a_bundle
if [[ ${1-short} == long ]]; then
  lost_power
  pulled_cable
  full_disk
fi
echo "fleet: ok"
