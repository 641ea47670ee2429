#!/usr/bin/env bash
# The decoder's unit tests, its kernels' among them, with AddressSanitizer: a kernel that reads behind
# its input or writes behind its output ends the test.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
nightly_toolchain || exit 77

host=$(rustc -vV | sed -n 's/^host: //p')
# The target is named so that build scripts and macros, which run in the compiler, go without.
# Optimised: unoptimised intrinsics are calls, and the sanitizer follows each.
RUSTFLAGS="-Zsanitizer=address" cargo "+$nightly" test --locked -p copybook-decode --lib --target "$host" \
  --target-dir "$tools_dir/../sanitizer" --config profile.test.package.copybook-decode.opt-level=1
