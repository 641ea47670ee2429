# What a build sees of a project, and the hash of it that programs and receipts carry. Cargo's side,
# crates/instrument/build, reads the same list by the same rules; a test holds the two equal.
{
  lib,
  # The project's folder. Its Cargo.toml lists the files that matter, so that editing a document
  # rebuilds nothing: workspace.metadata.sources.files. Without that list they are Cargo's own files
  # and Rust's, outside of hidden folders.
  root,
}:
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    match
    readDir
    ;

  # Names of all files in a folder, relative to the root.
  below =
    folder:
    let
      entries = readDir (root + "/${folder}");
      of =
        name:
        {
          directory = below "${folder}/${name}";
          regular = [ "${folder}/${name}" ];
        }
        .${entries.${name}} or (throw "${folder}/${name}: expected a regular file or a folder");
    in
    concatMap of (attrNames entries);
  base = name: builtins.baseNameOf name;
  isFolder = path: (readDir (dirOf path)).${base path} == "directory";

  top = readDir root;
  manifest = fromTOML (builtins.readFile (root + "/Cargo.toml"));
  declared = manifest.workspace.metadata.sources.files or null;

  # A listed folder holds all but what editors and file managers leave.
  isSource = name: match "[.#].*|.*~" (base name) == null;
  listed = concatMap (
    name: if isFolder (root + "/${name}") then builtins.filter isSource (below name) else [ name ]
  ) declared;

  isCommon = name: match ".*[.](rs|toml)|Cargo[.]lock" (base name) != null;
  isVisible = name: match "[.].*" name == null || name == ".cargo";
  common = builtins.filter isCommon (
    concatMap (
      name:
      if top.${name} != "directory" then
        [ name ]
      else if isVisible name then
        below name
      else
        [ ]
    ) (attrNames top)
  );

  # Sorted by their bytes, each once.
  names = attrNames (
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = null;
      }) (if declared == null then common else listed)
    )
  );
  line = name: "${builtins.hashFile "sha256" (root + "/${name}")}  ${name}\n";
in
rec {
  src = lib.fileset.toSource {
    inherit root;
    fileset = files;
  };

  # For sources that hold more than a build needs.
  files = lib.fileset.unions (map (name: root + "/${name}") names);

  # SHA-256 over the sorted lines of `sha256sum`, so that it can be had without Nix, in `src`:
  #   find -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
  hash = builtins.hashString "sha256" (concatStringsSep "" (map line names));
}
