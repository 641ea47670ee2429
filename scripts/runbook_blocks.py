#!/usr/bin/env python3
"""Takes the runbook apart: each code block into FOLDER/NN, what to do with it into FOLDER/NN.todo.

    runbook_blocks.py RUNBOOK FOLDER

A block's comment stands on the line above it:

    <!-- run: docker -->                 execute it where the image is loaded; must exit 0
    <!-- run: docker, exit 0 or 3 -->    execute it; other exit codes are fine, too
    <!-- run: checkout -->               execute it in the repository's root
    <!-- run by: SCRIPT FUNCTION -->     another test executes it
    <!-- check: SCHEMA -->               a file; validate it
    <!-- not run: REASON -->             neither, and why

A block without one is an error, except for output (```text).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

COMMENT = re.compile(
    r"<!-- (?:run: (?:docker|checkout)(?:, exit \d+(?: or \d+)*)?|run by: \S+ \w+"
    r"|check: [a-z-]+|not run: .+) -->"
)


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: runbook_blocks.py RUNBOOK FOLDER", file=sys.stderr)
        return 2
    runbook, folder = Path(sys.argv[1]), Path(sys.argv[2])
    problems, number = [], 0
    lines = runbook.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        opening = at
        at += 1
        if not lines[opening].startswith("```"):
            continue
        closing = lines.index("```", at)
        at = closing + 1
        if lines[opening] == "```text":
            continue
        comment = lines[opening - 1]
        if not COMMENT.fullmatch(comment):
            problems.append(
                f"{runbook}:{opening + 1}: a code block without a comment that says who runs it,"
                f" or why nobody does; above it stands: {comment!r}"
            )
            continue
        number += 1
        code = "\n".join(lines[opening + 1 : closing]) + "\n"
        (folder / f"{number:02}").write_text(code, encoding="utf-8")
        todo = comment.removeprefix("<!-- ").removesuffix(" -->")
        (folder / f"{number:02}.todo").write_text(f"{todo} (line {opening + 1})\n", encoding="utf-8")
    print(*problems, sep="\n", file=sys.stderr, end="\n" if problems else "")
    if not number:
        print(f"{runbook}: no code block found", file=sys.stderr)
    return 1 if problems or not number else 0


if __name__ == "__main__":
    sys.exit(main())
