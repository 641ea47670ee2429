#!/usr/bin/env bash
# What the image starts: `bench` with the given arguments.
#
#   (nothing), or only flags     bench run; BENCH_VERIFIER makes it show the receipt to both verifiers
#   a subcommand of bench        that
#   bash, sh, python3, jq, verify_receipt.py     that program, for operators' own scripts
set -eu

case "${1-}" in
  bash | sh | python3 | jq | verify_receipt.py) exec "$@" ;;
  --help | -h | --version | -V) exec bench "$@" ;;
  '' | -*) exec bench run "$@" ;;
  *) exec bench "$@" ;;
esac
