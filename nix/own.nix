# This project as an argument of mkBenchEnvironment.
{ lib }:
let
  root = ../.;
in
{
  src = root;
  files = lib.fileset.unions [
    (root + "/Cargo.toml")
    (root + "/Cargo.lock")
    (root + "/crates")
    # Compiled into the command.
    (lib.fileset.maybeMissing (root + "/slo.toml"))
    (lib.fileset.maybeMissing (root + "/docs/receipt.schema.json"))
  ];
  name = "copybook-bench";
  inherit ((fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.package) version;
  benches = {
    package = "workload";
    suite = "slo_validation";
  };
}
