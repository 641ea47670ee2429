# What a build sees of a project, and the hash of it that receipts carry.
{
  lib,
  # The project's folder.
  root,
  # The files that matter, so that editing a document rebuilds nothing.
  files,
}:
let
  relative = file: lib.removePrefix "${toString root}/" (toString file);
  sorted = lib.sort (a: b: relative a < relative b) (lib.fileset.toList files);
  line = file: "${builtins.hashFile "sha256" file}  ${relative file}\n";
in
{
  src = lib.fileset.toSource {
    inherit root;
    fileset = files;
  };

  # SHA-256 over the sorted lines of `sha256sum`, so that it can be had without Nix, in `src`:
  #   find -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
  hash = builtins.hashString "sha256" (lib.concatMapStrings line sorted);
}
