#!/usr/bin/env bash
# A virtual environment with the pinned decoder, under peers/target/.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ -x target/coboljsonifier/bin/python ]] || python3 -m venv target/coboljsonifier
target/coboljsonifier/bin/pip --quiet --disable-pip-version-check install -r coboljsonifier/requirements.txt
