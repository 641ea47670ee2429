# The one way to a compiler: rust-toolchain.toml's components, of its own version or of another one.
{
  # A package set with rust-overlay.
  pkgs,
  # "1.89.0", or "stable" for the newest that the locked rust-overlay has; null: the pin.
  channel ? null,
  # The pin.
  file ? ./rust-toolchain.toml,
}:
let
  pin = (fromTOML (builtins.readFile file)).toolchain;
in
pkgs.rust-bin.fromRustupToolchain (pin // (if channel == null then { } else { inherit channel; }))
