# `bench` from the store: the command, told which suite to launch and where both come from. Needs
# no cargo, no network and no writable source.
{
  pkgs,
  command,
  # The suite's program, a path.
  suite,
  # Objectives to judge by, and benchmarks that the suite has; null: those compiled into the command.
  slo,
  catalog,
  flakeLockSha256,
  sourceHash,
  # For `nix run` only: in the package it would change the output with every commit.
  revision ? null,
}:
let
  inherit (pkgs) lib;
  facts = lib.filterAttrs (_: value: value != null) {
    BENCH_ENVIRONMENT = "nix";
    BENCH_SUITE = suite;
    BENCH_SLO = slo;
    BENCH_CATALOG = catalog;
    BENCH_REVISION = revision;
    BENCH_FLAKE_LOCK_SHA256 = flakeLockSha256;
    BENCH_SOURCE_HASH = sourceHash;
  };
  program = pkgs.writeShellApplication {
    name = "bench";
    text = ''
      ${lib.concatStringsSep "\n" (
        lib.mapAttrsToList (fact: value: "export ${fact}=${lib.escapeShellArg "${value}"}") facts
      )}
      ${lib.optionalString (catalog != null) ''
        # All of a suite that is not ours: the command's own default names ours.
        export BENCH_FILTER="''${BENCH_FILTER-}"
      ''}
      exec ${lib.getExe command} "$@"
    '';
  };
in
# With the command's man pages and completions beside it.
pkgs.runCommand "bench"
  {
    meta = {
      mainProgram = "bench";
      description = "Verify, measure and judge a decoder, and leave a receipt";
    };
  }
  ''
    mkdir -p $out/bin
    ln -s ${lib.getExe program} $out/bin/bench
    ln -s ${command}/share $out/share
  ''
