#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists which requirements of docs/requirements.md a test names, and which none does.

A test names what it proves in a comment line above it: // R5.2 or // R5.1, R5.2. With --require,
fails if one of the requirements given, R1.1,R2.5-R2.7, has no test.
"""
import argparse
import pathlib
import re
import sys

NUMBER = re.compile(r"R\d+(?:\.\d+)?")


def parse_requirements(path):
    """Number -> text, of the list items that begin with a number in bold."""
    items = re.findall(r"^- \*\*(R\d+(?:\.\d+)?)\*\* (.+?)(?=\n- |\n\n|\n#|\Z)", path.read_text(),
                       re.MULTILINE | re.DOTALL)
    return {number: " ".join(text.split()) for number, text in items}


def find_tests(root):
    """Number -> places of the comments that name it."""
    found = {}
    folders = [root / "tests", *root.glob("backends/*/tests")]
    for file in sorted(p for folder in folders for p in folder.rglob("*")
                       if p.suffix in (".cpp", ".hpp", ".py", ".cmake", ".txt")):
        for line_number, line in enumerate(file.read_text().splitlines(), 1):
            comment = re.match(r"\s*(?://|#) (R\d.*)", line)
            for number in NUMBER.findall(comment[1]) if comment else ():
                found.setdefault(number, []).append(f"{file.relative_to(root)}:{line_number}")
    return found


def expand(text, known):
    """R1.1,R2.5-R2.7 as a list of numbers."""
    numbers = list(known)
    wanted = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        for number in (first, last or first):
            if number not in known:
                sys.exit(f"docs/requirements.md has no {number}.")
        wanted += numbers[numbers.index(first):numbers.index(last or first) + 1]
    return wanted


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--require", default="", help="fail if one of these has no test")
    parser.add_argument("--verbose", action="store_true", help="print the places of the tests")
    arguments = parser.parse_args()

    root = pathlib.Path(__file__).resolve().parent.parent
    requirements = parse_requirements(root / "docs" / "requirements.md")
    tests = find_tests(root)
    required = expand(arguments.require, requirements)
    errors = [f"{places[0]}: no requirement is numbered {number}"
              for number, places in tests.items() if number not in requirements]
    errors += [f"{number} has no test: {requirements[number]}"
               for number in required if number not in tests]

    print("Proven by a test:")
    for number in (n for n in requirements if n in tests):
        places = tests[number]
        detail = " ".join(places) if arguments.verbose else f"{len(places)} in {places[0].rsplit(':', 1)[0]}"
        more = len({p.rsplit(":", 1)[0] for p in places}) > 1 and not arguments.verbose
        print(f"  {number:6} {detail}{' and others' if more else ''}")
    print("Without a test:")
    for number in (n for n in requirements if n not in tests):
        print(f"  {number:6} {requirements[number][:90]}")
    print("\n".join(errors) or "requirements: ok")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main())
