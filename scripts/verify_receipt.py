#!/usr/bin/env python3
"""Verify receipts (perf.json), comparisons, self-tests, fleets and counted instructions.

Form, integrity, every derived number, consistency. Written from docs/receipt.md and independent of the
Rust program, so that an error in one of them shows as a disagreement. Standard library only, Python 3.9 or
later; the folder `verify` beside this file has the checks.

usage: verify_receipt.py perf.json [...]

Prints one line a problem: file, place (as jq would ask for it), expected, found.
Exit status: 0 all receipts are sound, 1 at least one is not, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys

from verify import LISTED, Problem, printable, verify
from verify.strict_json import MOST


def problems_of(path: str) -> list[Problem]:
    """The problems of a file, being unreadable among them."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            content = file.read(MOST + 1)
    except (OSError, UnicodeDecodeError) as error:
        return [Problem("", "a readable file in UTF-8", str(error))]
    if len(content) > MOST:
        return [Problem("", f"at most {MOST} characters", "more")]
    return verify(content, os.path.dirname(path))


def main(arguments: list[str]) -> int:
    """Verify each file; the exit status."""
    if any(argument in ("-h", "--help") for argument in arguments):
        print(__doc__)
        return 0
    if not arguments or any(argument.startswith("-") for argument in arguments):
        print("usage: verify_receipt.py perf.json [...]", file=sys.stderr)
        return 2
    bad = 0
    for path in arguments:
        problems = problems_of(path)
        bad += bool(problems)
        for problem in problems[:LISTED]:
            print(f"{printable(path)}: {problem}")
        if len(problems) > LISTED:
            print(f"{printable(path)}: there may be more problems, which are not listed")
        if not problems:
            print(f"{printable(path)}: ok")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
