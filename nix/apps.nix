# `nix run .#NAME -- ARGUMENTS`.
{
  pkgs,
  # The wrapped command that knows its revision.
  wrapped,
}:
let
  inherit (pkgs) lib;

  app = name: description: text: {
    type = "app";
    program = lib.getExe (pkgs.writeShellApplication { inherit name text; });
    meta = { inherit description; };
  };

  subcommand =
    name: description: app "bench-${name}" description ''exec ${lib.getExe wrapped} ${name} "$@"'';
in
rec {
  default = bench;

  # As in the image: flags alone mean `run`, a word is a subcommand.
  bench = app "bench" "Verify, measure and judge the decoder; leaves output/perf.json" ''
    case "''${1-}" in
      --help | -h | --version | -V) ;;
      "" | -*) set -- run "$@" ;;
    esac
    exec ${lib.getExe wrapped} "$@"
  '';

  summarize = subcommand "summarize" "Print a receipt as one line";
  decode = subcommand "decode" "Decode records to JSON Lines";
  doctor = subcommand "doctor" "Say what on this host will spoil a measurement";
}
