# SPDX-License-Identifier: Apache-2.0
"""Drives the program named by DOTC with files that NumPy writes and reads.

DOTC_TEST_KERNELS is the shared library made of test_kernels.cpp.
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
except ImportError:
    sys.exit(f"{sys.executable} has no NumPy, which these tests compare with: "
             "install python3-numpy (scripts/bootstrap.sh does)")

DOTC = os.environ["DOTC"]
MODULE = os.environ["DOTC_TEST_KERNELS"]
TYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
         "float16", "float32", "float64"]


class Program(unittest.TestCase):
    """A folder of its own for each test, in which the program runs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_dotc(self, *arguments):
        return subprocess.run([DOTC, *map(str, arguments)], cwd=self.folder, text=True,
                              capture_output=True, timeout=240)

    def succeed(self, *arguments):
        done = self.run_dotc(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout

    def refuse(self, *arguments, saying, status=2):
        """The program ends with `status` and one line that has all the words of `saying`."""
        done = self.run_dotc(*arguments)
        self.assertEqual(done.returncode, status, done)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(done.stdout, "")
        for words in [saying] if isinstance(saying, str) else saying:
            self.assertIn(words, done.stderr)
        return done.stderr

    def save(self, name, array):
        np.save(self.folder / name, array)
        return array

    def load(self, name):
        return np.load(self.folder / name, allow_pickle=False)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())


class Arrays(Program):
    def sample(self, dtype):
        values = np.arange(-6, 6).reshape(3, 4) * (0.37 if "float" in dtype else 1)
        return values.astype(dtype)

    def copy(self, dtype, source="a.npy"):
        self.succeed("run", "copy_" + dtype, "--module", MODULE, "--in", "from=" + source,
                     "--out", "to=r.npy")
        return self.load("r.npy")

    def expect_same(self, given, expected):
        self.assertEqual(given.dtype, expected.dtype)
        np.testing.assert_array_equal(given, expected)

    def test_every_element_type_passes_unchanged(self):
        for dtype in TYPES:
            with self.subTest(dtype):
                expected = self.save("a.npy", self.sample(dtype))
                self.expect_same(self.copy(dtype), expected)

    def test_big_endian_files_are_read(self):
        for dtype in TYPES:
            with self.subTest(dtype):
                native = self.sample(dtype)
                self.save("a.npy", native.astype(native.dtype.newbyteorder(">")))
                self.expect_same(self.copy(dtype), native)

    def test_every_format_version_is_read(self):
        expected = self.sample("float32")
        for version in [(1, 0), (2, 0), (3, 0)]:
            with self.subTest(version):
                with open(self.folder / "a.npy", "wb") as file:
                    np.lib.format.write_array(file, expected, version=version)
                self.expect_same(self.copy("float32"), expected)

    def test_written_headers_are_aligned_to_64_bytes(self):
        self.save("a.npy", self.sample("uint8"))
        self.copy("uint8")
        with open(self.folder / "r.npy", "rb") as file:
            self.assertEqual(np.lib.format.read_magic(file), (1, 0))
            np.lib.format.read_array_header_1_0(file)
            self.assertEqual(file.tell() % 64, 0)

    def test_single_values_of_every_type_arrive(self):
        for dtype in TYPES:
            with self.subTest(dtype):
                value = "true" if dtype == "bool" else "1.25" if "float" in dtype else "125"
                self.succeed("run", "hold_" + dtype, "--module", MODULE, "--set",
                             "value=" + value, "--out", "to=r.npy")
                number = 1 if dtype == "bool" else float(value)
                self.expect_same(self.load("r.npy"), np.array([number], dtype=dtype))

    def test_inout_files_are_replaced(self):
        x = self.save("x.npy", np.linspace(0, 1, 1000, dtype=np.float32))
        y = self.save("y.npy", np.arange(1000, dtype=np.float32))
        self.succeed("run", "saxpy", "--set", "a=2.5", "--in", "x=x.npy", "--inout", "y=y.npy")
        np.testing.assert_allclose(self.load("y.npy"), np.float32(2.5) * x + y, rtol=1e-6)
        self.assertEqual(self.names(), ["x.npy", "y.npy"])

    def test_inout_files_stay_if_the_kernel_fails(self):
        x = self.save("x.npy", np.arange(5, dtype=np.float32))
        self.refuse("run", "spoil", "--module", MODULE, "--inout", "x=x.npy", status=1,
                    saying="spoiled on purpose")
        np.testing.assert_array_equal(self.load("x.npy"), x)
        self.assertEqual(self.names(), ["x.npy"])

    def test_shape_and_range_can_be_given(self):
        self.succeed("run", "ids", "--module", MODULE, "--shape", "to=2,3,4", "--out", "to=r.npy")
        z, y, x = np.indices((2, 3, 4))
        np.testing.assert_array_equal(self.load("r.npy"), 100 * z + 10 * y + x)

        a = self.save("a.npy", np.arange(10, dtype=np.int32))
        self.succeed("run", "simple_kernel", "--inout", "values=a.npy", "--range", "4")
        np.testing.assert_array_equal(self.load("a.npy"), a + (a < 4))

    def test_elements_that_no_item_writes_are_zero(self):
        self.save("a.npy", np.ones(1000, dtype=np.float32))
        self.succeed("run", "vector_double", "--in", "x=a.npy", "--range", "3", "--out",
                     "result=r.npy")
        np.testing.assert_array_equal(self.load("r.npy"), [2.0] * 3 + [0.0] * 997)

    def test_a_kernel_with_several_outputs_writes_those_asked_for(self):
        for name in ["spot", "strike", "years"]:
            self.save(name + ".npy", np.ones(3, dtype=np.float32))
        out = self.succeed("run", "black_scholes", "--in", "spot=spot.npy", "--in",
                           "strike=strike.npy", "--in", "years=years.npy", "--set", "rate=0.05",
                           "--set", "volatility=0.2", "--out", "put=put.npy", "--json")
        self.assertAlmostEqual(self.load("put.npy")[0], 0.0557352, places=6)
        self.assertEqual([entry["file"] for entry in json.loads(out)["written"]], ["put.npy"])

    def test_the_same_file_may_be_read_and_written(self):
        a = self.save("a.npy", np.arange(7, dtype=np.float32))
        self.succeed("run", "vector_double", "--in", "x=a.npy", "--out", "result=a.npy")
        np.testing.assert_array_equal(self.load("a.npy"), 2 * a)

    def test_a_device_can_be_chosen(self):
        self.save("a.npy", np.arange(7, dtype=np.float32))
        out = self.succeed("run", "vector_double", "--in", "x=a.npy", "--device", "cpu:0")
        self.assertIn("on cpu:0", out)


class Errors(Program):
    def refuse_input(self, name, saying):
        self.refuse("run", "vector_double", "--in", f"x={name}", "--out", "result=r.npy",
                    saying=[f"dotc: {name}: ", saying])
        self.assertNotIn("r.npy", self.names())

    def refuse_content(self, content, saying):
        (self.folder / "a.npy").write_bytes(content)
        self.refuse_input("a.npy", saying)

    def content(self):
        self.save("a.npy", np.arange(5, dtype=np.float32))
        return (self.folder / "a.npy").read_bytes()

    def test_damaged_files(self):
        whole = self.content()
        self.refuse_content(b"", "got an empty file")
        self.refuse_content(whole[:9], "truncated")
        self.refuse_content(whole[:60], "truncated")
        self.refuse_content(whole[:-1], "truncated")
        self.refuse_content(whole + b"x", "something follows the array")
        self.refuse_content(b"NUMPY" + whole[5:], "expected a NumPy array")
        self.refuse_content(whole.replace(b"descr", b"descx"), "descx")
        self.refuse_content(whole.replace(b"(5,)", b"[5,]"), "'('")
        self.refuse_content(b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + whole[10:], "truncated")
        self.refuse_content(whole.replace(b"(5,), }" + b" " * 40, b"(9223372036854775807, 4), }"
                                          + b" " * 20), "2^64 bytes")

    def test_files_of_another_kind(self):
        self.save("a.npy", np.asfortranarray(np.ones((2, 3), dtype=np.float32)))
        self.refuse_input("a.npy", "numpy.ascontiguousarray")
        for dtype in ["complex64", "U3", "S3", "datetime64[s]", [("x", "f4")]]:
            self.save("a.npy", np.zeros(3, dtype=dtype))
            self.refuse_input("a.npy", "dtype")
        self.save("a.npy", np.arange(5))
        self.refuse_input("a.npy", "expected float32")
        self.save("a.npy", np.float32(3))
        self.refuse_input("a.npy", "--set")
        self.save("a.npy", np.zeros((1, 1, 1, 1), dtype=np.float32))
        self.refuse_input("a.npy", "4 axes")
        self.refuse_input("missing.npy", "No such file")
        (self.folder / "folder").mkdir()
        self.refuse_input("folder", "a directory")

    def test_outputs_that_cannot_be_written(self):
        self.save("a.npy", np.arange(5, dtype=np.float32))
        for name in ["missing/r.npy", "."]:
            self.refuse("run", "vector_double", "--in", "x=a.npy", "--out", f"result={name}",
                        saying=f"dotc: {name}: ")

    def test_wrong_arguments(self):
        self.save("a.npy", np.arange(5, dtype=np.float32))
        self.save("b.npy", np.arange(6, dtype=np.float32))
        self.refuse("run", "vector_dobule", saying="vector_double")
        self.refuse("run", "vector_double", saying="--in x=FILE.npy")
        self.refuse("run", "vector_double", "--in", "result=a.npy", saying="--out")
        self.refuse("run", "vector_add", "--in", "a=a.npy", "--in", "b=b.npy",
                    saying=["b.npy: ", "vector_add"])
        self.refuse("run", "saxpy", "--set", "a=two", "--in", "x=a.npy", "--inout", "y=a.npy",
                    saying=["--set a", "'two'"])
        self.refuse("run", "ids", "--module", MODULE, "--out", "to=r.npy", saying="to")
        self.refuse("run", "vector_double", "--in", "x=a.npy", "--range", "6",
                    saying=["a.npy: ", "vector_double"])
        self.refuse("run", "vector_double", "--in", "x=a.npy", "--range", "5,2",
                    saying=["--range", "1 axis", "5 x 2"])
        self.refuse("run", "vector_double", "--in", "x=a.npy", "--device", "cpu:9",
                    saying=["cpu:0", "'cpu:9'"])

    def test_wrong_usage(self):
        self.refuse(saying="subcommand")
        self.refuse("fly", saying="fly")
        self.refuse("run", saying="kernel")
        self.refuse("devices", "--module", "missing.so", saying="missing.so")
        self.refuse("devices", "--log-level", "loud", saying="'loud'")
        self.refuse("devices", "--config", "missing.toml", saying="missing.toml")

    def test_answers_that_cannot_be_written(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([DOTC, "devices"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard output", done.stderr)


class Answers(Program):
    def json_of(self, *arguments):
        text = self.succeed(*arguments, "--json")
        subprocess.run([sys.executable, "-m", "json.tool"], input=text, text=True, check=True,
                       capture_output=True)
        return json.loads(text)

    def test_devices(self):
        answer = self.json_of("devices")
        self.assertIn("cpu:0", [device["id"] for device in answer["devices"]])
        rates = {device["id"]: device.get("rates") for device in answer["devices"]}
        self.assertGreater(rates["cpu:0"]["memory_bytes_per_nanosecond"], 0)
        self.assertIsNone(rates.get("null:0"), "a device that is never chosen has no rates")
        self.assertIn("cpu", [backend["name"] for backend in answer["backends"]])
        self.assertIn("cpu:0", self.succeed("devices"))

    def test_simulated_devices(self):
        (self.folder / "c.toml").write_text('[dotcompute]\nsimulated = "speed=4;memory=1GiB"\n')
        answer = self.json_of("devices", "--config", "c.toml")
        memory = {device["id"]: device["memory_bytes"] for device in answer["devices"]}
        self.assertEqual(memory["sim:1"], 1 << 30)
        self.assertIn("sim:0", memory)
        (self.folder / "c.toml").write_text('[dotcompute]\nsimulated = "colour=red"\n')
        self.refuse("devices", "--config", "c.toml", saying=["simulated", "colour=red"])

    def test_the_pool_of_a_device_with_memory_of_its_own(self):
        (self.folder / "c.toml").write_text('[dotcompute]\nsimulated = "speed=4"\nmax_device_bytes = "256MiB"\n')
        pools = {device["id"]: device.get("pool")
                 for device in self.json_of("devices", "--config", "c.toml")["devices"]}
        self.assertIsNone(pools["cpu:0"], "it works in the host's memory")
        self.assertEqual(pools["sim:0"]["budget_bytes"], 256 << 20)
        for count in ["live_buffers", "live_bytes", "cached_bytes", "hits", "misses"]:
            self.assertIn(count, pools["sim:0"])
        self.assertRegex(self.succeed("devices", "--config", "c.toml"),
                         r"pool: \d+ live with .* hits, .* misses, at most 256 MiB")

    def test_every_fact_of_a_device(self):
        [cpu] = [device for device in self.json_of("devices")["devices"] if device["id"] == "cpu:0"]
        for fact in ["vendor", "driver_version", "memory_bytes", "max_allocation_bytes",
                     "wraps_host_memory", "copies_beside_launches", "has_int64_atomics"]:
            self.assertIn(fact, cpu)

    def test_cache(self):
        (self.folder / "c.toml").write_text('[dotcompute]\ncache_directory = "kept"\n')
        config = ["--config", "c.toml"]
        self.assertEqual(self.succeed("cache", "path", *config).strip(),
                         str(self.folder.resolve() / "kept"))
        self.assertEqual(self.json_of("cache", "stats", *config)["programs"], 0)
        self.assertEqual(self.json_of("cache", "clear", *config)["removed"], 0)
        self.assertFalse((self.folder / "kept").exists())
        self.refuse("cache", "away", saying="away")
        (self.folder / "kept").write_text("a file in its place")
        self.refuse("cache", "stats", *config, saying="Not a directory")

    def test_doctor(self):
        (self.folder / "c.toml").write_text('[dotcompute]\ndisk_cache = false\n')
        answer = self.json_of("doctor", "--config", "c.toml")
        self.assertTrue(answer["works"])
        self.assertIn("kernels", [finding["name"] for finding in answer["findings"]])

    def test_kernels(self):
        everything = self.json_of("kernels", "--module", MODULE)
        names = [kernel["name"] for kernel in everything]
        self.assertEqual(names, sorted(names))
        self.assertIn("saxpy", names)
        self.assertIn("test::copy_float16", names)
        [saxpy] = self.json_of("kernels", "saxpy")
        self.assertEqual([parameter["name"] for parameter in saxpy["parameters"]], ["a", "x", "y"])
        self.assertIn("--inout", self.succeed("kernels", "saxpy"))
        self.refuse("kernels", "saxpi", saying="saxpy")

    def test_kernels_as_text(self):
        if "opencl" not in self.json_of("kernels", "saxpy")[0]["backends"]:
            self.skipTest("built without the kernel compiler: the pack has no texts")
        self.assertIn("kernel void saxpy(", self.succeed("kernels", "saxpy", "--source", "opencl"))
        self.assertIn("kernel saxpy {", self.succeed("kernels", "saxpy", "--source", "kir"))
        self.assertEqual(self.json_of("kernels", "max", "--source", "opencl")["entry_point"], "max_")
        self.assertIn("stencil of radius 1", self.succeed("kernels", "stencil5"))
        self.refuse("kernels", "saxpi", "--source", "kir", saying="saxpy")
        self.refuse("kernels", "test::copy_float16", "--source", "kir", "--module", MODULE,
                    saying="no text")

    def test_explain_runs_nothing(self):
        a = self.save("a.npy", np.ones((3, 4), dtype=np.float32))
        b = self.save("b.npy", np.ones((4, 5), dtype=np.float32))
        arguments = ["matmul", "--in", "a=a.npy", "--in", "b=b.npy", "--out", "result=r.npy"]
        answer = self.json_of("explain", *arguments)
        self.assertEqual(answer["device"], "cpu:0")
        self.assertEqual(answer["range"], [5, 3, 1])
        self.assertEqual(answer["outputs"], [{"parameter": "result", "shape": [3, 5]}])
        self.assertIn("cpu:0", self.succeed("explain", *arguments))
        self.assertEqual(self.names(), ["a.npy", "b.npy"])

        self.succeed("run", *arguments)
        np.testing.assert_array_equal(self.load("r.npy"), a @ b)

    def test_run_tells_what_happened(self):
        self.save("a.npy", np.arange(5, dtype=np.float32))
        arguments = ["run", "vector_double", "--in", "x=a.npy", "--out", "result=r.npy"]
        answer = self.json_of(*arguments)
        self.assertEqual((answer["kernel"], answer["items"]), ("vector_double", 5))
        self.assertEqual(answer["written"][0]["shape"], [5])
        self.assertIn("result -> r.npy: float32 (5,)", self.succeed(*arguments))

    def test_help_and_version(self):
        self.assertRegex(self.succeed("--version"), r"^dotc \d+\.\d+\.\d+\n$")
        for arguments in [["--help"], ["run", "--help"], ["demo", "--help"]]:
            self.assertIn("--", self.succeed(*arguments))


class Demo(Program):
    def size_of(self, name):
        content = (self.folder / name).read_bytes()
        self.assertEqual(content[:8], b"\x89PNG\r\n\x1a\n")
        return struct.unpack(">II", content[16:24])

    def test_demo_writes_a_checked_picture_of_two_megapixels(self):
        out = self.succeed("demo", "edges.png")
        self.assertIn("checked: ok", out)
        width, height = self.size_of("edges.png")
        self.assertGreaterEqual(width // 2 * height, 2_000_000)

        # Its own picture, taken as a photograph.
        answer = json.loads(self.succeed("demo", "--input", "edges.png", "--json"))
        self.assertTrue(answer["checked"])
        self.assertEqual([stage["kernel"] for stage in answer["stages"]],
                         ["grey", "blur3", "sobel"])
        self.assertEqual(self.size_of("dotcompute_demo.png"), (2 * width, height))

    def test_demo_refuses_what_is_no_picture(self):
        (self.folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
        self.refuse("demo", "--input", "a.png", saying="dotc: a.png: expected a PNG picture")
        self.refuse("demo", "missing/b.png", saying="dotc: missing/b.png: ")
        self.assertEqual(self.names(), ["a.png"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
