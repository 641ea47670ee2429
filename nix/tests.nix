# Assertions about the pure parts: evaluates to the list of what is not so. It has to be empty; that
# is for the reader to say, since a throw would end the evaluation of all that stands beside it.
# Needs no package set: nix-instantiate --eval --strict nix/tests.nix
let
  config = import ./image-config.nix;
  programs = {
    version = "1.2.3";
    inherit (import ./own.nix) labels;
    entrypoint = "/e/bench-entrypoint.sh";
    command = "/c/bench";
    suite = "/s/slo_validation";
    path = [
      "/c"
      "/bin"
    ];
  };
  plain = config programs;
  traced = config (
    programs
    // {
      revision = "abc-dirty";
      flakeLockSha256 = "f00";
      sourceHash = "ba5";
    }
  );
  foreign = config (
    programs
    // {
      slo = "/x/slo.toml";
      catalog = "/x/catalog.json";
      labels."org.opencontainers.image.licenses" = "MIT";
    }
  );
  development = config { inherit (programs) version command path; };

  has = builtins.elem;
  # Names of the environment's variables.
  variables = image: map (entry: builtins.head (builtins.split "=" entry)) image.config.Env;
  folder = path: builtins.head (builtins.filter (f: f.path == path) plain.folders);
  label = image: key: image.config.Labels."org.opencontainers.image.${key}" or null;

  inherit (fromTOML (builtins.readFile ./rust-toolchain.toml)) toolchain;
  rustVersion = (fromTOML (builtins.readFile ../Cargo.toml)).workspace.package.rust-version;
  lock = builtins.fromJSON (builtins.readFile ../flake.lock);
  inherit (import ../flake.nix) inputs;
  node = name: lock.nodes.${lock.nodes.root.inputs.${name} or "-"} or { };
  hash = n: n.locked.narHash or "";
  isHash = text: builtins.match "sha256-[A-Za-z0-9+/]{43}=" text != null;

  assertions = {
    "runs as 1000, never as root" =
      plain.config.User == "1000:1000" && development.config.User == "1000:1000";
    "starts the entry point with run" =
      plain.config.Entrypoint == [ "/e/bench-entrypoint.sh" ] && plain.config.Cmd == [ "run" ];
    "the development image starts a shell in the sources" =
      development.config.Entrypoint == [ ]
      && development.config.Cmd == [ "bash" ]
      && development.config.WorkingDir == "/workspace/src";
    "one volume, for the output" = plain.config.Volumes == { "/workspace/output" = { }; };
    "any user can write the output and /tmp" =
      (folder "/workspace/output").mode == "0777" && (folder "/tmp").mode == "1777";
    "the volume is where the command writes" = has "BENCH_OUTPUT=/workspace/output" plain.config.Env;
    "receipts say image" = has "BENCH_ENVIRONMENT=image" plain.config.Env;
    "the command launches the suite of the image" =
      has "BENCH_SUITE=/s/slo_validation" plain.config.Env;
    "a second verifier reads every receipt" = has "BENCH_VERIFIER=verify_receipt.py" plain.config.Env;
    "programs are found in the order given" = has "PATH=/c:/bin" plain.config.Env;
    "what is not known is absent" =
      !(has "BENCH_REVISION" (variables plain))
      && !(has "BENCH_FLAKE_LOCK_SHA256" (variables plain))
      && !(has "BENCH_SOURCE_HASH" (variables plain))
      && label plain "revision" == null;
    "what is known is passed on" =
      has "BENCH_REVISION=abc-dirty" traced.config.Env
      && has "BENCH_FLAKE_LOCK_SHA256=f00" traced.config.Env
      && has "BENCH_SOURCE_HASH=ba5" traced.config.Env
      && label traced "revision" == "abc-dirty";
    "another project's suite, objectives and labels are its own" =
      has "BENCH_SLO=/x/slo.toml" foreign.config.Env
      && has "BENCH_CATALOG=/x/catalog.json" foreign.config.Env
      && has "BENCH_FILTER=" foreign.config.Env
      && label foreign "licenses" == "MIT"
      && label foreign "title" == label plain "title"
      && label foreign "source" == null;
    "our own are compiled in" =
      !(has "BENCH_SLO" (variables plain))
      && !(has "BENCH_CATALOG" (variables plain))
      && !(has "BENCH_FILTER" (variables plain));
    "no image claims its own digest" = !(has "BENCH_IMAGE_DIGEST" (variables traced));
    "the development image claims nothing about what it has yet to build" =
      !(has "BENCH_ENVIRONMENT" (variables development)) && !(has "BENCH_SUITE" (variables development));
    "the health check asks the command" =
      plain.healthcheck.Test == [
        "CMD"
        "/c/bench"
        "healthcheck"
      ];
    "the health check is shorter than its interval" =
      plain.healthcheck.Timeout < plain.healthcheck.Interval && plain.healthcheck.Timeout >= 1000000000;
    "the heartbeat lies in memory" = has "BENCH_HEARTBEAT=/dev/shm/bench-heartbeat" plain.config.Env;
    "every label an image needs" = builtins.all (key: builtins.isString (label plain key)) [
      "title"
      "description"
      "version"
      "created"
      "licenses"
      "source"
    ];
    "created is a constant" =
      label plain "created" == plain.created && plain.created == "1970-01-01T00:00:01Z";
    "three layers, ours on top" =
      map (layer: layer.name) plain.layers == [
        "tools"
        "folders"
        "programs"
      ];
    "the user is in passwd and group" =
      builtins.match ".*\nbench:x:1000:1000:.*" plain.files."/etc/passwd" != null
      && builtins.match ".*\nbench:x:1000:.*" plain.files."/etc/group" != null;

    "the compiler is one release" = builtins.match "1\\.[0-9]+\\.[0-9]+" toolchain.channel != null;
    "rust-version is the pin's" =
      builtins.match "${builtins.replaceStrings [ "." ] [ "\\." ] rustVersion}(\\..*)?" toolchain.channel
      != null;
    "clippy and rustfmt come with the pin" =
      has "clippy" toolchain.components && has "rustfmt" toolchain.components;
    "every input is locked with a hash" = builtins.all (name: isHash (hash (node name))) (
      builtins.attrNames inputs
    );
    "the lock has no other input" =
      builtins.attrNames lock.nodes.root.inputs == builtins.attrNames inputs;
    "every input is locked where flake.nix says" = builtins.all (
      name:
      let
        inherit (node name) original;
        url =
          "github:${original.owner}/${original.repo}" + (if original ? ref then "/${original.ref}" else "");
      in
      inputs.${name}.url == url
    ) (builtins.attrNames inputs);
  };
in
builtins.filter (what: !assertions.${what}) (builtins.attrNames assertions)
