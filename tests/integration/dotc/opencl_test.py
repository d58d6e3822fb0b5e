# SPDX-License-Identifier: Apache-2.0
"""Drives the program named by DOTC with an OpenCL device, if there is one: programs on the disk, and
failures that DOTCOMPUTE_FAULTS plans.

DOTC_TEST_KERNELS is the shared library made of test_kernels.cpp.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

from dotc_test import DOTC, MODULE, Program

# The drivers of processors; what they print to standard error is no answer of ours.
DRIVER = {"POCL_DEVICES": "pthread"}
NO_TEXT = "failed:backend=opencl,call=clCreateProgramWithSource,sticky"


def opencl_device():
    """The id of the first OpenCL device; ends the tests where there is none."""
    done = subprocess.run([DOTC, "devices", "--json"], env=os.environ | DRIVER, text=True,
                          capture_output=True, timeout=240)
    answer = json.loads(done.stdout)
    for device in answer["devices"]:
        if device["id"].startswith("opencl:"):
            return device["id"]
    print("skipped: no OpenCL device:",
          [entry for entry in answer["backends"] if entry["name"] == "opencl"])
    sys.exit(77)


class OpenCl(Program):
    """Each process has the program cache of the test and, of the driver's own, an empty one."""

    def setUp(self):
        super().setUp()
        self.x = self.save("x.npy", np.arange(100, dtype=np.float32))

    def start(self, *arguments, **variables):
        driver = tempfile.TemporaryDirectory()
        self.addCleanup(driver.cleanup)
        environment = os.environ | DRIVER | {
            "POCL_CACHE_DIR": driver.name, "DOTCOMPUTE_DISK_CACHE": "on",
            "DOTCOMPUTE_CACHE_DIRECTORY": str(self.folder / "kept")} | variables
        return subprocess.Popen([DOTC, *map(str, arguments)], cwd=self.folder, text=True,
                                env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def start_halve(self, file="x.npy", **variables):
        return self.start("run", "halve", "--module", MODULE, "--inout", "x=" + file, "--device",
                          DEVICE, **variables)

    def finish(self, process):
        """Of standard error only what dotc says: drivers and sanitizers print there too."""
        out, err = process.communicate(timeout=240)
        said = "".join(line for line in err.splitlines(True) if line.startswith("dotc: "))
        return process.returncode, out, said

    def halve(self, faults=None, **variables):
        plan = {"DOTCOMPUTE_FAULTS": faults} if faults else {}
        return self.finish(self.start_halve(**plan, **variables))

    def programs(self):
        return list(pathlib.Path(self.folder / "kept" / "programs").glob("*.program"))

    def expect_success(self, done):
        self.assertEqual((done[0], done[2]), (0, ""), done)


class Cache(OpenCl):
    def test_a_second_process_builds_nothing(self):
        status, _, err = self.halve(faults=NO_TEXT)
        self.assertEqual(status, 1, "the first process has to build: " + err)
        self.expect_success(self.halve())
        self.assertEqual(len(self.programs()), 1)

        # This one could not.
        self.expect_success(self.halve(faults=NO_TEXT))

        np.testing.assert_array_equal(self.load("x.npy"), self.x / 4)

    def test_without_the_cache_each_process_builds(self):
        self.expect_success(self.halve())

        status, _, _ = self.halve(faults=NO_TEXT, DOTCOMPUTE_DISK_CACHE="off")

        self.assertEqual(status, 1)

    def test_a_damaged_program_is_built_anew(self):
        self.expect_success(self.halve())
        [program] = self.programs()
        content = program.read_bytes()
        for damaged in [b"", content[:-1], content[:-9] + b"x" * 9]:
            program.write_bytes(damaged)
            self.expect_success(self.halve())
            self.expect_success(self.halve(faults=NO_TEXT))

    def test_many_processes_may_start_cold_at_once(self):
        count = 8
        for index in range(count):
            self.save(f"x{index}.npy", self.x)

        started = [self.start_halve(f"x{index}.npy") for index in range(count)]

        for index, process in enumerate(started):
            self.expect_success(self.finish(process))
            np.testing.assert_array_equal(self.load(f"x{index}.npy"), self.x / 2)
        self.assertEqual(len(self.programs()), 1)


class Faults(OpenCl):
    def expect_failure(self, done, saying, status=1):
        self.assertEqual((done[0], done[1]), (status, ""), done)
        self.assertEqual(done[2].count("\n"), 1, done[2])
        for words in saying:
            self.assertIn(words, done[2])
        np.testing.assert_array_equal(self.load("x.npy"), self.x)

    def test_a_planned_failure_is_one_line_and_a_status(self):
        for faults, saying in [("oom:backend=opencl,sticky", "no memory left"),
                               ("lost:call=clEnqueueNDRangeKernel", "is lost"),
                               ("-5:call=clEnqueueNDRangeKernel", "driver code: -5]"),
                               ("lost:backend=opencl,call=copy", "is lost")]:
            with self.subTest(faults):
                self.expect_failure(self.halve(faults=faults),
                                    ["dotc: ", "test::halve", DEVICE, saying])

    def test_a_planned_failure_of_other_drivers_changes_nothing(self):
        self.expect_success(self.halve(faults="lost:backend=cuda,sticky"))

    def test_a_planned_failure_of_discovery_is_the_reason_why_there_is_no_device(self):
        for call, saying in [("enumerate", "planned"), ("clGetPlatformIDs", "lost"),
                             ("clGetDeviceIDs", "does not tell its devices"),
                             ("clCreateContext", DEVICE + ": ")]:
            with self.subTest(call):
                plan = {"DOTCOMPUTE_FAULTS": f"lost:backend=opencl,call={call},sticky"}
                done = self.finish(self.start("devices", "--json", **plan))
                self.expect_success(done)
                answer = json.loads(done[1])
                [opencl] = [one for one in answer["backends"] if one["name"] == "opencl"]
                self.assertEqual(opencl["devices"], [])
                self.assertIn(saying, opencl["problem"])
                self.assertIn("cpu:0", [device["id"] for device in answer["devices"]])

    def test_a_plan_with_mistakes_is_refused(self):
        self.expect_failure(self.halve(faults="lots"), ["dotc: ", "lots"], status=2)


if __name__ == "__main__":
    DEVICE = opencl_device()
    unittest.main(verbosity=2)
