# SPDX-License-Identifier: Apache-2.0
"""Drives the program named by KERNELC; SOURCE is the project's directory, CXX the C++ compiler."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

KERNELC = os.environ["KERNELC"]
SOURCE = pathlib.Path(os.environ["SOURCE"])
GOOD = """#include <dotcompute/kernel.hpp>
DC_KERNEL void scaled(std::span<const float> x, float factor, std::span<float> y) {
  const std::size_t i = dc::global_id();
  if (i >= y.size()) {
    return;
  }
  y[i] = factor * x[i];
}
"""
BAD = """#include <dotcompute/kernel.hpp>
DC_KERNEL void unguarded(std::span<const float> x, std::span<float> y) {
  const std::size_t i = dc::global_id();
  y[i] = x[i];
}
DC_KERNEL void unwritten(std::span<const float> x, std::span<float> y) {
  const std::size_t i = dc::global_id();
  if (i >= y.size() || x[i] > 0) {
    return;
  }
}
"""


class Folder(unittest.TestCase):
    """A folder of its own for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def run_kernelc(self, *arguments):
        return subprocess.run([KERNELC, "-I", SOURCE / "include", *map(str, arguments)],
                              cwd=self.folder, text=True, capture_output=True, timeout=120)

    def succeed(self, *arguments):
        done = self.run_kernelc(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stderr)
        return done.stdout


class Program(Folder):
    def test_good_files_end_with_0(self):
        self.succeed("-o", "out", self.write("good.cpp", GOOD))
        self.assertEqual(sorted(p.name for p in (self.folder / "out").iterdir()),
                         ["good.cpu.cpp", "good.kernels.cpp", "good.kernels.hpp"])

    def test_all_mistakes_of_all_files_are_said_and_end_with_1(self):
        first = self.write("first.cpp", BAD)
        second = self.write("second.cpp", "void broken( {}\n")
        done = self.run_kernelc("-o", "out", first, second, self.write("good.cpp", GOOD))
        self.assertEqual(done.returncode, 1)
        # As compilers say it: file, line, column, the line itself and a caret.
        for place in (r"first\.cpp:4:\d+: \w+: .*\[DC\d{3}\]\n.*y\[i\] = x\[i\];\n.*\^",
                      r"first\.cpp:6:\d+: \w+: .*\[DC\d{3}\]", r"second\.cpp:1:\d+: error: "):
            self.assertRegex(done.stderr, place)
        self.assertFalse((self.folder / "out").exists())

    def test_wrong_usage_ends_with_2(self):
        for arguments in ([], ["--unknown"], ["--emit", "poetry", "good.cpp"],
                          ["a/same.cpp", "b/same.cpp"]):
            done = self.run_kernelc(*arguments)
            self.assertEqual(done.returncode, 2, done)
            self.assertTrue(done.stderr.startswith("dotcompute-kernelc: "), done.stderr)

    def test_a_missing_file_ends_with_1(self):
        done = self.run_kernelc("-o", "out", "missing.cpp")
        self.assertEqual(done.returncode, 1)
        self.assertIn("missing.cpp", done.stderr)

    def test_definitions_and_headers_are_found(self):
        self.write("factor.hpp", "constexpr float kFactor = FACTOR;\n")
        text = GOOD.replace("factor * x[i]", "kFactor * x[i] * factor")
        file = self.write("good.cpp", '#include "factor.hpp"\n' + text)
        self.assertIn("2.5", self.succeed("-D", "FACTOR=2.5F", "--emit", "cpu", file))


class Outputs(Folder):
    def times(self):
        return {p.name: p.stat().st_mtime_ns for p in (self.folder / "out").iterdir()}

    def test_unchanged_outputs_keep_their_time(self):
        good = self.write("good.cpp", GOOD)
        self.succeed("-o", "out", good)
        before = self.times()
        self.succeed("-o", "out", good)
        self.assertEqual(self.times(), before)

    def test_only_the_file_that_changed_is_written_again(self):
        good = self.write("good.cpp", GOOD)
        other = self.write("other.cpp", GOOD.replace("scaled", "other"))
        self.succeed("-o", "out", good, other)
        before = self.times()
        self.write("other.cpp", GOOD.replace("scaled", "other").replace("factor *", "factor +"))
        self.succeed("-o", "out", good, other)
        after = self.times()
        changed = {name for name in after if after[name] != before[name]}
        self.assertEqual(changed, {"other.cpu.cpp", "other.kernels.cpp"})

    def test_what_is_written_compiles_without_warnings(self):
        self.succeed("-o", "out", self.write("good.cpp", GOOD))
        warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror",
                    "-Wno-missing-field-initializers"]
        for file in ("good.cpu.cpp", "good.kernels.cpp"):
            sets = ["-DDC_INSTRUCTION_SET=baseline"] if "cpu" in file else []
            done = subprocess.run(
                [os.environ["CXX"], "-std=c++20", "-fsyntax-only", "-fopenmp-simd", *warnings, *sets,
                 "-I", SOURCE / "include", file],
                cwd=self.folder / "out", text=True, capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stderr)


class Modules(Folder):
    def test_dotc_runs_kernels_of_a_generated_module(self):
        import numpy as np
        x = np.linspace(-3, 3, 1001, dtype=np.float32)
        y = np.linspace(5, -2, 1001, dtype=np.float32)
        np.save(self.folder / "x.npy", x)
        np.save(self.folder / "y.npy", y)
        subprocess.run([os.environ["DOTC"], "run", "lengths", "--module", os.environ["MODULE"],
                        "--in", "x=x.npy", "--in", "y=y.npy", "--out", "length=length.npy"],
                       cwd=self.folder, check=True, timeout=120)
        np.testing.assert_allclose(np.load(self.folder / "length.npy"), np.hypot(x, y), rtol=1e-6)

    def test_dotc_tells_what_was_found_out(self):
        done = subprocess.run([os.environ["DOTC"], "kernels", "lengths", "--json", "--module",
                               os.environ["MODULE"]], text=True, capture_output=True, check=True)
        text = json.dumps(json.loads(done.stdout))
        self.assertIn("element_wise", text)
        self.assertIn("tests/integration/kernelc/module.cpp", text)


class Guides(Folder):
    """Each example in C++ compiles: kernels by KERNELC, in what it wrote whoever calls them."""

    def examples(self):
        for guide in sorted((SOURCE / "docs").glob("*/kernel*.md")) + [SOURCE / "README.md"]:
            for number, block in enumerate(re.findall(r"```cpp\n(.*?)```", guide.read_text(), re.S)):
                name = re.match(r"// (\w+\.cpp)", block)
                name = name[1] if name else f"{guide.stem.lower()}_{number}.cpp"
                yield f"{guide.name}, example {number}", name.replace("-", "_"), block

    def test_every_example_compiles(self):
        for place, name, block in self.examples():
            if "DC_KERNEL" in block:
                include = "" if "#include" in block else "#include <dotcompute/kernel.hpp>\n"
                done = self.run_kernelc("-o", "out", self.write(name, include + block))
            else:
                done = subprocess.run(
                    [os.environ["CXX"], "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra",
                     "-Wno-missing-field-initializers", "-I",
                     SOURCE / "include", "-I", "out", self.write(name, block)],
                    cwd=self.folder, text=True, capture_output=True)
            with self.subTest(place):
                self.assertEqual((done.returncode, done.stderr), (0, ""), block)


class Warnings(Folder):
    """What the host's compilers say of kernels and what KERNELC says do not contradict each other."""

    def compilers(self):
        clang = shutil.which("clang++-19") or shutil.which("clang++-14")
        return [os.environ["CXX"]] + ([clang] if clang else [])

    def examples(self, heading):
        for page in sorted((SOURCE / "docs" / "diagnostics").glob("DC*.md")):
            yield page.stem, re.search(rf"## {heading}\n.*?```cpp\n(.*?)```", page.read_text(), re.S)[1]

    def said_by(self, compiler, code, text):
        done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-I",
                               SOURCE / "include", self.write(f"{code}.cpp", text)],
                              cwd=self.folder, text=True, capture_output=True,
                              env={**os.environ, "LC_ALL": "C"})
        return done.returncode == 0, done.stderr

    def test_good_kernels_are_good_to_all(self):
        for code, text in self.examples("Good"):
            for compiler in self.compilers():
                with self.subTest(code, compiler=compiler):
                    self.assertEqual(self.said_by(compiler, code, text), (True, ""))

    def test_of_bad_kernels_host_compilers_say_nothing_that_we_do_not_say(self):
        for code, text in self.examples("Bad"):
            ours = self.run_kernelc("--emit", "kir", self.write(f"{code}.cpp", text))
            for compiler in self.compilers():
                with self.subTest(code, compiler=compiler):
                    accepted, words = self.said_by(compiler, code, text)
                    if not accepted:
                        self.assertEqual(ours.returncode, 1, words)
                    # A warning is about what ours is about: 'unused parameter z' where z is never written.
                    for line in re.findall(r"warning: .*", words):
                        for name in re.findall(r"'(\w+)'", line):
                            self.assertIn(f"'{name}'", ours.stderr, words)


class Builds(Folder):
    """Projects that use cmake/DotComputeKernels.cmake."""

    PROJECT = """cmake_minimum_required(VERSION 3.25)
project(kernels LANGUAGES CXX)
foreach(library generated registration)
  add_library(dotcompute::${library} INTERFACE IMPORTED)
  target_include_directories(dotcompute::${library} INTERFACE "@SOURCE@/include")
endforeach()
include("@SOURCE@/cmake/DotComputeKernels.cmake")
add_library(physics @KIND@ main.cpp)
target_include_directories(physics PRIVATE "@SOURCE@/include")
dotcompute_add_kernels(physics @FILES@)
"""

    def configure(self, kind="OBJECT", files="good.cpp other.cpp", compiler=KERNELC):
        text = self.PROJECT.replace("@SOURCE@", str(SOURCE)).replace("@KIND@", kind)
        self.write("CMakeLists.txt", text.replace("@FILES@", files))
        self.write("main.cpp", "int main() {}\n")
        self.write("good.cpp", GOOD)
        self.write("other.cpp", GOOD.replace("scaled", "other"))
        done = subprocess.run(["cmake", "-G", "Ninja", "-B", "build", f"-DDOTCOMPUTE_KERNELC={compiler}",
                               f"-DCMAKE_CXX_COMPILER={os.environ['CXX']}"],
                              cwd=self.folder, text=True, capture_output=True)
        return done.returncode, " ".join(done.stderr.split())

    def built(self):
        """What a build did: the steps, without their numbers."""
        done = subprocess.run(["cmake", "--build", "build"], cwd=self.folder, text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return [line.partition("] ")[2] for line in done.stdout.splitlines() if "] " in line]

    def test_without_the_compiler_it_says_what_to_install(self):
        status, words = self.configure(compiler="")
        self.assertNotEqual(status, 0)
        self.assertIn("The kernel compiler is not built, so no kernels can be generated.", words)
        self.assertIn("apt-get install libclang-19-dev llvm-19-dev clang-19", words)

    def test_a_static_library_has_to_name_a_function(self):
        status, words = self.configure(kind="STATIC")
        self.assertNotEqual(status, 0)
        self.assertIn("Name a function by FUNCTION", words)

    def test_no_files_are_a_mistake(self):
        status, words = self.configure(files="")
        self.assertNotEqual(status, 0)
        self.assertIn("dotcompute_add_kernels(physics): no files are given.", words)

    def test_only_what_a_change_reaches_is_compiled_again(self):
        self.assertEqual(self.configure(), (0, ""))
        self.assertTrue(any("good.cpu.cpp" in step for step in self.built()))
        self.assertEqual(self.built(), [])

        self.write("good.cpp", GOOD + "// a word more\n")
        self.assertEqual(self.built(), ["Compiling kernels of physics"])

        self.write("good.cpp", GOOD.replace("factor *", "factor +"))
        steps = self.built()
        self.assertEqual(steps[0], "Compiling kernels of physics")
        self.assertTrue(any("good.cpu.cpp" in step for step in steps), steps)
        self.assertFalse(any("other" in step for step in steps), steps)


if __name__ == "__main__":
    try:
        import numpy  # noqa: F401
    except ImportError:
        if "Modules" in sys.argv:
            os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    unittest.main()
