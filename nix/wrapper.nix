# `bench` from the store: the command, told which suite to launch and where both come from. Needs
# no cargo, no network and no writable source.
{
  pkgs,
  command,
  # The suite's program, a path.
  suite,
  # Objectives to judge by; null: those compiled into the command.
  slo,
  flakeLockSha256,
  sourceHash,
  # For `nix run` only: in the package it would change the output with every commit.
  revision ? null,
}:
let
  inherit (pkgs) lib;
  facts = {
    BENCH_ENVIRONMENT = "nix";
    BENCH_SUITE = suite;
    BENCH_FLAKE_LOCK_SHA256 = flakeLockSha256;
    BENCH_SOURCE_HASH = sourceHash;
  }
  // lib.optionalAttrs (slo != null) { BENCH_SLO = "${slo}"; }
  // lib.optionalAttrs (revision != null) { BENCH_REVISION = revision; };
in
pkgs.writeShellApplication {
  name = "bench";
  text = ''
    ${lib.concatStringsSep "\n" (
      lib.mapAttrsToList (fact: value: "export ${fact}=${lib.escapeShellArg value}") facts
    )}
    exec ${lib.getExe command} "$@"
  '';
  meta.description = "Verify, measure and judge a decoder, and leave a receipt";
}
