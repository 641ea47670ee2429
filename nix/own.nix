# This project as an argument of mkBenchEnvironment.
let
  root = ../.;
in
{
  src = root;
  name = "copybook-bench";
  inherit ((fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.package) version;
  labels = {
    "org.opencontainers.image.description" =
      "Verified throughput of COBOL copybook decoding, with a receipt";
    "org.opencontainers.image.licenses" = "AGPL-3.0-or-later";
    "org.opencontainers.image.source" = "https://github.com/EffortlessMetrics/copybook-bench";
  };
  benches = {
    package = "workload";
    suite = "slo_validation";
  };
}
