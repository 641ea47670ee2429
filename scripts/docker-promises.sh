# Sourced by docker.sh: what the image owes an operator, one function a promise. Each works on
# $image, writes under $scratch and fails with a line that says what was expected and what was seen.
# shellcheck shell=bash disable=SC2154  # image, kind and scratch are the caller's

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

# expect STATUS COMMAND...: its exit status, or one of several (3|4); standard output and error in $scratch/out and /err.
expect() {
  local wanted=$1 status=0
  shift
  "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  [[ $status =~ ^($wanted)$ ]] && return
  fail "exit $status instead of $wanted: $*
$(tail -n 15 "$scratch/out" "$scratch/err")"
}

# says FILE PATTERN: a line of FILE matches the extended regular expression.
says() {
  grep -qE -- "$2" "$1" || fail "nothing matches '$2' in:
$(tail -n 30 "$1")"
}

# holds RECEIPT FILTER: jq's FILTER is true of it.
holds() {
  jq -e "$2" "$1" >/dev/null || fail "not true of the receipt: $2
$(jq -c '{status, environment: (.environment | {kind, container, cgroup, image_digest, kernels})}' "$1")"
}

# sound RECEIPT: anyone may read it, and both verifiers of the image accept it.
sound() {
  [[ -r $1 ]] || fail "no receipt that can be read at $1" || return
  local folder
  folder=$(dirname "$1")
  [[ $(stat -c %a "$1") == *4 ]] || fail "only its owner can read $1: mode $(stat -c %a "$1")" || return
  expect 0 docker run --rm --volume "$folder:/receipts:ro" "$image" verify "/receipts/$(basename "$1")" || return
  expect 0 docker run --rm --volume "$folder:/receipts:ro" "$image" verify_receipt.py "/receipts/$(basename "$1")"
}

# Labels, user, volume, start and health check are those of nix/image-config.nix.
labels() {
  docker image inspect "$image" | jq -e '.[0] | .Config as $c
    | ($c.Labels // {}) as $l | ["title", "description", "source", "licenses", "version", "created"]
    | all($l["org.opencontainers.image." + .] // "" | . != "")
      and $l["org.opencontainers.image.revision"] != ""' >/dev/null ||
    fail "an OCI label is missing, or is empty (a source without a revision, such as a tarball, has no label of it): $(docker image inspect "$image" --format '{{json .Config.Labels}}')" || return
  docker image inspect "$image" | jq -e '.[0].Config
    | .User == "1000:1000" and (.Volumes | has("/workspace/output")) and .StopSignal == "SIGTERM"
      and .Healthcheck.Test[-1] == "healthcheck" and .Healthcheck.Interval > 0
      and .Labels["org.opencontainers.image.created"] == "1970-01-01T00:00:01Z"' >/dev/null ||
    fail "user, volume, stop signal, health check or time stamp is wrong: $(docker image inspect "$image" --format '{{json .Config}}')"
}

# The command of the README. No image knows its own digest: the caller of a Nix-built one passes it.
plain_run() {
  local digest='' passed=()
  if [[ $kind == image ]]; then
    digest=$(docker image inspect "$image" --format '{{.Id}}')
    passed=(--env "BENCH_IMAGE_DIGEST=$digest")
  fi
  fresh
  expect 0 docker run --rm "${passed[@]}" "${mount[@]}" "$image" "$@" || return
  says "$scratch/out" '^DISPLAY: [0-9.]+ MiB/s \(SLO 80 MiB/s, [+-][0-9.]+%\) \| COMP-3: [0-9.]+ MiB/s \(SLO 40 MiB/s, [+-][0-9.]+%\)$' || return
  # The banner: revision, compiler, processor, cores, kernel, image, decoding kernels.
  local pattern
  for pattern in "$(docker image inspect "$image" --format '{{index .Config.Labels "org.opencontainers.image.revision"}}')" \
    'rustc 1\.[0-9]+' '[0-9]+ (CPUs|cores)' "$(uname -r)" "$digest" 'kernels?:? '; do
    says "$scratch/err" "$pattern" || return
  done
  # Both verifiers have read it in the run itself.
  says "$scratch/err" '^verified: by .bench verify. and by verify_receipt\.py$' || return
  holds "$output/perf.json" ".summary.host_kernel != null and .environment.kind == \"$kind\"" || return
  holds "$output/perf.json" ".environment.image_digest // \"\" == \"$digest\" and .environment.container == \"docker\"" || return
  [[ -n $(find "$output/criterion" -name estimates.json) ]] || fail "no Criterion data in the volume" || return
  sound "$output/perf.json"
}

# short_run: the same, in seconds; for copies of the image that must fail it.
short_run() { plain_run "${brief[@]}"; }

# The image's own user, root, and a stranger; each owns what it wrote.
any_user() {
  local user
  for user in 0:0 1234:5678; do
    fresh
    expect 0 docker run --rm --user "$user" "${mount[@]}" "$image" "${brief[@]}" || return
    [[ $(stat -c %u:%g "$output/perf.json") == "$user" ]] ||
      fail "perf.json of $user belongs to $(stat -c %u:%g "$output/perf.json")" || return
    sound "$output/perf.json" || return
  done
}

# Locked down and limited; the receipt has the limits.
hardened() {
  fresh
  expect 0 docker run --rm "${locked[@]}" --user 1234:5678 --cpus 1 --memory 512m "${mount[@]}" "$image" "${brief[@]}" || return
  holds "$output/perf.json" '.environment.cgroup == {cpu_limit: 1, memory_limit_bytes: 536870912}' || return
  sound "$output/perf.json"
}

# One line with the remedy, at once, before anything is measured.
unwritable_volume() {
  fresh 0755
  # Not ours where the test is not root: then it belongs to this user, who is not 1000 inside.
  expect 1 docker run --rm --user 4321:4321 "${mount[@]}" "$image" "${brief[@]}" || return
  [[ $(grep -cv '^this host is unfit' "$scratch/err") == 1 ]] || fail "more than one line: $(cat "$scratch/err")" || return
  says "$scratch/err" 'chown 4321:4321.*--user' || return
  [[ ! -s $scratch/out && -z $(ls -A "$output") ]] || fail "something was written" || return
  # A folder that everybody may write to, with what a run of another user left in it.
  fresh
  mkdir -m 0755 "$output/criterion"
  expect 1 docker run --rm --user 4321:4321 "${mount[@]}" "$image" "${brief[@]}" || return
  [[ $(grep -cv '^this host is unfit' "$scratch/err") == 1 && $(ls -A "$output") == criterion ]] || fail "measured in spite of it: $(cat "$scratch/err")" || return
  says "$scratch/err" 'output/criterion.*chown 4321:4321.*--user'
}

# Without a volume: standard output is the receipt and nothing else.
to_stdout() {
  expect 0 docker run --rm "${locked[@]}" "$image" --output - "${brief[@]}" || return
  fresh
  cp "$scratch/out" "$output/perf.json"
  jq -e . "$output/perf.json" >/dev/null || fail "standard output is no JSON" || return
  says "$scratch/err" '^DISPLAY: ' || return
  sound "$output/perf.json"
}

# The second verifier reads each kind of record. An empty one is refused for what it lacks, which it takes
# the whole of the verifier to tell.
second_verifier() {
  local kind
  fresh
  for kind in comparison selftest fleet instructions; do
    echo "{\"kind\": \"$kind\"}" >"$output/$kind.json"
    expect 1 docker run --rm "${mount[@]}" "$image" verify_receipt.py "/workspace/output/$kind.json" || return
    says "$scratch/out" "$kind\.json: \.integrity: expected a field, found none" || return
  done
}

# Any subcommand; a shell, Python and jq for operators' own scripts.
programs() {
  expect 0 docker run --rm "$image" list && says "$scratch/out" 'slo_validation/display_heavy_slo_80mbps' || return
  # What it finds depends on the machine, and with it the exit code; that it looked does not.
  docker run --rm "$image" doctor >"$scratch/out" 2>&1 || [[ $? == 1 ]] || fail "doctor ends otherwise than 0 or 1" || return
  says "$scratch/out" 'in a container \(docker\)' || return
  expect 0 docker run --rm "$image" --version && says "$scratch/out" '^bench [0-9]' || return
  expect 2 docker run --rm "$image" run --no-such-flag || return
  expect 0 docker run --rm "$image" sbom || return
  jq -e '.bomFormat == "CycloneDX" and (.components | length) > 50' "$scratch/out" >/dev/null || fail "no bill of materials" || return
  expect 0 docker run --rm "$image" bash -c 'id -u && jq -n "1 + 1" && python3 -c "import json, hashlib, statistics; print(3)"' || return
  [[ $(tr '\n' ' ' <"$scratch/out") == '1000 2 3 ' ]] || fail "shell, jq or Python answer otherwise: $(cat "$scratch/out")"
}

# SIGTERM and SIGINT end it at once (within a second; more is for a machine that is busy), and an older receipt stays as it was.
stops() {
  local signal name begun took
  for signal in TERM INT; do
    fresh
    echo 'the receipt of yesterday' >"$output/perf.json"
    chmod 0666 "$output/perf.json"
    name=$(docker run --detach "${mount[@]}" "$image" --launches 20) || return
    under_way "$name" || return
    begun=$(date +%s%N)
    docker kill --signal "$signal" "$name" >/dev/null
    timeout 5 docker wait "$name" >"$scratch/out" || fail "still running 5 s after SIG$signal" || return
    took=$((($(date +%s%N) - begun) / 1000000))
    docker logs "$name" >"$scratch/out" 2>"$scratch/err"
    ((took < 3000)) || fail "took $took ms to end after SIG$signal" || return
    [[ $(docker inspect "$name" --format '{{.State.ExitCode}}') != 0 ]] || fail "exit 0 after SIG$signal" || return
    [[ $(cat "$output/perf.json") == 'the receipt of yesterday' ]] || fail "perf.json changed after SIG$signal" || return
    [[ $(ls -A "$output") == perf.json ]] || fail "SIG$signal left files: $(ls -A "$output")" || return
    docker rm "$name" >/dev/null
  done
}

# under_way CONTAINER: its suite is running.
under_way() {
  local tries
  for tries in {1..100}; do
    ! docker top "$1" -eo pid,args 2>/dev/null | grep -q '[s]lo_validation' || return 0
    sleep 0.1
  done
  fail "no suite after 10 s ($tries looks): $(docker logs "$1" 2>&1 | tail)"
}

# status CONTAINER WANTED SECONDS: Docker's own health status becomes WANTED in time.
status() {
  local seen begun=$SECONDS
  until seen=$(docker inspect "$1" --format '{{.State.Health.Status}}') && [[ $seen == "$2" ]]; do
    ((SECONDS - begun < $3)) || fail "health is '$seen', not '$2', after $3 s: $(docker inspect "$1" --format '{{json .State.Health}}')" || return
    sleep 0.2
  done
}

# Healthy while it measures; unhealthy when the suite hangs, before the run itself gives up.
health() {
  local name hung
  fresh
  name=$(docker run --detach --health-interval 1s --health-retries 2 --health-start-period 0s "${mount[@]}" \
    "$image" --launches 20 --hang-timeout 16) || return
  under_way "$name" || return
  status "$name" healthy 10 || return
  [[ $(docker exec "$name" stat -f -c %T /dev/shm/bench-heartbeat) == tmpfs ]] || fail "the heartbeat is not in memory" || return
  # shellcheck disable=SC2016  # the container's shell expands it
  hung='for p in /proc/[0-9]*; do read -rd "" exe <$p/cmdline && [[ $exe == */slo_validation ]] && kill -STOP ${p#/proc/} && exit; done; exit 1'
  docker exec "$name" bash -c "$hung" || fail "no suite to stop" || return
  status "$name" unhealthy 14 || return
  [[ $(docker inspect "$name" --format '{{.State.Running}}') == true ]] || fail "ended before it was called unhealthy" || return
  timeout 15 docker wait "$name" >"$scratch/out" || fail "a hung launch does not end the run" || return
  [[ $(cat "$scratch/out") == 1 && ! -e $output/perf.json ]] || fail "a hung run ended with $(cat "$scratch/out")" || return
  docker logs "$name" >"$scratch/out" 2>"$scratch/err"
  says "$scratch/err" 'hung' || return
  docker rm "$name" >/dev/null
}

# Exit codes reach the caller: 3 for a missed objective, 4 where the host is too busy to be judged on,
# with a receipt all the same.
enforced() {
  fresh
  mkdir "$output/slo"
  sed 's/^\(floor[a-z_]* *= *\).*/\19999999/' slo.toml >"$output/slo/slo.toml"
  expect '3|4' docker run --rm "${mount[@]}" "$image" --enforce --slo /workspace/output/slo/slo.toml "${brief[@]}" || return
  holds "$output/perf.json" '.status != "pass"' || return
  sound "$output/perf.json"
}

# The operator's own records, mounted read-only where the image expects them; a wrong expectation is
# an error that names the record, and no receipt.
custom_data() {
  local data=$scratch/customer
  local own=(--copybook /workspace/data/customer.cpy --data /workspace/data/customer.dat --expect /workspace/data/customer.jsonl)
  customer_data "$data"
  fresh
  expect 0 docker run --rm "${mount[@]}" --volume "$data:/workspace/data:ro" "$image" "${own[@]}" "${brief[@]}" || return
  holds "$output/perf.json" '.benchmarks[0].verified | .against == "expected-file" and .records == 500' || return
  sound "$output/perf.json" || return
  sed -i '17s/Customer/Costumer/' "$data/customer.jsonl"
  fresh
  expect 1 docker run --rm "${mount[@]}" --volume "$data:/workspace/data:ro" "$image" "${own[@]}" "${brief[@]}" || return
  says "$scratch/err" 'record 1[67].*CUSTOMER-NAME' || return
  [[ ! -e $output/perf.json ]] || fail "a receipt in spite of a wrong answer"
}

# `bench ab` of this machine starts the image's suite, launch by launch. A few rounds show it; they are kept
# when it is stopped, and say nothing yet.
compared() {
  local ab rounds=0 begun=$SECONDS
  fresh
  "${CARGO_TARGET_DIR:-target}/release/bench" ab --no-lock --base "image:$image" --new "image:$image" \
    --filter =slo_validation/comp3_heavy_slo_40mbps --output "$output" >"$scratch/out" 2>"$scratch/err" &
  ab=$!
  while ((rounds < 3)) && kill -0 $ab 2>/dev/null && ((SECONDS - begun < 120)); do
    sleep 0.2
    # The first line says what is compared.
    [[ ! -e $output/ab.journal ]] || rounds=$(($(wc -l <"$output/ab.journal") - 1))
  done
  kill -INT $ab 2>/dev/null || true
  ! wait $ab || fail "a comparison of three rounds ended well" || return
  ((rounds >= 3)) || fail "$rounds rounds in $((SECONDS - begun)) s: $(tail -n 5 "$scratch/err")" || return
  says "$scratch/err" 'at most [0-9]+ launches' || return
  [[ ! -e $output/ab.json ]] || fail "a verdict of $rounds rounds" || return
  [[ -z $(docker ps --quiet --all --filter label="copybook-bench.ab=$ab") ]] || fail "containers are left"
}

# customer_data FOLDER: an operator's own records: customer.cpy, customer.dat (EBCDIC), customer.jsonl.
# The expected values come from the values, not from a decoder.
customer_data() {
  mkdir -p "$1"
  python3 - "$1" <<'PYTHON'
import json, pathlib, sys

folder = pathlib.Path(sys.argv[1])
records, expected = b"", ""
for number in range(1, 501):
    name, cents = f"Customer {number % 97:3}", number * 7919 % 9999999 - 4999999
    # Seven digits and a sign, two to a byte.
    packed = bytes.fromhex(f"{abs(cents):07}{'d' if cents < 0 else 'c'}")
    records += f"{number:06}{name:12}".encode("cp037") + packed
    balance = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
    expected += json.dumps({"CUSTOMER-ID": number, "CUSTOMER-NAME": f"{name:12}", "BALANCE": balance}) + "\n"
(folder / "customer.dat").write_bytes(records)
(folder / "customer.jsonl").write_text(expected)
(folder / "customer.cpy").write_text("""\
       01  CUSTOMER.
           05  CUSTOMER-ID       PIC 9(6).
           05  CUSTOMER-NAME     PIC X(12).
           05  BALANCE           PIC S9(5)V99 COMP-3.
""")
PYTHON
}
