#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the sources: those given, or all but the tests. Needs `cmake --preset tidy`, which joins
# some sources to one (unity build): reading the headers is most of the work.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$#" -eq 0 ]; then
  set -- "$PWD/(build/tidy/(src|backends|compiler|tools|kernels/callables)/.*/Unity/|(src|backends|compiler|tools|kernels)/)"
fi
log=build/tidy/tidy.log
if ! run-clang-tidy-14 -quiet -p build/tidy -j "${JOBS:-$(nproc)}" "$@" >"$log" 2>&1; then
  grep -vE '^clang-tidy|^[0-9]+ warnings? (generated|treated)|^$' "$log" | sort -u >&2
  echo "tidy: see $log" >&2
  exit 1
fi
echo "tidy: ok"
