#!/usr/bin/env bash
# The Grafana dashboard against Grafana's own types: see scripts/report/dashboard.ts. That its queries find what is
# exported, a test of `bench export` asks a real Prometheus.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
dashboard=deploy/grafana/bench.json
checks=(types) files=("$dashboard")
# shellcheck source=scripts/sabotage.sh
. scripts/sabotage.sh

# Beside the modules, where the compiler looks for what is imported.
check_types() {
  cat scripts/report/dashboard.ts "$1/$dashboard" >"$axe_dir/dashboard.ts"
  node "$axe_dir/node_modules/typescript/bin/tsc" --noEmit --strict --skipLibCheck --lib es2022 --target es2022 --module esnext \
    --moduleResolution bundler "$axe_dir/dashboard.ts"
}

all_hold
refuses types $dashboard 's/"legendFormat"/"legendformat"/'
refuses types $dashboard 's/"mode": "absolute"/"mode": "absolut"/'
refuses types $dashboard 's/"lineWidth": 2/"lineWidth": "2"/'
refuses types $dashboard 's/"includeAll"/"all"/'
refuses types $dashboard '/"schemaVersion"/d'
