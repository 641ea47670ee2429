# `nix fmt`: every file of the project that has a formatter, as scripts/steps.sh checks them. With paths,
# only the Nix files there.
{
  pkgs,
  # The compiler, which brings cargo and rustfmt.
  rust,
}:
pkgs.writeShellApplication {
  name = "format";
  runtimeInputs = [
    rust
    pkgs.findutils
    pkgs.nixfmt
    pkgs.ruff
  ];
  text = ''
    nix_files() { find "$@" -name '*.nix' -not -path '*/target/*' -exec nixfmt {} +; }
    if [ $# -gt 0 ]; then
      nix_files "$@"
      exit
    fi
    nix_files flake.nix nix
    for workspace in . peers fuzz; do (cd "$workspace" && cargo fmt); done
    ruff format scripts peers
  '';
}
