# Everything that `cargo bench` and the scripts call, and nothing from the host.
{
  pkgs,
  # The compiler.
  rust,
}:
let
  inherit (pkgs) lib;
  inherit (pkgs.stdenv) cc;
  inherit (pkgs.stdenv.hostPlatform) isLinux;

  tools =
    with pkgs;
    [
      bashInteractive
      cargo-deny
      cargo-nextest
      check-jsonschema
      coreutils
      critcmp
      curl
      deadnix
      diffutils
      findutils
      gawk
      git
      gnucobol
      gnugrep
      gnused
      gnutar
      gzip
      jq
      lychee
      nix
      nixfmt
      nodejs
      python3
      ruff
      shellcheck
      skopeo
      statix
      xz
      zizmor
    ]
    # Not packaged for Darwin.
    ++ lib.optionals isLinux [
      util-linux
      valgrind-light
    ];
in
# No compiler comes along unasked, so the linker's driver is named like everything else.
pkgs.stdenvNoCC.mkDerivation {
  name = "copybook-bench-shell";
  nativeBuildInputs = [
    rust
  ]
  # On Darwin only clang finds Apple's SDK.
  ++ lib.optional (isLinux || cc.isClang or false) cc
  ++ tools;
  # For `nix build .#devShells...`: what the shell sets, as mkShell does it.
  phases = [ "buildPhase" ];
  buildPhase = "export > $out";
}
