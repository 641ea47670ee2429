# The one way to a compiler: rust-toolchain.toml's components, of its own release or of another one.
{
  # A package set with rust-overlay.
  pkgs,
  # "1.95.0"; "latest", the newest stable release that the locked rust-overlay has; "previous", the
  # last one of the minor version before that; null: the pin.
  release ? null,
  # The pin.
  file ? ./rust-toolchain.toml,
}:
let
  inherit (pkgs) lib;
  inherit ((fromTOML (builtins.readFile file))) toolchain;

  stable = lib.naturalSort (lib.remove "latest" (lib.attrNames pkgs.rust-bin.stable));
  latest = lib.last stable;
  before =
    version: lib.versionOlder (lib.versions.majorMinor version) (lib.versions.majorMinor latest);

  channel =
    if release == null then
      toolchain.channel
    else
      {
        inherit latest;
        previous = lib.last (lib.filter before stable);
      }
      .${release} or release;
in
pkgs.rust-bin.fromRustupToolchain (toolchain // { inherit channel; })
