#!/usr/bin/env python3
"""Executes the runbook, in a folder as an operator has it: every command block, every file by its schema.

    runbook.py FOLDER

The runbook says what an operator needs and nothing about tests: BLOCKS below lists, heading by heading,
what is done with each code block. A block that is not listed is an error, and so is an entry without one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNBOOK = ROOT / "docs/perf/OPERATOR_RUNBOOK.md"
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()


def execute(*codes: int, before: str = "") -> Callable[[str], str | None]:
    """Run it as a script of its own, after `before`, and expect one of these exit codes, or 0."""

    def check(code: str) -> str | None:
        script = ["bash", "-euo", "pipefail", "-c", f"{before}\n{code}"]
        done = subprocess.run(
            script, check=False, cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode in (codes or (0,)):
            return None
        tail = (done.stdout + done.stderr).splitlines()[-20:]
        return "\n".join([f"exit {done.returncode}, expected one of {codes or (0,)}:", *tail])

    return check


def validate(*command: str) -> Callable[[str], str | None]:
    """It is a file; the command knows its schema."""

    def check(code: str) -> str | None:
        path = FOLDER / "block.yml"
        path.write_text(code, encoding="utf-8")
        done = subprocess.run([*command, path], check=False, capture_output=True, text=True)
        return done.stdout + done.stderr if done.returncode else None

    return check


def leave(reason: str) -> Callable[[str], str | None]:
    """It can't be executed here, for this reason."""
    return lambda _: None if reason else "no reason"


BLOCKS = {
    "2. Prerequisites": [execute(0, 1)],  # what it finds depends on the machine
    "From the registry": [leave("needs the registry"), leave("needs the registry and its transparency log")],
    "From a file, where there is no registry": [execute()],
    "With Nix": [leave("needs Nix and its network")],
    "The first run": [execute(), leave("docker.sh promises runs it: plain_run")],
    "4. Understanding output": [execute(), execute()],
    "As a page": [execute(), leave("the tests' daemon publishes no ports; the command's tests fetch a page")],
    "5. Advanced usage": [
        execute(),
        leave("takes minutes by design"),
        execute(0, 3, 4),
        execute(),
        execute(),
        execute(),
        leave("interactive; docker.sh promises runs the programs"),
        execute(),
    ],
    "Permission denied on the volume": [execute()],
    "Slower than yesterday": [execute(before="cp output/perf.json output/baseline.json")],
    "It hangs": [execute()],
    "Exit 137": [execute()],
    "GitHub Actions": [validate("check-jsonschema", "--builtin-schema", "vendor.github-workflows")],
    "GitLab": [validate("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci")],
    "Jenkins": [leave("needs a Jenkins"), leave("needs a Jenkins")],
    "Kubernetes": [validate("kubernetes-validate", "--strict")],
    "Anything with cron": [leave("needs the registry and a crontab")],
    "From nightly runs to a dashboard and alerts": [execute()],
    "8. Maintenance": [execute(), execute(), leave("needs Nix and its network")],
    "9. Performance baselines": [
        leave("takes five thorough runs; crates/bench/tests/command/baseline.rs has the commands")
    ],
}


def main() -> int:
    blocks = code_blocks(RUNBOOK.read_text(encoding="utf-8"))
    problems = [
        f"{name}: {len(blocks.get(name, []))} code blocks, but {len(BLOCKS.get(name, []))} in BLOCKS"
        for name in blocks.keys() | BLOCKS.keys()
        if len(blocks.get(name, [])) != len(BLOCKS.get(name, []))
    ]
    if problems:
        sys.exit("\n".join(sorted(problems)))
    for name, todo in BLOCKS.items():
        for check, code in zip(todo, blocks[name], strict=True):
            if problem := check(code):
                sys.exit(f"FAILED: {RUNBOOK}, {name}:\n{code}{problem}")
            print(f"ok: {name}: {code.splitlines()[0]}", flush=True)
    prove_that_checks_can_fail(blocks)
    return 0


def code_blocks(text: str) -> dict[str, list[str]]:
    """The code blocks below each heading, but for output (```text)."""
    blocks: dict[str, list[str]] = {}
    heading, lines = "", iter(text.splitlines())
    for line in lines:
        if title := re.fullmatch(r"#+ (.+)", line):
            heading = title[1]
        elif line.startswith("```"):
            code = "".join(f"{line}\n" for line in iter(lambda: next(lines), "```"))
            if line != "```text":
                blocks.setdefault(heading, []).append(code)
    return blocks


def prove_that_checks_can_fail(blocks: dict[str, list[str]]) -> None:
    """Each kind of check refuses a block that is wrong."""
    wrong = {"Kubernetes": "activeDeadlineSeconds", "GitLab": "script", "GitHub Actions": "runs-on"}
    for name, word in wrong.items():
        broken = blocks[name][0].replace(f" {word}:", f" not-{word}:", 1)
        assert BLOCKS[name][0](broken), f"{name}: accepted without {word}"
    assert execute()("jq -e .no_such_field output/perf.json"), "a command that fails was accepted"
    assert json.loads((FOLDER / "output/perf.json").read_text()), "no receipt was written"


if __name__ == "__main__":
    sys.exit(main())
