# SPDX-License-Identifier: Apache-2.0
"""Many random kernels, compiled for the best instruction set of this machine, compute the bits that the
interpreter computes. TEST_SEED is the first seed; the default is always the same.

GENERATE and RUNNER are programs of this folder, SOURCE is the project, CXX the compiler, OPTIONS what
kernels are compiled with."""
import os
import pathlib
import subprocess
import sys
import tempfile

KERNELS = 160
KERNELS_OF_A_FILE = 40
MACHINE = {"baseline": [], "v3": ["-march=x86-64-v3"],
           "v4": ["-march=x86-64-v4", "-mprefer-vector-width=512"], "neon": []}


def differences(folder, best, first):
    text, library = folder / "random.cpp", folder / f"random_{first}.so"
    subprocess.run([os.environ["GENERATE"], str(first), str(KERNELS_OF_A_FILE), text], check=True)
    subprocess.run([os.environ["CXX"], "-std=c++20", *os.environ["OPTIONS"].split(), *MACHINE[best],
                    "-I", pathlib.Path(os.environ["SOURCE"]) / "include", f"-DDC_INSTRUCTION_SET={best}",
                    "-w", "-fPIC", "-shared", text, "-o", library], check=True)
    run = subprocess.run([os.environ["RUNNER"], library, best, str(first), str(KERNELS_OF_A_FILE)],
                         capture_output=True, text=True)
    return [] if run.returncode == 0 else [run.stdout + run.stderr]


def main():
    first = int(os.environ.get("TEST_SEED", "1000"))
    best = subprocess.run([os.environ["RUNNER"]], check=True, capture_output=True, text=True).stdout.strip()
    found = []
    with tempfile.TemporaryDirectory() as name:
        for begin in range(first, first + KERNELS, KERNELS_OF_A_FILE):
            found += differences(pathlib.Path(name), best, begin)
    print(f"{KERNELS} kernels from seed {first} on {best}")
    print("".join(found), end="")
    return 1 if found else 0


sys.exit(main())
