# The image for changing a benchmark and running it again without network: the whole toolchain, the
# vendored crates and the sources. A shell opens in /workspace/src, where `bench run` builds the
# suite before it measures.
{
  pkgs,
  nix2container,
  # callPackage for the files beside this one.
  call,
  # image.nix's answer, for the tools and our programs.
  image,
  # The compiler.
  rust,
  # { src, hash } from source.nix, and the crates of its Cargo.lock.
  source,
  vendored,
  # For another project's objectives and benchmarks.
  provenance,
  # image-config.nix of this project.
  imageConfig,
  # Of the image's name.
  suffix,
}:
let
  inherit (pkgs) lib;
  inherit (provenance) slo catalog;

  facts = imageConfig suffix {
    inherit slo catalog;
    command = lib.getExe image.command;
    path =
      map (package: "${package}/bin") [
        image.command
        image.verifier
      ]
      ++ [ "/bin" ];
    labels."org.opencontainers.image.description" =
      "Toolchain, crates and sources to change a benchmark and run it again offline";
  };

  lower = call ./image-layers.nix {
    inherit facts;
    tools = image.tools ++ [
      pkgs.gawk
      rust
      # The linker's driver.
      pkgs.stdenv.cc
    ];
  };
  below = [
    lower.toolsLayer
    lower.foldersLayer
  ];

  # Writable by every --user, as the output is.
  work = pkgs.runCommand "image-sources" { } ''
    mkdir -p $out/workspace/cargo
    cp ${vendored}/config.toml $out/workspace/cargo/config.toml
    cp -r ${source.src} $out/workspace/src
  '';

  sourcesLayer = nix2container.buildLayer {
    reproducible = false;
    deps = [
      image.command
      image.verifier
      vendored
    ]
    ++ lib.filter (file: file != null) [
      slo
      catalog
    ];
    copyToRoot = [ work ];
    layers = below;
    perms = [
      {
        path = work;
        regex = "/workspace/(src|cargo)($|/)";
        mode = "0777";
        inherit (facts.user) uid gid;
      }
    ];
    metadata.created_by = "the command, vendored crates, sources";
  };

  json = nix2container.buildImage {
    inherit (facts)
      name
      tag
      created
      config
      ;
    layers = below ++ [ sourcesLayer ];
  };
in
{
  inherit json facts;
  files = call ./image-archive.nix { image = json; };
}
