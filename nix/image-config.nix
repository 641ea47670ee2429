# What the image does, as plain data: who it runs as, what it starts, which folders it has, how it
# says that it is alive. A function of paths and strings that needs no package set, so that the
# builder (image.nix), the assertions (tests.nix) and the Docker test read the same facts.
{
  name ? "copybook-bench",
  version,

  # Programs, as absolute paths inside the image.
  command, # bench
  # scripts/bench-entrypoint.sh, and the Criterion program that `bench run` launches. Both null: the
  # development image, which starts a shell and builds the suite itself.
  entrypoint ? null,
  suite ? null,
  # Objectives to judge by, and benchmarks that the suite has; null: those compiled into the command.
  slo ? null,
  catalog ? null,

  # Folders with programs, first match wins.
  path,

  # Where the programs come from; null where it is not known, and then absent, never empty.
  revision ? null,
  flakeLockSha256 ? null,
  sourceHash ? null,

  # What else an image is labelled with: own.nix has ours.
  labels ? { },
}:
let
  user = {
    name = "bench";
    uid = 1000;
    gid = 1000;
  };

  # A constant, since the image must not change with the day it is built on.
  created = "1970-01-01T00:00:01Z";

  development = suite == null;

  known = variable: value: if value == null then [ ] else [ "${variable}=${value}" ];

  second = 1000000000; # Docker counts nanoseconds
in
{
  inherit name user created;
  tag = "latest";

  # Docker and the OCI image specification.
  config = {
    User = "${toString user.uid}:${toString user.gid}";
    Entrypoint = if development then [ ] else [ entrypoint ];
    Cmd = if development then [ "bash" ] else [ "run" ];
    WorkingDir = if development then "/workspace/src" else "/workspace";
    Volumes."/workspace/output" = { };
    # `bench run` ends within a second of it and leaves no torn file.
    StopSignal = "SIGTERM";
    Env = [
      "PATH=${builtins.concatStringsSep ":" path}"
      # Any --user: the one folder that is writable in a plain container.
      "HOME=/tmp"
      "LANG=C.UTF-8"
      # The store is read-only.
      "PYTHONDONTWRITEBYTECODE=1"
      "BENCH_OUTPUT=/workspace/output"
      # In memory, and writable in a read-only container too.
      "BENCH_HEARTBEAT=/dev/shm/bench-heartbeat"
    ]
    ++ (
      if development then
        # No claim about programs that are yet to be built: their receipts say `host`.
        [
          "CARGO_HOME=/workspace/cargo"
          "CARGO_NET_OFFLINE=true"
        ]
      else
        [
          "BENCH_ENVIRONMENT=image"
          "BENCH_SUITE=${suite}"
          # Found on PATH: every receipt is read by a second verifier before it is written.
          "BENCH_VERIFIER=verify_receipt.py"
        ]
    )
    ++ known "BENCH_SLO" slo
    ++ known "BENCH_CATALOG" catalog
    # All of a suite that is not ours: the command's own default names ours.
    ++ known "BENCH_FILTER" (if catalog == null then null else "")
    ++ known "BENCH_REVISION" revision
    ++ known "BENCH_FLAKE_LOCK_SHA256" flakeLockSha256
    ++ known "BENCH_SOURCE_HASH" sourceHash;
    # BENCH_IMAGE_DIGEST is missing on purpose: no image can contain its own digest. Who starts the
    # container by digest passes it: --env BENCH_IMAGE_DIGEST=sha256:...
    Labels = {
      "org.opencontainers.image.title" = name;
      "org.opencontainers.image.version" = version;
      "org.opencontainers.image.created" = created;
    }
    // (if revision == null then { } else { "org.opencontainers.image.revision" = revision; })
    // labels;
  };

  # No field of the OCI specification: written into the Docker archive only. Elsewhere the same as
  # flags: --health-cmd 'bench healthcheck' --health-interval 10s ...
  healthcheck = {
    Test = [
      "CMD"
      command
      "healthcheck"
    ];
    Interval = 10 * second;
    Timeout = 5 * second;
    StartPeriod = 10 * second;
    Retries = 3;
  };

  # From the bottom up. A change of our code moves the last one only.
  layers = [
    {
      name = "tools";
      holds = "shell, core utilities, jq, Python";
    }
    {
      name = "folders";
      holds = "the user, /tmp and /workspace";
    }
    {
      name = "programs";
      holds = "the command, the suite, the entry point, the second verifier";
    }
  ];

  # The middle layer. Output is open to every user, since operators choose theirs with --user.
  folders = [
    {
      path = "/tmp";
      mode = "1777";
      uid = 0;
      gid = 0;
    }
    {
      path = "/workspace";
      mode = "0755";
      inherit (user) uid gid;
    }
    {
      path = "/workspace/data";
      mode = "0755";
      inherit (user) uid gid;
    }
    {
      path = "/workspace/output";
      mode = "0777";
      inherit (user) uid gid;
    }
  ];

  files = {
    "/etc/passwd" = ''
      root:x:0:0:root:/root:/bin/sh
      ${user.name}:x:${toString user.uid}:${toString user.gid}:${user.name}:/workspace:/bin/sh
    '';
    "/etc/group" = ''
      root:x:0:
      ${user.name}:x:${toString user.gid}:
    '';
  };
}
