# The image that runs the benchmarks: three layers, so that a change of our code moves only the
# last one. What it does is in image-config.nix.
{
  pkgs,
  nix2container,
  # callPackage for the files beside this one.
  call,
  # Our programs.
  command,
  suite,
  revision,
  # { suite, slo, catalog, flakeLockSha256, sourceHash }
  provenance,
  # image-config.nix of this project.
  imageConfig,
  # Of the image's name.
  suffix ? "",
  # Programs that look into a running suite; only the variant `image-profile` has any.
  profilers ? [ ],
}:
let
  inherit (pkgs) lib;

  # What an operator's shell and scripts expect; python3Minimal keeps the image under 100 MB.
  shell = pkgs.bashInteractive;
  python = pkgs.python3Minimal;
  tools = [
    shell
    pkgs.coreutils
    pkgs.findutils
    pkgs.gnugrep
    pkgs.gnused
    pkgs.jq
    python
  ]
  ++ profilers;

  script =
    file: interpreter: folders:
    pkgs.runCommand (baseNameOf file) { meta.mainProgram = baseNameOf file; } ''
      install -D -m 555 ${file} $out/bin/${baseNameOf file}
      sed -i '1s|^#!.*|#!${lib.getExe interpreter}|' $out/bin/${baseNameOf file}
      ${lib.concatMapStrings (folder: ''
        cp -r ${folder} $out/bin/${baseNameOf folder}
      '') folders}
    '';
  # The second verifier with the modules that it imports, and what the container starts.
  verifier = script ../scripts/verify_receipt.py python [ ../scripts/verify ];
  entrypoint = script ../scripts/bench-entrypoint.sh shell [ ];

  facts = imageConfig suffix (
    {
      inherit revision;
      entrypoint = lib.getExe entrypoint;
      command = lib.getExe command;
      path =
        map (package: "${package}/bin") [
          command
          suite
          verifier
          entrypoint
        ]
        ++ [ "/bin" ];
    }
    // provenance
  );

  lower = call ./image-layers.nix { inherit facts tools; };
  below = [
    lower.toolsLayer
    lower.foldersLayer
  ];

  programs = [
    command
    suite
    verifier
    entrypoint
  ]
  ++ lib.filter (file: file != null) [
    provenance.slo
    provenance.catalog
  ];

  programsLayer = nix2container.buildLayer {
    reproducible = false;
    deps = programs;
    layers = below;
    metadata.created_by = (lib.last facts.layers).holds;
  };

  json = nix2container.buildImage {
    inherit (facts)
      name
      tag
      created
      config
      ;
    layers = below ++ [ programsLayer ];
  };
in
{
  inherit
    json
    facts
    command
    tools
    verifier
    ;
  # Everything whose closure the image holds.
  contents = tools ++ programs;
  files = call ./image-archive.nix {
    image = json;
    inherit (facts) healthcheck;
  };
}
