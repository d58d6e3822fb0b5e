#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks, prints the table and writes build/bench/summary.json; see benchmarks/README.md."""
import argparse, json, os, pathlib, platform, re, shlex, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ["overhead_benchmark", "lookup_benchmark", "pool_benchmark", "kernels_benchmark", "selection_benchmark", "devices_benchmark",
            "cache_benchmark"]
# Their cases take up to a second each, that of selection a minute.
MOST_REPETITIONS = {"kernels_benchmark": 3, "pool_benchmark": 5, "selection_benchmark": 1, "devices_benchmark": 3,
                    "cache_benchmark": 3}
TO_NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
CALLS = {name: name for name in ("direct_call", "std_function", "tbb_parallel_for", "openmp",
                                 "kokkos_serial_fence", "starpu")}


class Missing(Exception):
    """A case that no program has: its peer is not installed."""


class Samples:
    """All repetitions of all runs, by case: nanoseconds, or calls per second."""

    def __init__(self):
        self.by_case = {}

    def add(self, output):
        for case in output["benchmarks"]:
            if case.get("error_occurred"):
                sys.exit(f"run.py: {case['name']}: {case['error_message']}")
            if case["run_type"] != "iteration":
                continue
            name = re.split("/(?:iterations|min_time):", case["run_name"])[0]
            value = case.get("calls_per_second", case["real_time"] * TO_NANOSECONDS[case["time_unit"]])
            self.by_case.setdefault(name, []).append(value)

    def median(self, case):
        if case not in self.by_case:
            raise Missing(case)
        return statistics.median(self.by_case[case])

    def best(self, case, unit):
        return (max if unit == "1/s" else min)(self.by_case[case])


# How a number is made from the medians of cases.

def whole(case, scale=1.0):
    return lambda samples: samples.median(case) / scale

def ratio(above, below):
    return lambda samples: samples.median(above) / samples.median(below)

def difference(case, less):
    return lambda samples: samples.median(case) - samples.median(less)

def threads(case, more, fewer):
    return ratio(f"throughput/{case}/threads:{more}", f"throughput/{case}/threads:{fewer}")

def call(case):
    """One call of a case that takes a block and gives it back."""
    return whole(case, 2.0)

def worst_call(names):
    """That of the size for which it is dearest."""
    sizes = [256, 4 << 10, 64 << 10, 1 << 20, 8 << 20, 64 << 20]
    return lambda samples: max(call(f"pool/same_thread/{name}/{size}")(samples) for name in names for size in sizes)

def slowdown(case):
    return ratio(f"large/{case}/busy:1", f"large/{case}/busy:0")


class Result:
    """One id: how its value and its anchors are made, and what it should be."""

    def __init__(self, name, unit, value, anchors, target, is_met, best=None):
        self.name, self.unit, self.value, self.anchors = name, unit, value, anchors
        self.target, self.is_met, self.best = target, is_met, best


def above_direct_call(limit):
    return lambda value, anchors: value - anchors["direct_call"] <= limit


def kernel_results():
    """One id for each kernel and size: on all threads, with what others need as anchors."""
    usual = [16384, 1 << 20, 1 << 24]
    sizes = {"vector_add": usual, "saxpy": usual, "stencil": usual, "sum": usual, "black_scholes": usual,
             "nbody": [1024, 8192], "matmul": [512, 1024], "mandelbrot": usual}
    ways = ["one_thread", "hand", "hand_fast_math", "tbb", "openmp"]
    more = {"black_scholes": ["hand_avx2"], "nbody": ["hand_avx2"], "matmul": ["openblas"]}
    for kernel, counts in sizes.items():
        for count in counts:
            name = f"kernel/{kernel}/{count}"
            target, is_met = kernel_target(kernel, count)
            yield Result(name, "us", whole(f"{name}/dotcompute", 1e3),
                         {way: whole(f"{name}/{way}", 1e3) for way in ways + more.get(kernel, [])},
                         target, is_met, best=f"{name}/dotcompute")


def kernel_target(kernel, count):
    """(what the table says, whether it is met)"""
    parallel = lambda anchors: min(anchors[way] for way in ("tbb", "openmp"))
    loops = lambda anchors: min(anchors[way] for way in ("hand", "hand_fast_math", "tbb", "openmp"))
    if kernel in ("vector_add", "saxpy", "stencil"):
        if count == 16384:
            return "75 % of the best", lambda value, anchors: value * 0.75 <= loops(anchors)
        return ("95 % of tbb, openmp",
                lambda value, anchors: value * 0.95 <= parallel(anchors) and value * 0.9 <= loops(anchors))
    if kernel == "sum" and count == 1 << 24:
        return "80 % of the best", lambda value, anchors: value * 0.8 <= loops(anchors)
    if kernel in ("black_scholes", "nbody"):
        share = 0.8 if kernel == "black_scholes" else 0.85
        return (f"one_thread {share:.0%} of hand_avx2",
                lambda _, anchors: anchors["one_thread"] * share <= anchors["hand_avx2"])
    if kernel == "matmul" and count == 512:
        return "one_thread <= hand / 12", lambda _, anchors: anchors["one_thread"] * 12 <= anchors["hand"]
    return "", None


PROCESSORS = len(os.sched_getaffinity(0))
# As slow as if the neighbour had taken its processor for itself, and a tenth more.
CLIFF = 1.1 * PROCESSORS / max(1, PROCESSORS - 1)

RESULTS = [
    Result("overhead/by_name", "ns", whole("by_name"),
           {**{name: whole(case) for name, case in CALLS.items()}, "null_back_end": whole("by_name/null")},
           "<= direct + 100", above_direct_call(100), best="by_name"),
    Result("overhead/handle", "ns", whole("handle"),
           {**{name: whole(case) for name, case in CALLS.items()}, "null_back_end": whole("handle/null")},
           "<= direct + 30", above_direct_call(30), best="handle"),
    Result("lookup/hot_1e6", "ns", whole("lookup/hot"),
           {"absl_flat_hash_map": whole("lookup/hot/absl_flat_hash_map")},
           "<= 12", lambda value, _: value <= 12, best="lookup/hot"),
    Result("lookup/random_1e6", "ns", whole("lookup/random"),
           {"absl_flat_hash_map": whole("lookup/random/absl_flat_hash_map")},
           "<= absl / 2", lambda value, anchors: value <= anchors["absl_flat_hash_map"] / 2, best="lookup/random"),
    Result("throughput/calls_per_second_1", "1/s", whole("throughput/handle/threads:1"),
           {name: whole(f"throughput/{name}/threads:1") for name in ("direct_call", "tbb_parallel_for")},
           ">= 8e6", lambda value, _: value >= 8e6, best="throughput/handle/threads:1"),
    Result("throughput/scaling_2", "ratio", threads("handle", 2, 1),
           {name: threads(name, 2, 1) for name in ("direct_call", "tbb_parallel_for")},
           ">= 1.8", lambda value, _: value >= 1.8),
    Result("throughput/scaling_8", "ratio", threads("handle", 8, 2),
           {name: threads(name, 8, 2) for name in ("direct_call", "tbb_parallel_for")},
           ">= 0.9", lambda value, _: value >= 0.9),
    Result("async/small", "ns", whole("async_small"),
           {name: whole(name) for name in ("direct_call", "tbb_task", "std_async", "starpu")},
           "no thread hop", lambda value, _: True, best="async_small"),  # the program fails if there is one
    Result("async/big_submit", "us", whole("big_submit", 1e3),
           {"whole_call": whole("large/dotcompute/busy:0", 1e3), "std_async": whole("big_submit/std_async", 1e3)},
           "<= whole / 20", lambda value, anchors: value <= anchors["whole_call"] / 20, best="big_submit"),
    Result("binding/named_4", "ns", difference("named_4", "named_4/handle"),
           {"by_name": whole("named_4"), "by_name_in_order": whole("named_4/in_order"),
            "positional": whole("named_4/positional"), "handle": whole("named_4/handle")},
           "", None),
    Result("pool/same_thread", "ns", worst_call(["device", "host"]),
           {name: worst_call([name]) for name in ("device", "host", "malloc", "tcmalloc")},
           "<= 8", lambda value, _: value <= 8),
    Result("pool/cross_thread", "ns", call("pool/cross_thread/device"),
           {name: call(f"pool/cross_thread/{name}") for name in ("host", "malloc", "tcmalloc")},
           "<= 25", lambda value, _: value <= 25),
    Result("pool/live_1e6", "ns", call("pool/live_1e6/last_first/device"),
           {**{name: call(f"pool/live_1e6/last_first/{name}") for name in ("host", "malloc", "tcmalloc")},
            **{f"random_{name}": call(f"pool/live_1e6/random/{name}")
               for name in ("device", "host", "malloc", "tcmalloc")}},
           "<= 10, random <= tcmalloc",
           lambda value, anchors: value <= 10 and anchors["random_device"] <= anchors["random_tcmalloc"]),
    Result("pool/live_1e7", "ns", whole("pool/live_1e7/first_take"),
           {"bytes_live": whole("pool/live_1e7/bytes_live"), "bytes_kept": whole("pool/live_1e7/bytes_kept")},
           "<= 24 bytes each", lambda _, anchors: anchors["bytes_live"] <= 24),
    Result("pool/big_block", "ns", whole("pool/big_block/host"),
           {name: whole(f"pool/big_block/{name}") for name in ("malloc", "tcmalloc")},
           "<= malloc / 200", lambda value, anchors: value <= anchors["malloc"] / 200, best="pool/big_block/host"),
    *kernel_results(),
    Result("compiler/pack_seconds", "s", whole("compiler/pack"), {"megabytes": whole("compiler/pack_megabytes")},
           "<= 3, 300 MB", lambda value, anchors: value <= 3 and anchors["megabytes"] <= 300, best="compiler/pack"),
    Result("opencl/launch", "us", whole("opencl/launch", 1e3),
           {"raw_opencl": whole("opencl/launch/raw_opencl", 1e3)},
           "<= raw + 1", lambda value, anchors: value - anchors["raw_opencl"] <= 1, best="opencl/launch"),
    Result("overlap/three_stages", "ratio", ratio("overlap/three_stages", "overlap/three_stages/serial"), {},
           "<= 0.45", lambda value, _: value <= 0.45),
    Result("cache/disk", "us", whole("cache/disk", 1e3), {"cold_build": whole("cache/cold_build", 1e3)},
           "<= cold / 20", lambda value, anchors: value <= anchors["cold_build"] / 20, best="cache/disk"),
    Result("selection/first_call", "ratio", whole("selection/first_call"), {},
           "<= 1.25", lambda value, _: value <= 1.25, best="selection/first_call"),
    Result("interference/slowdown", "ratio", slowdown("dotcompute"),
           {name: slowdown(name) for name in ("openmp", "tbb_parallel_for")},
           f"<= {CLIFF:.2f}", lambda value, _: value <= CLIFF),
]


def run_program(path, arguments, directory):
    output = directory / f"{path.name}.json"
    environment = {**os.environ, "STARPU_SILENT": "1", "STARPU_HOME": str(directory / "starpu")}
    run = subprocess.run([path, "--benchmark_enable_random_interleaving=true", "--benchmark_out_format=json",
                          f"--benchmark_out={output}", *arguments],
                         env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        sys.exit(f"run.py: {path.name} failed:\n{run.stdout}")
    return json.loads(output.read_text())


def measure(arguments, directory):
    samples = Samples()
    repetitions, rounds = (1, 1) if arguments.quick else (arguments.repetitions, arguments.rounds)
    for number in range(rounds):
        for name in PROGRAMS:
            print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
            count = min(repetitions, MOST_REPETITIONS.get(name, repetitions))
            samples.add(run_program(arguments.build_dir / "benchmarks" / name,
                                    [f"--benchmark_repetitions={count}"], directory))
        measure_compiler(arguments.build_dir, samples)
    return samples


def measure_compiler(build_dir, samples):
    """One run of the kernel compiler over the whole pack."""
    compiler = build_dir / "compiler" / "driver" / "dotcompute-kernelc"
    files = sorted(file for file in (ROOT / "kernels").glob("*.cpp") if "pack" not in file.name)
    if not compiler.exists():
        return
    with tempfile.TemporaryDirectory() as directory:
        begin = time.perf_counter()
        process = subprocess.Popen([compiler, "--output-directory", directory, f"-I{ROOT / 'include'}", *files])
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit("run.py: the kernel compiler failed")
    samples.by_case.setdefault("compiler/pack", []).append(seconds)
    samples.by_case.setdefault("compiler/pack_megabytes", []).append(usage.ru_maxrss / 1024)


def summarise(samples):
    """[(result, {id, value, unit, anchors}, names of missing peers)]"""
    rows = []
    for result in RESULTS:
        try:
            result.value(samples)
        except Missing as case:
            print(f"{result.name}: not measured, as there is no {case}", file=sys.stderr)
            continue
        anchors, missing = {}, []
        for name, anchor in result.anchors.items():
            try:
                anchors[name] = anchor(samples)
            except Missing:
                missing.append(name)
        rows.append((result, {"id": result.name, "value": result.value(samples), "unit": result.unit,
                              "anchors": anchors}, missing))
    return rows


def number(value, unit):
    return f"{value:.2e}" if unit == "1/s" else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def verdict(result, entry):
    if result.is_met is None:
        return ""
    try:
        return "met" if result.is_met(entry["value"], entry["anchors"]) else "MISSED"
    except KeyError as anchor:
        return f"unknown: {anchor.args[0]} is not installed"


def print_table(samples, rows):
    lines = [["id", "median", "best", "unit", "target", "", "anchors (medians)"]]
    for result, entry, missing in rows:
        scale = 1e3 if result.unit == "us" else 1.0
        best = number(samples.best(result.best, result.unit) / scale, result.unit) if result.best else ""
        anchors = [f"{name} {number(value, result.unit)}" for name, value in entry["anchors"].items()]
        anchors += [f"{name} not installed" for name in missing]
        lines.append([result.name, number(entry["value"], result.unit), best, result.unit, result.target,
                      verdict(result, entry), ", ".join(anchors)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())


def cpu_facts():
    facts = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    flags = facts.get("flags", "").split()
    sets = [name for name in ("sse4_2", "avx2", "fma", "avx512f") if name in flags]
    return f"{facts.get('model name', platform.machine())}, {PROCESSORS} processors, {' '.join(sets)}"


def build_facts(build_dir):
    cache = {}
    for line in (build_dir / "CMakeCache.txt").read_text().splitlines():
        key, separator, value = line.partition("=")
        if separator:
            cache[key.partition(":")[0]] = value
    compiler = subprocess.run([cache["CMAKE_CXX_COMPILER"], "--version"], capture_output=True, text=True)
    return f"{compiler.stdout.splitlines()[0]}, {cache.get('CMAKE_BUILD_TYPE') or 'no build type'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build-dir", type=pathlib.Path, default=ROOT / "build" / "release",
                        help="where the benchmarks were built (default: build/release)")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build" / "bench",
                        help="directory for summary.json (default: build/bench)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program, in turns")
    parser.add_argument("--repetitions", type=int, default=15, help="of each case in a run, in random order")
    parser.add_argument("--quick", action="store_true",
                        help="only see that all cases run: writes quick.json, whose numbers mean nothing")
    arguments = parser.parse_args()

    arguments.output.mkdir(parents=True, exist_ok=True)
    load_before = os.getloadavg()[0]
    samples = measure(arguments, arguments.output)
    rows = summarise(samples)
    print(f"command: {shlex.join(['python3', *sys.argv])}")
    print(f"machine: {cpu_facts()}")
    print(f"build:   {build_facts(arguments.build_dir)}")
    print(f"load:    {load_before:.2f} before, {os.getloadavg()[0]:.2f} after (1 minute)")
    if load_before > 0.5 * PROCESSORS:
        print("warning: the machine was busy; the numbers are worse than they should be")
    print()
    print_table(samples, rows)
    summary = arguments.output / ("quick.json" if arguments.quick else "summary.json")
    summary.write_text(json.dumps([entry for _, entry, _ in rows], indent=2) + "\n")
    print(f"\nwritten: {summary}")

    if arguments.quick:
        ids = {entry["id"] for entry in json.loads(summary.read_text()) if entry["value"] is not None}
        if ids != {result.name for result, _, _ in rows}:
            sys.exit("run.py: ids are missing in the summary")


if __name__ == "__main__":
    main()
