# lib.mkBenchEnvironment: for a project with Criterion benchmarks the same command, receipts, image
# and dev shell that this one has; our own outputs come from it too. The project's suite speaks the
# protocol of docs/protocol.md, as nix/template does.
{ inputs }:
{
  system,
  # Folder with the project's Cargo.lock. Which of its files a build needs stands in Cargo.toml:
  # source.nix reads it there.
  src,
  name,
  version,
  # { package, suite, catalog }: the Cargo package; its benchmark target for `bench run` to launch;
  # the suite's benchmarks, { "group/name" = bytes of input; }, of which none may be missing from a
  # run. Without a catalog: those that are compiled into the command.
  benches,
  # Objectives (slo.toml); null: those compiled into the command.
  slo ? null,
  # Rust for the suite: a version, or "latest" or "previous" as toolchain.nix explains them; null: the pin.
  toolchain ? null,
  # Labels of the images, besides title, version, created and revision. A license should name ours
  # too: the image holds the command.
  labels ? { },
  # The project's revision, for its receipts: self.rev or self.dirtyRev or null.
  revision ? null,
  # What the project's inputs are locked to; its receipts say so.
  flakeLock ? src + "/flake.lock",
}:
let
  pkgs = import inputs.nixpkgs {
    inherit system;
    overlays = [ inputs.rust-overlay.overlays.default ];
  };
  inherit (pkgs) lib;

  compiler = release: import ./toolchain.nix { inherit pkgs release; };
  craneFor = release: (inputs.crane.mkLib pkgs).overrideToolchain (compiler release);

  own = import ./own.nix;
  sourceOf =
    root:
    import ./source.nix {
      inherit lib root;
    };

  # A Cargo.lock that gives `instrument` no source, as the template's does, gets the version that the
  # command was built with. One that names a commit on GitHub gets that commit.
  borrowsInstrument =
    src:
    let
      inherit (fromTOML (builtins.readFile (src + "/Cargo.lock"))) package;
      isBorrowed = entry: entry.name == "instrument" && !(entry ? source);
    in
    toString src != toString own.src && builtins.any isBorrowed package;

  projectOf =
    release:
    {
      name,
      version,
      src,
      ...
    }:
    import ./project.nix {
      inherit pkgs name version;
      craneLib = craneFor release;
      source = sourceOf src;
      instrument = if borrowsInstrument src then (sourceOf own.src).src else null;
    };

  # The command is ours and built with the pin, whichever compiler the suite is built with: two
  # compilers are compared by the same instrument.
  command = (projectOf null own).program {
    crate = "copybook-bench";
    mainProgram = "bench";
  };

  project = projectOf toolchain {
    inherit
      name
      version
      src
      ;
  };
  suite = project.suite { inherit (benches) package suite; };

  # What a run needs to know, and what its receipt says about where the programs come from.
  provenance = {
    inherit slo;
    catalog =
      if benches ? catalog then pkgs.writeText "catalog.json" (builtins.toJSON benches.catalog) else null;
    suite = lib.getExe suite;
    # A receipt of a Nix build has to say what it was built from.
    flakeLockSha256 =
      if builtins.pathExists flakeLock then
        builtins.hashFile "sha256" flakeLock
      else
        throw "no flake.lock in ${toString src}: run `nix flake lock`, and `git add flake.lock`";
    sourceHash = project.source.hash;
  };
  wrapped = revision: import ./wrapper.nix ({ inherit pkgs command revision; } // provenance);

  # Each image file names what it needs and gets it from here, so that nothing is handed through a
  # file that has no use for it.
  call = lib.callPackageWith {
    inherit
      pkgs
      call
      command
      suite
      revision
      provenance
      imageConfig
      ;
    inherit (inputs.nix2container.packages.${system}) nix2container;
    inherit (project) source vendored;
    rust = compiler toolchain;
  };
  # What an image does, once its programs' paths are known.
  imageConfig =
    suffix: programs:
    import ./image-config.nix (
      programs
      // {
        inherit version;
        name = name + suffix;
        labels = labels // programs.labels or { };
      }
    );
  # Three compilers may have built the suite.
  suffix = if toolchain == null then "" else "-rust-${toolchain}";
  image = call ./image.nix { inherit suffix; };
  # For `bench profile`. The plain image stays small, and asks for no capability.
  imageProfile = call ./image.nix {
    suffix = "${suffix}-profile";
    profilers = [
      pkgs.perf
      pkgs.valgrind
    ];
  };
  imageDev = call ./image-dev.nix {
    inherit image;
    suffix = "${suffix}-dev";
  };
in
{
  inherit
    pkgs
    command
    suite
    project
    ;
  inherit (image) verifier;
  imageFacts = image.facts;
  bench = wrapped null;
  apps = import ./apps.nix {
    inherit pkgs;
    # Only what `nix run` starts knows the revision: in the package it would change the output.
    wrapped = wrapped revision;
  };

  image = image.json;
  image-archive = image.files.docker;
  image-oci = image.files.oci;
  image-profile = imageProfile.json;
  image-profile-archive = imageProfile.files.docker;
  image-dev = imageDev.json;
  image-dev-archive = imageDev.files.docker;
  sbom = pkgs.runCommand "${name}.cdx.json" { } ''
    ${lib.getExe command} sbom --closure ${pkgs.writeClosure image.contents} > $out
  '';

  devShell = call ./devshell.nix { };
  formatter = call ./formatter.nix { };
}
