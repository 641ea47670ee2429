# What `nix flake check` holds true. Everything about Rust derives from the packages, so that a
# check never builds anything else than what ships.
{
  pkgs,
  # bench-environment.nix's answer for this project.
  environment,
  # The command with the suite that the compiler before the newest built.
  previous,
  # The command for the template's project.
  template,
}:
let
  inherit (pkgs) lib;
  inherit (environment) project;
  inherit (project) craneLib;
  # Nothing builds on a check: its artifacts are not kept.
  final.doInstallCargoArtifacts = false;
  withDependencies = project.withDependencies // final;
  withCheckedDependencies = project.withCheckedDependencies // final;
  root = ../.;

  # Tests read more than a build does: both verifiers, the receipt's schema, the fixtures.
  tested = withDependencies // {
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [
        project.source.files
        (root + "/scripts")
        (root + "/nix/rust-toolchain.toml")
        (lib.fileset.maybeMissing (root + "/docs"))
        (lib.fileset.maybeMissing (root + "/peers"))
        (lib.fileset.maybeMissing (root + "/results"))
      ];
    };
    # What the tests call.
    nativeBuildInputs = [
      pkgs.gitMinimal
      pkgs.jq
      pkgs.python3
    ];
  };

  sourcesOf =
    extension:
    lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [
        (lib.fileset.fileFilter (file: file.hasExt extension) (root + "/nix"))
        (lib.fileset.fileFilter (file: file.hasExt extension) (root + "/scripts"))
        (lib.fileset.fileFilter (file: file.hasExt extension) (root + "/peers"))
        (lib.fileset.maybeMissing (root + "/flake.nix"))
      ];
    };

  # A check that is one tool over some sources.
  lint =
    name: tool: extension: script:
    pkgs.runCommand "check-${name}" { nativeBuildInputs = [ tool ]; } ''
      cd ${sourcesOf extension}
      ${script}
      touch $out
    '';

  # A check that is one run, whose receipt both verifiers accept.
  run =
    name: bench: arguments:
    pkgs.runCommand "check-${name}-run"
      {
        nativeBuildInputs = [
          bench
          environment.verifier
        ];
      }
      ''
        bench run ${arguments} --output $out
        bench verify $out/perf.json
        verify_receipt.py $out/perf.json
      '';
in
{
  inherit (environment) bench command suite;

  clippy = craneLib.cargoClippy (
    withCheckedDependencies
    // {
      cargoClippyExtraArgs = "--workspace --all-targets -- --deny warnings";
    }
  );
  fmt = craneLib.cargoFmt {
    inherit (withDependencies) src pname version;
  };
  nextest = craneLib.cargoNextest (
    tested // { cargoNextestExtraArgs = "--workspace --no-fail-fast"; }
  );
  # nextest runs none.
  doctest = craneLib.cargoDocTest withDependencies;
  documentation = craneLib.cargoDoc (
    withCheckedDependencies
    // {
      cargoDocExtraArgs = "--workspace --no-deps --document-private-items";
      env.RUSTDOCFLAGS = "--deny warnings";
    }
  );

  # Advisories need their database and so the network: scripts/test.sh checks those.
  licences = craneLib.cargoDeny (
    withDependencies
    // {
      src = lib.fileset.toSource {
        inherit root;
        fileset = lib.fileset.unions [
          project.source.files
          (root + "/deny.toml")
        ];
      };
      cargoDenyExtraArgs = "--locked";
    }
  );

  nixfmt = lint "nixfmt" pkgs.nixfmt "nix" "find . -name '*.nix' -exec nixfmt --check {} +";
  deadnix = lint "deadnix" pkgs.deadnix "nix" "deadnix --fail .";
  statix = lint "statix" pkgs.statix "nix" "statix check .";
  shellcheck = lint "shellcheck" pkgs.shellcheck "sh" "find . -name '*.sh' -exec shellcheck {} +";

  # The assertions about pure parts. What is not so fails this check, not everybody's evaluation.
  facts = pkgs.runCommand "check-facts" { notSo = lib.concatStringsSep "; " (import ./tests.nix); } ''
    [ -z "$notSo" ] || { echo "not so: $notSo" >&2; exit 1; }
    touch $out
  '';

  # One run as a user starts it, in the sandbox: no network, no cargo, no source.
  quick = run "quick" environment.bench "--quick";
  # What "compatible with N-1" means: it builds, and its answers are right.
  previous = run "previous" previous "--quick";
  # The same for the project that the template starts.
  template = run "template" template "--quick --filter ''";

  image = import ./image-check.nix {
    inherit pkgs;
    inherit (environment)
      image
      image-archive
      image-oci
      ;
    suite = environment.suite.meta.mainProgram;
    facts = environment.imageFacts;
  };
}
