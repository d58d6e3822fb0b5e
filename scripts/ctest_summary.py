#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums the JUnit files that ctest wrote: names failed tests, gives skipped ones their reasons.

The last line reads "N passed, N failed, N skipped". Fails if a test failed or no file was given.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def reason_of(case):
    """Why a test was skipped: what GTEST_SKIP() printed. None: it was not, something stopped it."""
    if case.get("status") == "disabled":
        return "disabled"
    said = case.find("skipped")
    if said is None or not said.get("message", "").startswith("SKIP_"):
        return None
    printed = re.search(r": Skipped\n(.+)", case.findtext("system-out") or "")
    return printed[1] if printed else "no reason given"


def main():
    passed, failed, skipped = 0, [], []
    for path in map(pathlib.Path, sys.argv[1:]):
        run = path.parent.name
        for case in xml.parse(path).getroot().iter("testcase"):
            name = f"{run}: {case.get('name')}"
            reason = reason_of(case)
            if case.get("status") == "run" and case.find("failure") is None:
                passed += 1
            elif reason is not None:
                skipped.append(f"{name}: {reason}")
            else:
                failed.append(name)
    for name in failed:
        print(f"failed   {name}")
    for line in skipped:
        print(f"skipped  {line}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return bool(failed) or len(sys.argv) == 1


if __name__ == "__main__":
    sys.exit(main())
