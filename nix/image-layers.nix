# The two lower layers that every image shares: tools, then folders and users.
{
  pkgs,
  nix2container,
  # image-config.nix's answer.
  facts,
  # Packages of the lowest layer.
  tools,
}:
let
  inherit (pkgs) lib;

  bin = pkgs.buildEnv {
    name = "image-bin";
    paths = tools;
    pathsToLink = [ "/bin" ];
  };

  # Modes and owners come from `perms` below: the store keeps neither.
  folders = pkgs.runCommand "image-folders" { } ''
    mkdir -p $out/usr/bin
    ln -s ${pkgs.coreutils}/bin/env $out/usr/bin/env
    ${lib.concatMapStrings (folder: "mkdir -p $out${folder.path}\n") facts.folders}
    ${lib.concatStrings (
      lib.mapAttrsToList (
        path: text: "install -D -m 444 ${pkgs.writeText "file" text} $out${path}\n"
      ) facts.files
    )}
  '';

  named = n: { created_by = (builtins.elemAt facts.layers n).holds; };
in
rec {
  toolsLayer = nix2container.buildLayer {
    # Keeps the tar file, which image-archive.nix packs.
    reproducible = false;
    deps = tools;
    copyToRoot = [ bin ];
    metadata = named 0;
  };

  foldersLayer = nix2container.buildLayer {
    reproducible = false;
    copyToRoot = [ folders ];
    layers = [ toolsLayer ];
    # nix2container matches `regex` anywhere in the store path: anchor its end.
    perms = map (folder: {
      path = folders;
      regex = "${folder.path}$";
      inherit (folder) mode uid gid;
    }) facts.folders;
    metadata = named 1;
  };
}
