# Sourced by tests that need Docker: docker_up makes the `docker` command work, with a daemon that
# is there already or with a private one that ends with the test.
# shellcheck shell=bash disable=SC2032,SC2033  # xargs starts the program, not the function: it creates nothing

daemon_home='' daemon_pid=''
# Told apart from whatever else a daemon runs, so that cleaning up touches nothing but ours.
export DOCKER_TEST_LABEL=copybook-bench.test=$$

docker() {
  case $1 in
    run | create) command docker "$1" --label "$DOCKER_TEST_LABEL" "${@:2}" ;;
    *) command docker "$@" ;;
  esac
}
export -f docker

# Uses the daemon that answers, else installs Debian's and starts it apart from everything: own
# socket, own folders, no bridge and no packet filter, so that containers see loopback alone.
docker_up() {
  if docker info >/dev/null 2>&1; then
    echo "docker: the daemon that was running, version $(docker version --format '{{.Server.Version}}')"
    return
  fi
  need dockerd docker.io || return
  if [[ $EUID != 0 ]]; then
    echo "docker: no daemon answers, and starting one takes root" >&2
    return 1
  fi
  daemon_home=$(mktemp -d) || return
  export DOCKER_HOST=unix://$daemon_home/socket
  # In a session of its own: Ctrl-C on the test must not kill it before the containers are gone.
  setsid dockerd --host "$DOCKER_HOST" --data-root "$daemon_home/data" --exec-root "$daemon_home/exec" \
    --pidfile "$daemon_home/pid" --bridge none --iptables=false --ip6tables=false >"$daemon_home/log" 2>&1 &
  daemon_pid=$!
  local tries=0
  until docker info >/dev/null 2>&1; do
    if ((++tries > 150)) || ! kill -0 "$daemon_pid" 2>/dev/null; then
      echo "docker: the daemon does not start:" >&2
      tail -n 20 "$daemon_home/log" >&2
      return 1
    fi
    sleep 0.2
  done
  echo "docker: a private daemon, version $(docker version --format '{{.Server.Version}}'), storage $(docker info --format '{{.Driver}}')"
}

# Stops what docker_up started, and nothing else.
docker_down() {
  [[ -n $daemon_home ]] || return 0
  if [[ -n $daemon_pid ]]; then
    docker ps --quiet --all 2>/dev/null | xargs --no-run-if-empty docker rm --force --volumes >/dev/null 2>&1 || true
    kill "$daemon_pid" 2>/dev/null || true
    wait "$daemon_pid" 2>/dev/null || true
  fi
  local left
  # Mounts that a killed container leaves; deepest first.
  { grep -oE " $daemon_home/[^ ]+" /proc/mounts || true; } | sort -r | while read -r left; do umount "$left"; done
  rm -rf "$daemon_home"
  daemon_home=''
}

# image_archive OUT [ARCHIVE]: the image to test at OUT: ARCHIVE where one is given, else an image of
# the same configuration and files from this machine's Debian packages and cargo's programs.
image_archive() {
  local suite
  if [[ $# -gt 1 ]]; then
    ln -s "$(realpath "$2")" "$1"
    echo "builder: somebody else's archive, $2"
    return
  fi
  need nix-instantiate nix-bin && need python3 python3 && need jq jq || return
  cargo build --quiet --locked --release -p copybook-bench || return
  suite=$(cargo bench --quiet --locked --no-run -p workload --bench slo_validation --message-format json |
    jq -r 'select(.reason == "compiler-artifact" and .target.name == "slo_validation") | .executable') || return
  # Debian's own Python, since it is what goes into the image.
  NIX_REMOTE=dummy:// /usr/bin/python3 scripts/image_from_debian.py \
    "${CARGO_TARGET_DIR:-target}/release/bench" "$suite" "$1" || return
  echo "builder: scripts/image_from_debian.py, from Debian's packages and cargo's programs (receipts say: host)"
}

# docker_clean SCRATCH: removes our containers, what they wrote in SCRATCH as users that are not ours
# to remove as, and the daemon.
docker_clean() {
  if docker info >/dev/null 2>&1; then
    docker ps --quiet --all --filter "label=$DOCKER_TEST_LABEL" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null || true
    [[ $EUID == 0 ]] || docker run --rm --user 0 --volume "$1:/scratch" copybook-bench \
      bash -c 'chmod -R a+rwX /scratch' || true
    docker image rm --force copybook-bench:broken >/dev/null 2>&1 || true
  fi
  docker_down
}
