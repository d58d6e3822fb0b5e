#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints which lines of the library the tests of build/coverage ran.
set -euo pipefail
cd "$(dirname "$0")/.."

gcovr --root . --filter include/ --filter src/ --filter backends/ --filter kernels/ \
  --filter tools/ --exclude '.*/tests/' --exclude-throw-branches --exclude-unreachable-branches \
  --html-details build/coverage/report.html --print-summary --sort-percentage build/coverage
