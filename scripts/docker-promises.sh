# Sourced by docker.sh: what the image owes an operator, one function a promise. Each works on $image, writes
# under $scratch and ends at the first command that fails; what fails without a word says what was expected and
# what was seen.
# shellcheck shell=bash disable=SC2154  # image, kind, good, bench and scratch are the caller's

# A run of seconds: these are about conduct, not about figures.
brief=(--launches 3 --warm-up 0.1 --measure 0.2 --samples 10)
# What a locked-down cluster gives a container.
locked=(--network none --read-only --cap-drop ALL --security-opt no-new-privileges)

fail() {
  printf 'docker: %s\n' "$*" >&2
  return 1
}

# fresh [MODE]: an empty folder to mount, $output; open to every user unless told otherwise.
fresh() {
  output=$(mktemp -d "$scratch/output.XXXXXX")
  chmod "${1:-0777}" "$output"
  mount=(--volume "$output:/workspace/output")
}

# run FLAG... IMAGE ARGUMENT...: a container with that folder.
run() { docker run --rm "${mount[@]}" "$@"; }

# expect STATUS COMMAND...: its exit status, or one of several (3|4); what it says in $scratch/out and /err.
expect() {
  local status=0
  "${@:2}" >"$scratch/out" 2>"$scratch/err" || status=$?
  [[ $status =~ ^($1)$ ]] || fail "exit $status instead of $1: ${*:2}
$(tail -n 15 "$scratch/out" "$scratch/err")"
}

# says FILE PATTERN: a line of FILE matches the extended regular expression.
says() {
  grep -qE -- "$2" "$1" || fail "nothing matches '$2' in:
$(tail -n 30 "$1")"
}

# holds FILE FILTER: jq's FILTER is true of it.
holds() {
  jq -e "$2" "$1" >/dev/null || fail "not true of $1: $2
$(jq -c 'del(.benchmarks?)' "$1" | cut -c -2000)"
}

# sound: anyone may read the receipt in $output, and both verifiers of the image accept it.
sound() {
  [[ $(stat -c %a "$output/perf.json") == *4 ]] || fail "only its owner can read perf.json"
  expect 0 run "$image" verify /workspace/output/perf.json
  expect 0 run "$image" verify_receipt.py /workspace/output/perf.json
}

# Labels, user, volume, start and health check are those of nix/image-config.nix. (A source without a revision,
# such as a tarball, has no label of it.)
labels() {
  docker image inspect "$image" | jq '.[0].Config' >"$scratch/config.json"
  # shellcheck disable=SC2016  # the dollars belong to jq
  holds "$scratch/config.json" '.Labels as $l | ["title", "description", "source", "licenses", "version", "created"]
    | all($l["org.opencontainers.image." + .] // "" | . != "") and $l["org.opencontainers.image.revision"] != ""
      and $l["org.opencontainers.image.created"] == "1970-01-01T00:00:01Z"'
  holds "$scratch/config.json" '.User == "1000:1000" and (.Volumes | has("/workspace/output"))
    and .StopSignal == "SIGTERM" and .Healthcheck.Test[-1] == "healthcheck" and .Healthcheck.Interval > 0'
}

# The command of the README. No image knows its own digest: the caller of a Nix-built one passes it.
plain_run() {
  local digest='' passed=() revision pattern
  if [[ $kind == image ]]; then
    digest=$(docker image inspect "$image" --format '{{.Id}}')
    passed=(--env "BENCH_IMAGE_DIGEST=$digest")
  fi
  revision=$(docker image inspect "$image" --format '{{index .Config.Labels "org.opencontainers.image.revision"}}')
  fresh
  expect 0 run "${passed[@]}" "$image" "$@"
  pattern='MiB/s, [+-][0-9.]+%\)'
  says "$scratch/out" "^DISPLAY: [0-9.]+ MiB/s \(SLO 80 $pattern \| COMP-3: [0-9.]+ MiB/s \(SLO 40 $pattern\$"
  # The banner: revision, compiler, processor, cores, kernel, image, decoding kernels. And both verifiers have
  # read the receipt in the run itself.
  for pattern in "$revision" 'rustc 1\.[0-9]+' '[0-9]+ (CPUs|cores)' "$(uname -r)" "$digest" 'kernels?:? ' \
    '^verified: by .bench verify. and by verify_receipt\.py$'; do
    says "$scratch/err" "$pattern"
  done
  holds "$output/perf.json" ".summary.host_kernel != null and (.environment | .kind == \"$kind\"
    and .container == \"docker\" and (.image_digest // \"\") == \"$digest\")"
  [[ -n $(find "$output/criterion" -name estimates.json) ]] || fail "no Criterion data in the volume"
  sound
}

# short_run: the same, in seconds; for copies of the image that must fail it.
short_run() { plain_run "${brief[@]}"; }

# run_as USER FLAG...: another user than the image's own owns what it wrote.
run_as() {
  fresh
  expect 0 run --user "$1" "${@:2}" "$image" "${brief[@]}"
  [[ $(stat -c %u:%g "$output/perf.json") == "$1" ]] || fail "perf.json belongs to somebody else than $1"
  sound
}

any_user() { run_as 0:0; }

# A stranger, locked down and limited; the receipt has the limits.
hardened() {
  run_as 1234:5678 "${locked[@]}" --cpus 1 --memory 512m
  holds "$output/perf.json" '.environment.cgroup == {cpu_limit: 1, memory_limit_bytes: 536870912}'
}

# One line with the remedy, at once, before anything is measured.
unwritable_volume() {
  fresh 0755
  # Not ours where the test is not root: then it belongs to this user, who is not 1000 inside.
  expect 1 run --user 4321:4321 "$image" "${brief[@]}"
  one_line 'chown 4321:4321.*--user'
  [[ ! -s $scratch/out && -z $(ls -A "$output") ]] || fail "something was written"
  # A folder that everybody may write to, with what a run of another user left in it.
  fresh
  mkdir -m 0755 "$output/criterion"
  expect 1 run --user 4321:4321 "$image" "${brief[@]}"
  one_line 'output/criterion.*chown 4321:4321.*--user'
  [[ $(ls -A "$output") == criterion ]] || fail "measured in spite of it"
}

# one_line PATTERN: that is all it said, but for what is wrong with the host.
one_line() {
  [[ $(grep -cv '^this host is unfit' "$scratch/err") == 1 ]] || fail "more than one line: $(cat "$scratch/err")"
  says "$scratch/err" "$1"
}

# Without a volume: standard output is the receipt and nothing else.
to_stdout() {
  fresh
  expect 0 docker run --rm "${locked[@]}" "$image" --output - "${brief[@]}"
  says "$scratch/err" '^DISPLAY: '
  holds "$scratch/out" .benchmarks
  cp "$scratch/out" "$output/perf.json"
  sound
}

# The second verifier reads each kind of record. An empty one is refused for what it lacks, which it takes
# the whole of the verifier to tell.
second_verifier() {
  local kind kinds=(comparison selftest fleet instructions)
  fresh
  for kind in "${kinds[@]}"; do echo "{\"kind\": \"$kind\"}" >"$output/$kind.json"; done
  expect 1 run --workdir /workspace/output "$image" verify_receipt.py "${kinds[@]/%/.json}"
  for kind in "${kinds[@]}"; do says "$scratch/out" "^$kind\.json: \.integrity: expected a field, found none"; done
}

# Any subcommand; a shell, Python and jq for operators' own scripts.
programs() {
  fresh
  expect 0 run "$image" list
  says "$scratch/out" 'slo_validation/display_heavy_slo_80mbps'
  # What it finds depends on the machine, and with it the exit code; that it looked does not.
  expect '0|1' run "$image" doctor
  cat "$scratch/err" >>"$scratch/out"
  says "$scratch/out" 'in a container \(docker\)'
  expect 0 run "$image" --version
  says "$scratch/out" '^bench [0-9]'
  expect 0 run "$image" bash -c 'id -u && jq -n "1 + 1" && python3 -c "import json, hashlib, statistics; print(3)"'
  [[ $(xargs <"$scratch/out") == '1000 2 3' ]] || fail "shell, jq or Python answer otherwise: $(cat "$scratch/out")"
}

# begun ARGUMENT...: a container in the background, $name, whose suite is running.
begun() {
  name=$(docker run --detach "${mount[@]}" "$@")
  until_true 60 'a suite' suite_runs || fail "no suite: $(docker logs "$name" 2>&1 | tail)"
}

# suite_runs: whether one of our containers runs a suite.
suite_runs() {
  docker ps --quiet --filter "label=$DOCKER_TEST_LABEL" |
    xargs --no-run-if-empty --replace docker top {} -eo pid,args 2>/dev/null | grep -E '/slo_validation( |$)' >/dev/null
}

# SIGTERM and SIGINT end it before `docker stop` would kill it, which is after ten seconds (it takes one; more is for
# a machine that is busy), and an older receipt stays as it was.
stops() {
  local signal name
  for signal in TERM INT; do
    fresh
    echo 'the receipt of yesterday' >"$output/perf.json"
    chmod 0666 "$output/perf.json"
    begun "$image" --launches 20
    docker kill --signal "$signal" "$name" >/dev/null
    timeout 10 docker wait "$name" >"$scratch/out" || fail "still running 10 s after SIG$signal"
    [[ $(<"$scratch/out") != 0 ]] || fail "exit 0 after SIG$signal"
    [[ $(<"$output/perf.json") == 'the receipt of yesterday' ]] || fail "perf.json changed after SIG$signal"
    [[ $(ls -A "$output") == perf.json ]] || fail "SIG$signal left files: $(ls -A "$output")"
  done
}

# is STATUS: what Docker itself says of the health of the container $name.
is() { [[ $(docker inspect "$name" --format '{{.State.Health.Status}}') == "$1" ]]; }

# Healthy while it measures; unhealthy when the suite hangs, before the run itself gives up.
health() {
  local name hung
  fresh
  begun --health-interval 1s --health-retries 2 --health-start-period 0s "$image" --launches 20 --hang-timeout 20
  until_true 60 'healthy' is healthy || fail "$(docker inspect "$name" --format '{{json .State.Health}}')"
  [[ $(docker exec "$name" stat -f -c %T /dev/shm/bench-heartbeat) == tmpfs ]] || fail "the heartbeat is not in memory"
  # shellcheck disable=SC2016  # the container's shell expands it
  hung='for p in /proc/[0-9]*; do
    read -rd "" exe <$p/cmdline && [[ $exe == */slo_validation ]] && kill -STOP ${p#/proc/} && exit; done; exit 1'
  # Between two launches there is none.
  until_true 60 'a suite to stop' docker exec "$name" bash -c "$hung"
  until_true 18 'unhealthy' is unhealthy || fail "$(docker inspect "$name" --format '{{json .State.Health}}')"
  [[ $(docker inspect "$name" --format '{{.State.Running}}') == true ]] || fail "ended before it was called unhealthy"
  timeout 60 docker wait "$name" >"$scratch/out" || fail "a hung launch does not end the run"
  [[ $(<"$scratch/out") == 1 && ! -e $output/perf.json ]] || fail "a hung run ended with $(<"$scratch/out")"
  docker logs "$name" >"$scratch/out" 2>"$scratch/err"
  says "$scratch/err" 'hung'
}

# Exit codes reach the caller: 3 for a missed objective, 4 where the host is too busy to be judged on,
# with a receipt all the same.
enforced() {
  fresh
  mkdir "$output/slo"
  sed 's/^\(floor[a-z_]* *= *\).*/\19999999/' slo.toml >"$output/slo/slo.toml"
  expect '3|4' run "$image" --enforce --slo /workspace/output/slo/slo.toml "${brief[@]}"
  holds "$output/perf.json" '.status != "pass"'
  sound
}

# A receipt's page for whoever may connect to the container, from a volume that is read-only.
served() {
  local name
  fresh
  rm -f "$scratch/page"
  cp results/epyc-2-cpus-kvm/2026-11-27.json "$output/perf.json"
  name=$(docker run --detach --network none --volume "$output:/workspace/output:ro" "$image" \
    report --serve --listen 0.0.0.0:8417 /workspace/output/perf.json)
  until_true 60 'a page' page_or_end "$name" || fail "no page: $(docker logs "$name" 2>&1 | tail)"
  says "$scratch/page" '^HTTP/1\.[01] 200'
  says "$scratch/page" 'slo_validation/display_heavy_slo_80mbps'
  docker rm --force "$name" >/dev/null
}

# page_or_end CONTAINER: its page is in $scratch/page, or it has ended.
page_or_end() {
  [[ $(docker inspect "$1" --format '{{.State.Running}}') == true ]] || return 0
  docker exec "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/8417 &&
    printf "GET / HTTP/1.0\r\nHost: localhost:8417\r\n\r\n" >&3 && cat <&3' >"$scratch/page" 2>/dev/null
}

# The operator's own records, mounted read-only where the image expects them.
custom_data() {
  local data=$scratch/records
  own_records "$data"
  fresh
  expect 0 run --volume "$data:/workspace/data:ro" "$image" --copybook /workspace/data/customer.cpy \
    --data /workspace/data/customer.dat --expect /workspace/data/customer.jsonl "${brief[@]}"
  holds "$output/perf.json" '.benchmarks[0].verified | .against == "expected-file" and .records > 100'
  sound
}

# own_records FOLDER: made there: customer.cpy, customer.dat (EBCDIC), customer.jsonl. What is expected comes from
# the values, not from a decoder.
own_records() {
  mkdir "$1"
  chmod 0777 "$1"
  docker run --rm --volume "$1:/records" "$image" workload customer --size 50kB --output /records >/dev/null
}

# `bench ab` of this machine starts the image's suite, launch by launch. A few rounds show it; they are kept
# when it is stopped, and say nothing yet.
compared() {
  local ab
  fresh
  "$bench" ab --no-lock --base "image:$image" --new "image:$image" --output "$output" \
    --filter =slo_validation/comp3_heavy_slo_40mbps >"$scratch/out" 2>"$scratch/err" &
  ab=$!
  until_true 120 'three rounds' three_rounds $ab || fail "$(tail -n 5 "$scratch/err")"
  kill -INT $ab || fail "it ended: $(tail -n 5 "$scratch/err")"
  if wait $ab; then fail "a comparison that was stopped ended well"; fi
  says "$scratch/err" 'at most [0-9]+ launches'
  [[ ! -e $output/ab.json ]] || fail "a verdict of a few rounds"
  [[ -z $(docker ps --quiet --all --filter label="copybook-bench.ab=$ab") ]] || fail "containers are left"
}

# three_rounds PROCESS: they are done, or the process is. The journal's first line says what is compared.
three_rounds() { ! kill -0 "$1" 2>/dev/null || [[ $(grep -c '' "$output/ab.journal" 2>/dev/null) -gt 3 ]]; }

promises() {
  local entrypoint command name skip
  for name in labels plain_run any_user hardened unwritable_volume to_stdout second_verifier programs stops health \
    enforced served custom_data; do
    promise $name
  done
  # Only cargo's programs run outside the image too.
  if [[ $kind == host ]]; then
    promise compared
    breaks compared 'no suite' 'ENV BENCH_SUITE=/nowhere'
  fi
  entrypoint=$(docker image inspect "$good" --format '{{index .Config.Entrypoint 0}}')
  command=$(docker image inspect "$good" --format '{{index .Config.Healthcheck.Test 1}}')
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
  breaks programs 'neither jq nor Python to be found' "ENV PATH=$(dirname "$command")"
  starts stops 'a shell that passes no signal on' "$skip; $command run \"\$@\"; exit"
  breaks health 'a health check that is always content' 'HEALTHCHECK CMD true'
  starts served 'no other command than run' "[[ \${1-} != report ]] && exec $entrypoint \"\$@\""
  starts enforced 'exit codes that are lost' "$entrypoint \"\$@\" || exit 1"
}
