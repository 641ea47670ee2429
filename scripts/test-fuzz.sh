#!/usr/bin/env bash
# Every fuzz target for a short time, with AddressSanitizer. CONTRIBUTING.md says how to go on longer.
set -euo pipefail

exec "$(dirname "${BASH_SOURCE[0]}")/fuzz.sh" 10
