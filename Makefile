# SPDX-License-Identifier: Apache-2.0
# Each goal does its own set-up: packages, configuration, build.
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 30
REQUIRED := R1.1-R1.11,R2.1-R2.7,R3.1-R3.4,R4.1-R4.6,R5.1,R5.2,R6.1-R6.6,R7.1,R7.2,R9.1,R9.7,R12.1-R12.3
export JOBS

build = cmake --preset $(1) $(2) && cmake --build --preset $(1) -j $(JOBS)
ctest = ctest --preset $(1) -j $(JOBS) --output-junit junit.xml

.DEFAULT_GOAL := help
.PHONY: help bootstrap demo test bench format checks tidy asan tsan fuzz clang coverage clean

help:  ## Shows this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap:  ## Installs what building needs (Debian 12)
	@scripts/bootstrap.sh

demo: bootstrap  ## Runs an image through kernels on this machine's CPU, checks it, writes a PNG
	$(call build,release) --target dotc
	build/release/tools/dotc/dotc demo

test: bootstrap  ## Builds everything for development, runs all tests and checks
	$(call build,dev)
	cmake --build --preset dev -j $(JOBS) --target all_verify_interface_header_sets
	$(call ctest,dev)
	$(MAKE) --no-print-directory checks

checks: bootstrap  ## Layers, format, requirements without a test
	python3 scripts/check_layers.py
	scripts/check_format.sh
	python3 scripts/check_requirements.py --require $(REQUIRED)

clang: bootstrap  ## Builds and tests with clang
	$(call build,clang)
	$(call ctest,clang)

asan: bootstrap  ## Tests under the address, leak and undefined-behaviour sanitizers
	$(call build,asan)
	$(call ctest,asan)

tsan: bootstrap  ## Tests under the thread sanitizer
	$(call build,tsan)
	$(call ctest,tsan)

fuzz: bootstrap  ## Runs each fuzzer for FUZZ_SECONDS (30) under the sanitizers
	$(call build,fuzz) --target fuzzers
	scripts/fuzz.sh $(FUZZ_SECONDS)

tidy: bootstrap  ## clang-tidy over the sources of the library
	cmake --preset tidy
	scripts/tidy.sh

bench:  ## Measures overhead beside its peers; writes build/bench/summary.json
	@scripts/bootstrap.sh build bench
	$(call build,release,-D DOTCOMPUTE_BUILD_BENCHMARKS=ON)
	python3 benchmarks/run.py

coverage:  ## Line coverage of the tests; details in build/coverage/report.html
	@scripts/bootstrap.sh build coverage
	$(call build,coverage)
	find build/coverage -name '*.gcda' -delete
	$(call ctest,coverage)
	scripts/coverage.sh

format: bootstrap  ## Formats all sources
	scripts/check_format.sh --fix

clean:  ## Removes all that was built
	rm -rf build
