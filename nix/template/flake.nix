{
  description = "A Criterion project with the command, receipts, image and dev shell of copybook-bench";

  inputs.copybook-bench.url = "github:EffortlessMetrics/copybook-bench";

  outputs =
    { self, copybook-bench }:
    let
      environment =
        system:
        copybook-bench.lib.mkBenchEnvironment {
          inherit system;
          # Its Cargo.lock gives `instrument` no source: it is that of copybook-bench's flake. Cargo
          # outside of Nix takes it from GitHub and writes the commit there, which then holds for both.
          src = ./.;
          name = "example";
          version = "0.1.0";
          slo = ./slo.toml;
          benches = {
            package = "example";
            suite = "throughput";
            # Every benchmark and its input bytes: one that is missing from a run fails it.
            catalog."hex/encode" = 1048576;
          };
          # The suite's own, and the command's.
          labels."org.opencontainers.image.licenses" = "MIT AND AGPL-3.0-or-later";
          revision = self.rev or self.dirtyRev or null;
        };
      each =
        f:
        builtins.listToAttrs (
          map
            (system: {
              name = system;
              value = f (environment system);
            })
            [
              "x86_64-linux"
              "aarch64-linux"
            ]
        );
    in
    {
      packages = each (e: {
        default = e.bench;
        inherit (e)
          bench
          suite
          image
          image-archive
          image-oci
          image-dev
          ;
      });
      apps = each (e: e.apps);
      devShells = each (e: {
        default = e.devShell;
      });
    };
}
