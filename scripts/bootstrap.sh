#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what building needs on Debian 12, by group: build (the default), bench, coverage.
# Asks for nothing and touches nothing if all is there.
set -euo pipefail

packages_of() {
  case "$1" in
    build) echo make git g++ cmake ninja-build ccache pkg-config \
      libtbb-dev libspdlog-dev libxxhash-dev libtomlplusplus-dev libcli11-dev libpng-dev \
      libgtest-dev libgmock-dev librapidcheck-dev \
      libclang-19-dev llvm-19-dev clang-19 \
      qemu-user g++-aarch64-linux-gnu \
      ocl-icd-opencl-dev opencl-headers pocl-opencl-icd oclgrind \
      clang-14 clang-format-14 clang-tidy-14 python3 python3-numpy ;;
    bench) echo libbenchmark-dev libtrilinos-kokkos-dev libstarpu-dev libabsl-dev libopenblas-dev \
      libtcmalloc-minimal4 ;;
    coverage) echo gcovr ;;
    *) echo "bootstrap.sh: no group is named $1" >&2; return 1 ;;
  esac
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=()
for group in "${@:-build}"; do
  packages=$(packages_of "$group")
  for package in $packages; do
    is_installed "$package" || missing+=("$package")
  done
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "bootstrap.sh: as root, run: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3)
"${apt[@]}" update
"${apt[@]}" install --yes --no-install-recommends "${missing[@]}" >/dev/null
