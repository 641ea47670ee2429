{
  description = "A reproducible benchmark of COBOL copybook record decoding";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    crane.url = "github:ipetkov/crane";
    nix2container = {
      url = "github:nlewo/nix2container";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    rust-overlay = {
      url = "github:oxalica/rust-overlay";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    inputs@{ self, nixpkgs, ... }:
    let
      inherit (nixpkgs) lib;
      linux = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      darwin = [
        "x86_64-darwin"
        "aarch64-darwin"
      ];

      mkBenchEnvironment = import ./nix/bench-environment.nix { inherit inputs; };

      # This project with a compiler; null is the pin.
      environment =
        toolchain: system:
        mkBenchEnvironment (
          import ./nix/own.nix
          // {
            inherit system toolchain;
            revision = self.rev or self.dirtyRev or null;
          }
        );
      pinned = lib.genAttrs (linux ++ darwin) (environment null);
      newest = lib.genAttrs linux (environment "stable");

      # What the template's own flake makes of this one.
      template = (import ./nix/template/flake.nix).outputs {
        self = { };
        copybook-bench.lib.mkBenchEnvironment =
          project: mkBenchEnvironment (project // { flakeLock = ./flake.lock; });
      };
    in
    {
      lib = { inherit mkBenchEnvironment; };

      templates.default = {
        path = ./nix/template;
        description = "A Criterion project with the command, receipts, image and dev shell of copybook-bench";
      };

      packages = lib.genAttrs linux (system: {
        default = pinned.${system}.bench;
        inherit (pinned.${system})
          bench
          command
          suite
          image
          image-archive
          image-oci
          image-dev
          image-dev-archive
          sbom
          ;
        bench-rust-latest = newest.${system}.bench;
      });

      # Evaluated only when somebody asks for them.
      legacyPackages = lib.genAttrs linux (system: {
        inherit (pinned.${system}) image-profile image-profile-archive;
      });

      apps = lib.genAttrs linux (system: pinned.${system}.apps);

      devShells = lib.genAttrs (linux ++ darwin) (system: {
        default = pinned.${system}.devShell;
      });

      checks = lib.genAttrs linux (
        system:
        import ./nix/checks.nix {
          inherit (pinned.${system}) pkgs;
          environment = pinned.${system};
          template = template.packages.${system}.bench;
        }
      );
    };
}
