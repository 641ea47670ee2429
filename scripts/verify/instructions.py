"""Counted instructions (instructions.json): every verdict again, from the counts."""

from __future__ import annotations

import os
from typing import Any

from . import form
from .comparison import verify as verify_comparison
from .comparison_form import BOOLEAN, HASH, HOST, KERNELS, PROGRAM, SEVERITY, VERDICT
from .problem import Problem, Problems, first, same, shown
from .seal import integrity
from .strict_json import MOST, parse

SCHEMA_VERSION = 1
REPEATABLE = 0.0001


def verify(record: dict[str, Any], folder: str | None) -> list[Problem]:
    """The problems of a file in `folder` (None: of standard input); empty if it is sound."""
    version = record.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    problems = first(RECORD("", record))
    if problems:
        return problems
    return list(integrity(record)) + list(consistent(record, folder))


COUNTS = form.array(form.integer(), 2, 2)
RECORD = form.obj(
    kind=form.one_of("instructions"),
    schema_version=form.integer(1, SCHEMA_VERSION),
    timestamp=form.rule("a time in UTC, RFC 3339", form.is_utc),
    verdict=VERDICT,
    subjects=form.obj(base=PROGRAM, new=PROGRAM),
    host=HOST,
    comparison_sha256=form.nullable(HASH),
    benchmarks=form.array(
        form.obj(
            benchmark=form.text(),
            base=COUNTS,
            new=COUNTS,
            kernels_base=KERNELS,
            kernels_new=KERNELS,
            limits=form.obj(
                soft_pct=form.number("0 or more", lambda value: value >= 0),
                hard=form.nullable(form.integer(1)),
            ),
            ratio=form.nullable(form.number("0 or more", lambda value: value >= 0)),
            counted=VERDICT,
            reason=form.nullable(form.text()),
            time=form.nullable(VERDICT),
            together=VERDICT,
            disagree=BOOLEAN,
        ),
        least=1,
    ),
    command=form.array(form.text(r"(?s).*", "a text"), least=1),
    integrity=form.obj(sha256=HASH),
)


def consistent(record: dict[str, Any], folder: str | None) -> Problems:
    """Every derived field again, and what is said of time from the comparison beside the file."""
    names = [row["benchmark"] for row in record["benchmarks"]]
    if len(set(names)) != len(names):
        yield Problem(".benchmarks", "every benchmark once", shown(names))
        return
    times: dict[str, str] = {}
    if record["comparison_sha256"] is not None:
        comparison = beside(folder)
        if comparison is None:
            expected = "the comparison with this seal beside the file, as ab.json, which verifies"
            yield Problem(".comparison_sha256", expected, "none")
            return
        seal = comparison["integrity"]["sha256"]
        yield from same(".comparison_sha256", seal, record["comparison_sha256"])
        yield from same(".subjects", comparison["subjects"], record["subjects"])
        times = {row["name"]: row["verdict"] for row in comparison["benchmarks"]}
    together = []
    for index, row in enumerate(record["benchmarks"]):
        found = judged(row, times.get(row["benchmark"]))
        together.append(found["together"])
        for field, value in found.items():
            yield from same(f".benchmarks[{index}].{field}", value, row[field])
    yield from same(".verdict", max(together, key=SEVERITY.index), record["verdict"])


def beside(folder: str | None) -> dict[str, Any] | None:
    """The comparison in the folder, if it is sound."""
    if folder is None:
        return None
    try:
        with open(os.path.join(folder, "ab.json"), encoding="utf-8", newline="") as file:
            comparison = parse(file.read(MOST))
    except (OSError, ValueError, RecursionError):
        return None
    sound = isinstance(comparison, dict) and not verify_comparison(comparison)
    return comparison if sound else None


def judged(row: dict[str, Any], time: str | None) -> dict[str, Any]:
    """The derived fields of one benchmark."""
    base, new = min(row["base"]), min(row["new"])
    ratio = new / base if base > 0 else None
    counted, reason = witness(row, base, new, ratio)
    together, disagree = counted, False
    if time not in (None, "inconclusive"):
        together, disagree = time, counted not in ("inconclusive", time)
    return {
        "ratio": ratio,
        "counted": counted,
        "reason": reason,
        "time": time,
        "together": together,
        "disagree": disagree,
    }


def witness(row: dict[str, Any], base: int, new: int, ratio: float | None) -> tuple[str, str | None]:
    """What the counts say, and why where it is not the soft limit."""
    if ratio is None:
        return "inconclusive", "base took no instructions"
    for side in ("base", "new"):
        one, other = row[side]
        if abs(one - other) > REPEATABLE * max(one, other):
            reason = f"two counts of {side} differ by more than 0.01 %: {one} and {other}"
            return "inconclusive", reason
    if row["kernels_base"] != row["kernels_new"]:
        reason = "the two programs decode with different kernels when they are counted"
        return "inconclusive", reason
    hard = row["limits"]["hard"]
    if hard is not None and new > hard:
        return "slower", f"{new} instructions, at most {hard} allowed"
    soft = 1.0 + row["limits"]["soft_pct"] / 100.0
    if ratio > soft:
        return "slower", None
    return ("faster" if ratio < 1.0 / soft else "same"), None
