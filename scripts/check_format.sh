#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fails when clang-format would change a file; --fix changes it.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=(--dry-run --Werror)
[ "${1:-}" = --fix ] && mode=(-i)
find include src compiler backends kernels tools fuzz benchmarks examples tests -name '*.[ch]pp' -print0 |
  xargs -0 -n 20 -P "${JOBS:-$(nproc)}" clang-format-14 "${mode[@]}"
echo "format: ok"
