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

      # This project with a compiler, as nix/toolchain.nix names them; null is the pin.
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
        bench-rust-latest = (environment "latest" system).bench;
        bench-rust-previous = (environment "previous" system).bench;
        image-rust-latest-archive = (environment "latest" system).image-archive;
        image-rust-previous-archive = (environment "previous" system).image-archive;
      });

      # Evaluated only when somebody asks for them.
      legacyPackages = lib.genAttrs linux (system: {
        inherit (pinned.${system}) image-profile image-profile-archive;
      });

      apps = lib.genAttrs linux (system: pinned.${system}.apps);

      formatter = lib.mapAttrs (_: e: e.formatter) pinned;

      devShells = lib.mapAttrs (_: e: { default = e.devShell; }) pinned;

      checks = lib.genAttrs linux (
        system:
        import ./nix/checks.nix {
          inherit (pinned.${system}) pkgs;
          environment = pinned.${system};
          previous = (environment "previous" system).bench;
          template = template.packages.${system}.bench;
        }
      );
    };
}
