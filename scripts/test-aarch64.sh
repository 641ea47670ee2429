#!/usr/bin/env bash
# Builds the decoder for aarch64 and runs its tests, NEON kernels included, under user-mode emulation.
# The cross compiler is Debian's own, called by its full path: rustup's stays the one on PATH.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

if [[ $(uname -m) == aarch64 ]]; then
  exec cargo test --locked -p copybook-decode
fi
if [[ ! -e /usr/lib/rustlib/aarch64-unknown-linux-gnu ]] || ! command -v qemu-aarch64-static >/dev/null; then
  command -v dpkg >/dev/null || { echo "no Debian packages here: no aarch64 cross compiler"; exit 77; }
  dpkg --print-foreign-architectures | grep -qx arm64 || { dpkg --add-architecture arm64 && rm -f "$tools_dir/apt-updated"; }
  debian rustc-web cargo-web libstd-rust-web-dev:arm64 gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static
fi

export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu"
# Optimised: emulation is slow, and unoptimised intrinsics are calls.
cross() {
  env RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc timeout 900 /usr/bin/cargo test --locked -p copybook-decode \
    --target aarch64-unknown-linux-gnu --target-dir "$tools_dir/../aarch64" --config profile.test.opt-level=1 "$@"
}

cross --lib --tests --no-run
# The test runner starts a thread a test, and some emulators hang there: tried on the quickest tests.
if ! timeout 60 env RUSTC=/usr/bin/rustc /usr/bin/cargo test --quiet --locked -p copybook-decode --lib \
  --target aarch64-unknown-linux-gnu --target-dir "$tools_dir/../aarch64" --config profile.test.opt-level=1 \
  codepage::mapping; then
  echo "built for aarch64, not run: $(qemu-aarch64-static --version | head -n 1) hangs when a thread starts"
  exit 77
fi
cross --lib --tests
