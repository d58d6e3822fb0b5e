# SPDX-License-Identifier: Apache-2.0
"""The pack's CPU code for NEON gives what that for the baseline of this machine gives.

GENERATED holds the generated files, SOURCE is the project, CXX the compiler of this machine, OPTIONS
what kernels are compiled with. Ends with 77, skipped, where the other compiler or the emulator is
missing."""
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

# In units of the last place of the largest element. One of the two fuses products with sums. Prices are
# differences of amounts twice as large.
LIMITS = {"vector_add": 0, "partial_sums": 0, "partial_minima": 0, "saxpy": 1, "stencil5": 2,
          "black_scholes": 16, "nbody_step": 6, "matmul": 33}
FORMATS = {"f": ("f", 4, 2.0 ** -23), "d": ("d", 8, 2.0 ** -52), "b": ("B", 1, 0), "i": ("i", 4, 0)}
SOURCE = pathlib.Path(os.environ["SOURCE"])
GENERATED = pathlib.Path(os.environ["GENERATED"])


def build(folder, compiler, instruction_set, *more):
    objects = []
    for file in sorted(GENERATED.glob("*.cpu.cpp")):
        objects.append(folder / f"{file.name}.{instruction_set}.o")
        subprocess.run([compiler, "-std=c++20", *os.environ["OPTIONS"].split(), "-I",
                        SOURCE / "include", f"-DDC_INSTRUCTION_SET={instruction_set}", "-c", file,
                        "-o", objects[-1]], check=True)
    program = folder / f"runner_{instruction_set}"
    subprocess.run([compiler, "-std=c++20", "-O1", "-I", SOURCE / "include",
                    f"-DDC_RUNNER_SET={instruction_set}", pathlib.Path(__file__).parent / "runner.cpp",
                    *objects, "-o", program, *more], check=True)
    return program


def results_of(*command):
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line.split(" ") for line in lines]


def distance(kind, expected, got):
    letter, size, unit = FORMATS[kind]
    wanted = struct.unpack(f"<{len(expected) // 2 // size}{letter}", bytes.fromhex(expected))
    given = struct.unpack(f"<{len(got) // 2 // size}{letter}", bytes.fromhex(got))
    scale = max((abs(value) for value in wanted), default=0)
    worst = max((abs(a - b) for a, b in zip(wanted, given)), default=0)
    return worst if unit == 0 else worst / (scale * unit) if scale else worst


def main():
    emulator = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    compiler = shutil.which("aarch64-linux-gnu-g++")
    if not emulator or not compiler:
        print("skipped: apt-get install qemu-user g++-aarch64-linux-gnu")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        here = results_of(build(folder, os.environ["CXX"], "baseline"))
        there = results_of(emulator, build(folder, compiler, "neon", "-static"))
    assert len(here) == len(there) > 0
    for (kernel, kind, count, expected), (_, _, other_count, got) in zip(here, there):
        worst = distance(kind, expected, got)
        if count != other_count or worst > LIMITS.get(kernel, 0):
            failed += 1
            print(f"{kernel} of {count} elements: {worst} units in the last place apart")
    print(f"{len(here)} results, {failed} differ")
    return 1 if failed else 0


sys.exit(main())
