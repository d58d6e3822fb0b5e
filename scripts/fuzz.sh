#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs each fuzzer of build/fuzz for the given number of seconds, 30 by default. Inputs that reach
# new code are kept in build/fuzz/corpus, one that breaks a rule in build/fuzz/found.
# TEST_SEED chooses the drawing.
set -euo pipefail
cd "$(dirname "$0")/../build/fuzz"
seconds=${1:-30}

mkdir -p found
status=0
for program in fuzz/fuzz_*; do
  name=${program#fuzz/fuzz_}
  mkdir -p "corpus/$name"
  echo "$name: $seconds s"
  # The longest input and the time and memory for one are far above what any needs.
  "$program" -seed="${TEST_SEED:-1}" -max_total_time="$seconds" -max_len=8192 -timeout=300 \
    -rss_limit_mb=4096 -verbosity=0 -print_final_stats=1 -artifact_prefix="found/$name-" \
    "corpus/$name" "fuzz/${name}_seeds" || status=1
done
exit "$status"
