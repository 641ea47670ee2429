# A tool that only checks and the dev shell use, by its name in nixpkgs. Where that has no such
# name, evaluation goes on and the build of what needs it fails: a check that could not run is red.
pkgs: name:
pkgs.${name} or (pkgs.runCommand "${name}-is-missing" { } ''
  echo "this nixpkgs has no package called ${name}" >&2
  exit 1
'')
