# The Grafana dashboard against Grafana's own types: see scripts/report/dashboard.ts. That its queries find what is
# exported, a test of `bench export` asks a real Prometheus.
# shellcheck shell=bash disable=SC2154  # npm_dir is the caller's
dashboard=deploy/grafana/bench.json
checks=(types) files=("$dashboard")
# shellcheck source=scripts/steps/sabotage.sh
. scripts/steps/sabotage.sh

# Beside the modules, where the compiler looks for what is imported.
check_types() {
  cat scripts/report/dashboard.ts "$1/$dashboard" >"$npm_dir/dashboard.ts"
  node "$npm_dir/node_modules/typescript/bin/tsc" --noEmit --strict --skipLibCheck --lib es2022 --target es2022 \
    --module esnext --moduleResolution bundler "$npm_dir/dashboard.ts"
}

all_hold
refuses types $dashboard 's/"legendFormat"/"legendformat"/' 's/"mode": "absolute"/"mode": "absolut"/' \
  's/"lineWidth": 2/"lineWidth": "2"/' 's/"includeAll"/"all"/' '/"schemaVersion"/d'
