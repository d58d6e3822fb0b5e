#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs tests on Oclgrind, which checks every access of a kernel: oclgrind.py DRIVER PROGRAM FILTER [MISTAKE].

DRIVER is its library, PROGRAM a test program, FILTER the tests to run. Fails if a test fails or none
runs, or if Oclgrind reports anything. MISTAKE names a test whose kernel writes where it may not: a report
must come then, or nothing would ever be found.
"""
import os
import pathlib
import subprocess
import sys
import tempfile


def run(driver, program, tests, log):
    # Oclgrind 21.10 runs not all that its own optimiser makes: of abs() of 16 bits llvm.abs.i16 and of two
    # exchanged shorts llvm.fshl.i32, which it lacks, and of a switch something that it computes wrongly. All
    # is well with the same texts as they are written.
    environment = dict(os.environ, OCL_ICD_VENDORS=driver, OCLGRIND_LOG=str(log), OCLGRIND_DATA_RACES="1",
                       OCLGRIND_BUILD_OPTIONS="-cl-opt-disable")
    ran = subprocess.run([program, f"--gtest_filter={tests}"], env=environment, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=280, check=False)
    reported = log.read_text() if log.exists() else ""
    return ran, reported


def main():
    driver, program, tests, *mistake = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        ran, reported = run(driver, program, tests, pathlib.Path(folder) / "log")
        passed = ran.stdout.count("[       OK ]")
        if ran.returncode != 0 or passed == 0 or reported:
            sys.exit(f"{ran.stdout}\n{reported}\nOclgrind: {passed} tests passed, exit {ran.returncode}")
        print(f"Oclgrind reports nothing in {passed} tests.")
        for name in mistake:
            ran, reported = run(driver, program, name, pathlib.Path(folder) / "mistake")
            if "Invalid write" not in reported:
                sys.exit(f"{ran.stdout}\n{reported}\nOclgrind does not report the mistake of {name}.")
            print(f"Oclgrind reports the mistake of {name}.")


main()
