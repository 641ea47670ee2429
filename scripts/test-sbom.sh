#!/usr/bin/env bash
# `bench sbom` against CycloneDX's own schema, with crates alone and with store paths; a document
# with one wrong value must be refused.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
python_tools
need jq jq
cargo build --quiet --locked --release -p copybook-bench
bench=${CARGO_TARGET_DIR:-target}/release/bench
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

valid() {
  python3 - "$1" <<'PYTHON'
import pathlib, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(pathlib.Path(sys.argv[1]).read_text())
sys.exit(f"{sys.argv[1]}: {error}" if error else 0)
PYTHON
}

# refused NAME FILTER: the document after jq's FILTER is no CycloneDX.
refused() {
  jq "$2" "$scratch/crates.json" >"$scratch/$1.json"
  if valid "$scratch/$1.json" 2>/dev/null; then
    echo "test-sbom.sh: accepted: $1"
    exit 1
  fi
  echo "ok: refused: $1"
}

"$bench" sbom >"$scratch/crates.json"
valid "$scratch/crates.json"
echo '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-jq-1.8.1-bin' >"$scratch/closure"
"$bench" sbom --closure "$scratch/closure" >"$scratch/closure.json"
valid "$scratch/closure.json"
jq -e '.components[] | select(.name == "jq" and .version == "1.8.1-bin")' "$scratch/closure.json" >/dev/null
"$bench" sbom | cmp - "$scratch/crates.json"
echo "ok: $(jq '.components | length' "$scratch/crates.json") crates, valid CycloneDX 1.6, the same twice"

refused no-name 'del(.components[0].name)'
refused scope '.components[0].scope = "shipped"'
refused hash '.components[-1].hashes[0].content = "not a hash"'
refused licence '.components[0].licenses[0] = {"expression": 1}'
refused format '.bomFormat = "SPDX"'
