# Builds the programs of a Cargo project.
{
  pkgs,
  # crane with the compiler to build with.
  craneLib,
  # { src, hash } from source.nix.
  source,
  name,
  version,
  # Our own sources, for a project that takes `instrument` from there; else null.
  instrument,
}:
let
  common = {
    inherit (source) src;
    pname = name;
    inherit version;
    strictDeps = true;
  }
  // pkgs.lib.optionalAttrs (instrument != null) {
    # Copied, so that programs refer to a build folder and not to a store path.
    preBuild = ''
      cp -r --no-preserve=mode,ownership ${instrument} "$NIX_BUILD_TOP/copybook-bench"
      cat >> "$CARGO_HOME/config.toml" <<TOML
      [patch."https://github.com/EffortlessMetrics/copybook-bench"]
      instrument.path = "$NIX_BUILD_TOP/copybook-bench/crates/instrument"
      instrument-build.path = "$NIX_BUILD_TOP/copybook-bench/crates/instrument/build"
      instrument-flags.path = "$NIX_BUILD_TOP/copybook-bench/crates/instrument/flags"
      TOML
    '';
  };

  # Third-party crates only, those of tests and benchmarks included: built once for everything.
  # crane's own command also checks them, which is a third of the time and no use to a build.
  withDependencies = common // {
    cargoArtifacts = craneLib.buildDepsOnly (
      common
      // {
        buildPhaseCargoCommand = ''
          cargo build --locked --release --workspace
          cargo bench --locked --no-run --workspace
        '';
        doCheck = false;
      }
    );
  };

  # The same crates, type-checked only: all that clippy and rustdoc ask for. Tests bring features
  # along, so twice: with them and without.
  withCheckedDependencies = common // {
    cargoArtifacts = craneLib.buildDepsOnly (
      common
      // {
        pname = "${name}-checked";
        buildPhaseCargoCommand = ''
          cargo check --locked --release --workspace
          cargo check --locked --release --workspace --all-targets
        '';
        doCheck = false;
      }
    );
  };
in
{
  # checks.nix derives from these.
  inherit
    craneLib
    source
    withDependencies
    withCheckedDependencies
    ;

  # All crates of Cargo.lock as sources, for a build without network inside the development image.
  vendored = craneLib.vendorCargoDeps { inherit (source) src; };

  # The Cargo package `crate` with its one program, and what that says about itself: it prints its
  # completions and man pages.
  program =
    { crate, mainProgram }:
    craneLib.buildPackage (
      withDependencies
      // {
        pname = "${name}-${mainProgram}";
        cargoExtraArgs = "--locked -p ${crate} --bin ${mainProgram}";
        # checks.nix runs the tests.
        doCheck = false;
        postInstall = ''
          program=$out/bin/${mainProgram}
          "$program" man $out/share/man/man1
          completions() {
            mkdir -p "$(dirname "$2")"
            "$program" completions "$1" > "$2"
          }
          completions bash $out/share/bash-completion/completions/${mainProgram}
          completions zsh $out/share/zsh/site-functions/_${mainProgram}
          completions fish $out/share/fish/vendor_completions.d/${mainProgram}.fish
        '';
        meta = { inherit mainProgram; };
      }
    );

  # The Criterion programs of `package` under their targets' names. crane's install hook skips what
  # cargo calls a test profile, and benchmarks are one: read cargo's messages instead.
  suite =
    { package, suite }:
    craneLib.mkCargoDerivation (
      withDependencies
      // {
        pname = "${name}-suite";
        doInstallCargoArtifacts = false;
        nativeBuildInputs = [
          pkgs.jq
          craneLib.removeReferencesToRustToolchainHook
          craneLib.removeReferencesToVendoredSourcesHook
        ];
        buildPhaseCargoCommand = ''
          cargo bench --locked --no-run -p ${package} --benches \
            --message-format json-render-diagnostics > messages.json
        '';
        installPhaseCommand = ''
          jq -r 'select(.reason == "compiler-artifact" and .executable != null
                   and (.target.kind | index("bench")))
                 | "\(.target.name) \(.executable)"' messages.json > programs
          while read -r target program; do
            install -Dm755 "$program" "$out/bin/$target"
          done < programs
          if [ ! -x "$out/bin/${suite}" ]; then
            echo "package ${package} has no benchmark target ${suite}" >&2
            exit 1
          fi
        '';
        meta.mainProgram = suite;
      }
    );
}
