#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when a file includes a layer that is not below its own. Folders in one row do not know each other.

Tests may include anything and are not looked at."""
import pathlib, re, sys

ROWS = [  # lowest first; a file may include rows below its own, and its own folder
    ["include/dotcompute/base"],
    ["include/dotcompute/backend"],
    ["include/dotcompute/extension"],
    ["include/dotcompute"],
    ["src/base"],
    ["src/platform"],
    ["compiler/kir"],
    ["compiler/analysis"],
    ["compiler/lowering", "compiler/interpret"],
    ["compiler/emit/common"],
    ["compiler/emit/*"],
    ["compiler/frontend"],
    ["compiler/driver"],
    ["src/memory"],
    ["src/discovery", "src/selection", "src/binding", "src/transfer", "src/compilation", "src/result"],
    ["src/execution", "backends/*", "services/*"],
    ["src/runtime"],
    ["bindings/*", "tools/*", "kernels", "examples", "benchmarks"],
]
COMPILER = {"include/dotcompute/base", "src/base", "src/platform", "compiler/kir", "compiler/analysis",
            "compiler/lowering", "compiler/interpret", "compiler/emit/*", "compiler/frontend"}
ONLY = {  # these may include nothing else of ours; a later line is the closer rule
    "backends/*": {"include/dotcompute/base", "include/dotcompute/backend", "src/base", "src/platform"},
    "backends/interpreter": {"include/dotcompute/base", "include/dotcompute/backend", "src/base", "src/platform",
                             "compiler/kir", "compiler/interpret"},
    "services/*": {"include/dotcompute/base", "include/dotcompute/backend", "include/dotcompute/extension",
                   "src/base", "src/platform"},
    "compiler/*": COMPILER,
    "compiler/emit/*": COMPILER,
    "compiler/interpret": COMPILER | {"include/dotcompute/backend"},
}
root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
only = {d.relative_to(root).as_posix(): allowed for glob, allowed in ONLY.items() for d in root.glob(glob)}
layer = {d.relative_to(root).as_posix(): row
         for row, names in reversed(list(enumerate(ROWS))) for n in names for d in root.glob(n) if d.is_dir()}

def folder_of(path):
    return next((p.as_posix() for p in path.relative_to(root).parents if p.as_posix() in layer), None)

def allowed(own, other):
    rule = only.get(own)
    return rule is None or any(pathlib.PurePath(other).match(glob) for glob in rule)

errors = []
for file in sorted(p for top in ("include", "src", "compiler", "backends", "services", "bindings", "tools", "kernels",
                                 "examples", "benchmarks")
                   for p in (root / top).rglob("*.[ch]pp") if "tests" not in p.parts):
    own = folder_of(file)
    if own is None:
        errors.append(f"{file.relative_to(root)}: its folder is in no row of scripts/check_layers.py")
        continue
    for number, line in enumerate(file.read_text().splitlines(), 1):
        name = (re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line) or [None, None])[1]
        bases = [file.parent] + [root / d for d in ("include", "src", "compiler", "backends", "services", ".")]
        hits = [(b / name).resolve() for b in bases if (b / name).is_file()] if name else []
        other = folder_of(hits[0]) if hits else own
        if other is None:
            errors.append(f"{file.relative_to(root)}:{number}: {name} lies in no row of scripts/check_layers.py")
        elif other != own and (layer[other] >= layer[own] or not allowed(own, other)):
            errors.append(f"{file.relative_to(root)}:{number}: {own} may not include {other}")
print("\n".join(errors) or "layers: ok")
sys.exit(bool(errors))
