#!/usr/bin/env python3
"""Fails when a document names a script, file, subcommand or flag that does not exist.

Reads the code blocks and `inline code` of every document, asks the built `bench` for its help, and
lists each drift with file and line. Links are lychee's part.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
BENCH = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "bench"

# A path that starts in one of the repository's folders and has a file's name at its end.
PATH = re.compile(
    r"(?<![\w/.-])(?:\./)?((?:scripts|docs|nix|crates|peers|fuzz|results|\.github|\.ci)/[\w./-]*\w)"
)
# `bench run …`, `./scripts/bench.sh …`, `nix run .#bench -- …`, `docker run … copybook-bench …`
COMMAND = re.compile(
    r"(?:(?<![\w./#-])bench|scripts/bench\.sh|nix run \.#bench --|docker run .*copybook-bench(?::\w+)?)((?: +[^\s`|>&;#]+)+)"
)


def main() -> int:
    problems = [problem for document in sorted(DOCUMENTS) for problem in check(document)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(DOCUMENTS)} documents, {len(problems)} problems")
    return 1 if problems else 0


def check(document: Path) -> Iterator[str]:
    for number, line, fenced in lines(document):
        where = f"{document.relative_to(ROOT)}:{number}"
        for path in PATH.findall(line):
            if "<" not in path and not (ROOT / path).exists():
                yield f"{where}: no such file: {path}"
        for code in [line] if fenced else re.findall(r"`([^`]+)`", line):
            for words in COMMAND.finditer(code):
                yield from (f"{where}: {problem}" for problem in check_command(words[0], words[1].split()))


def lines(document: Path) -> Iterator[tuple[int, str, bool]]:
    """(line number, text, whether inside a code block), with continued lines joined."""
    fenced, held, start = False, "", 0
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
            continue
        start = start or number
        if fenced and line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield start, held + line, fenced
        held, start = "", 0


def check_command(text: str, words: list[str]) -> Iterator[str]:
    implied_run = "bench.sh" in text
    subcommand = "run" if implied_run or words[0].startswith("-") else words.pop(0).strip(",.:;()")
    if not re.fullmatch(r"[a-z]+", subcommand):
        return
    known = subcommands()
    if subcommand not in known:
        if not text.startswith("docker run"):  # the image also runs other programs
            yield f"`{text.strip()}`: no subcommand '{subcommand}' (there are: {', '.join(sorted(known))})"
        return
    for word in words:
        flag = re.match(r"--[a-z][a-z0-9-]*", word)
        if flag and flag[0] not in help_of(subcommand):
            yield f"`{text.strip()}`: 'bench {subcommand}' has no flag {flag[0]}"


@cache
def subcommands() -> frozenset[str]:
    listed = help_of().split("Commands:")[1].split("Options:")[0]
    return frozenset(re.findall(r"^  ([a-z]+)", listed, re.MULTILINE)) | {"help"}


@cache
def help_of(*arguments: str) -> str:
    if not BENCH.exists():
        subprocess.run(
            ["cargo", "build", "--quiet", "--locked", "--release", "-p", "copybook-bench"],
            cwd=ROOT,
            check=True,
        )
    return subprocess.run([BENCH, *arguments, "--help"], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
