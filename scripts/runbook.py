#!/usr/bin/env python3
"""Executes the runbook, in a folder as an operator has it: every block of commands, every file by its schema.

    runbook.py FOLDER

The runbook says what an operator needs and nothing about tests. A block of commands is run as a script of its
own and has to succeed. OTHERWISE says, by heading and number below it, what is done with a block instead; an
entry without a block is an error, and so is a block that is neither commands nor listed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

RUNBOOK = Path(__file__).resolve().parent.parent / "docs/perf/OPERATOR_RUNBOOK.md"
FOLDER = Path(sys.argv[1]).resolve()

# The exit codes that are as good as 0; or the command that knows the schema of a file; or why it can't be
# executed here.
OTHERWISE: dict[tuple[str, int], tuple[int, ...] | list[str] | str] = {
    ("2. Prerequisites", 0): (0, 1),  # what it finds depends on the machine
    ("From the registry", 0): "needs the registry",
    ("From the registry", 1): "needs the registry and its transparency log",
    ("With Nix", 0): "needs Nix and its network",
    ("The first run", 1): "docker.sh promises runs it: plain_run",
    ("As a page", 1): "the tests' daemon publishes no ports; the command's tests fetch a page",
    ("5. Advanced usage", 1): "takes minutes by design",
    ("5. Advanced usage", 2): (0, 3, 4),
    ("5. Advanced usage", 6): "interactive; docker.sh promises runs the programs",
    ("GitHub Actions", 0): ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    ("GitLab", 0): ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"],
    ("Jenkins", 0): "needs a Jenkins",
    ("Jenkins", 1): "needs a Jenkins",
    ("Kubernetes", 0): ["kubernetes-validate", "--strict"],
    ("Anything with cron", 0): "needs the registry and a crontab",
    ("8. Maintenance", 2): "needs Nix and its network",
    (
        "9. Performance baselines",
        0,
    ): "five thorough runs; crates/bench/tests/command/baseline.rs has the commands",
}


def main() -> int:
    blocks = code_blocks(RUNBOOK.read_text(encoding="utf-8"))
    unknown = [at for at, (language, _) in blocks.items() if language != "sh" and at not in OTHERWISE]
    if wrong := [*(OTHERWISE.keys() - blocks.keys()), *unknown]:
        sys.exit(f"not both a block of {RUNBOOK} and an entry of OTHERWISE: {wrong}")
    for at, (_, code) in blocks.items():
        if problem := check(code, OTHERWISE.get(at, (0,))):
            sys.exit(f"FAILED: {RUNBOOK}, {at}:\n{code}{problem}")
        print(f"ok: {at[0]}: {code.splitlines()[0]}", flush=True)
        # What an operator has kept of an earlier run.
        if (FOLDER / "output/perf.json").exists():
            shutil.copy(FOLDER / "output/perf.json", FOLDER / "output/baseline.json")
    # Each kind of check refuses a block that is wrong.
    for name, word in {
        "Kubernetes": "activeDeadlineSeconds",
        "GitLab": "script",
        "GitHub Actions": "runs-on",
    }.items():
        broken = blocks[name, 0][1].replace(f" {word}:", f" not-{word}:", 1)
        assert check(broken, OTHERWISE[name, 0]), f"{name}: accepted without {word}"
    assert check("jq -e .no_such_field output/perf.json", (0,)), "a command that fails was accepted"
    assert not check("jq -e .benchmarks output/perf.json", (0,)), "no receipt was written"
    return 0


def code_blocks(text: str) -> dict[tuple[str, int], tuple[str, str]]:
    """The language and the code of the blocks, by heading and number below it, but for output (```text)."""
    blocks: dict[tuple[str, int], tuple[str, str]] = {}
    heading = ""
    block = r"^(?:#+ ([^\n]+)|```(\w+)\n(.*?)^```)$"
    for title, language, code in re.findall(block, text, re.MULTILINE | re.DOTALL):
        heading = title or heading
        if language not in ("", "text"):
            blocks[heading, sum(above == heading for above, _ in blocks)] = language, code
    return blocks


def check(code: str, how: tuple[int, ...] | list[str] | str) -> str | None:
    """What is wrong with it."""
    if isinstance(how, str):
        return None
    command, codes = ["bash", "-euo", "pipefail", "-c", code], how
    if isinstance(how, list):
        (FOLDER / "block.yml").write_text(code, encoding="utf-8")
        command, codes = [*how, "block.yml"], (0,)
    done = subprocess.run(
        command, check=False, cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode in codes:
        return None
    tail = (done.stdout + done.stderr).splitlines()[-20:]
    return "\n".join([f"exit {done.returncode}, expected one of {codes}:", *tail])


if __name__ == "__main__":
    sys.exit(main())
