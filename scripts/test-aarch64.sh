#!/usr/bin/env bash
# Builds the decoder for aarch64 and runs its tests, NEON kernels included, under user-mode emulation.
# The cross compiler is Debian's own, called by its full path: rustup's stays the one on PATH.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

if [[ $(uname -m) == aarch64 ]]; then
  exec cargo test --locked -p copybook-decode -- --show-output
fi
if [[ ! -e /usr/lib/rustlib/aarch64-unknown-linux-gnu ]] || ! command -v qemu-aarch64-static >/dev/null; then
  command -v dpkg >/dev/null || { echo "no Debian packages here: no aarch64 cross compiler"; exit 77; }
  dpkg --print-foreign-architectures | grep -qx arm64 || { dpkg --add-architecture arm64 && rm -f "$tools_dir/apt-updated"; }
  debian rustc-web cargo-web libstd-rust-web-dev:arm64 gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static
fi

export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
# Loader and libraries from one place: an emulated loader that finds another C library, such as that
# of Debian's arm64 packages, loops in pthread_create.
sysroot=/usr/aarch64-linux-gnu
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L $sysroot -E LD_LIBRARY_PATH=$sysroot/lib"
# Optimised: emulation is slow, and unoptimised intrinsics are calls.
env RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc timeout 900 /usr/bin/cargo test --locked -p copybook-decode \
  --lib --tests --target aarch64-unknown-linux-gnu --target-dir "$tools_dir/../aarch64" \
  --config profile.test.opt-level=1 -- --show-output
