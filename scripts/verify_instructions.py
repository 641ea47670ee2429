#!/usr/bin/env python3
"""Verify counted instructions (instructions.json): every verdict again, from the counts.

Written from docs/receipt.md and independent of the Rust program. `verify_receipt.py` calls it for
files of this kind; standard library only, Python 3.9 or later.
"""

from __future__ import annotations

import os
from typing import Any

import verify_comparison as comparison_of
import verify_receipt as common

SCHEMA_VERSION = 1
REPEATABLE = 0.0001
SEVERITY = comparison_of.SEVERITY


def verify(record: dict[str, Any], folder: str | None) -> list[common.Problem]:
    """The problems of a file in `folder` (None: of standard input); empty if it is sound."""
    version = record.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [common.Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    form = list(RECORD("", record))
    if form:
        return form
    return list(common.integrity(record)) + list(consistent(record, folder))


# --- Form ---------------------------------------------------------------------------------------

COUNTS = common.array(common.integer(), 2, 2)

RECORD = common.obj(
    kind=common.one_of("instructions"),
    schema_version=common.integer(1, SCHEMA_VERSION),
    timestamp=common.rule("a time in UTC, RFC 3339", common.is_utc),
    verdict=comparison_of.VERDICT,
    subjects=common.obj(base=comparison_of.PROGRAM, new=comparison_of.PROGRAM),
    host=comparison_of.HOST,
    comparison_sha256=common.nullable(comparison_of.HASH),
    benchmarks=common.array(
        common.obj(
            benchmark=common.text(),
            base=COUNTS,
            new=COUNTS,
            kernels_base=comparison_of.KERNELS,
            kernels_new=comparison_of.KERNELS,
            limits=common.obj(
                soft_pct=common.number("0 or more", lambda value: value >= 0),
                hard=common.nullable(common.integer(1)),
            ),
            ratio=common.nullable(common.number("0 or more", lambda value: value >= 0)),
            counted=comparison_of.VERDICT,
            reason=common.nullable(common.text()),
            time=common.nullable(comparison_of.VERDICT),
            together=comparison_of.VERDICT,
            disagree=comparison_of.BOOLEAN,
        ),
        least=1,
    ),
    command=common.array(common.text(r"(?s).*", "a text"), least=1),
    integrity=common.obj(sha256=comparison_of.HASH),
)


# --- What follows -------------------------------------------------------------------------------


def consistent(record: dict[str, Any], folder: str | None) -> common.Problems:
    """Every derived field again, and what is said of time from the comparison beside the file."""
    names = [row["benchmark"] for row in record["benchmarks"]]
    if len(set(names)) != len(names):
        yield common.Problem(".benchmarks", "every benchmark once", common.shown(names))
        return
    times: dict[str, str] = {}
    if record["comparison_sha256"] is not None:
        comparison = beside(folder)
        if comparison is None:
            expected = "the comparison with this seal beside the file, as ab.json, which verifies"
            yield common.Problem(".comparison_sha256", expected, "none")
            return
        seal = comparison["integrity"]["sha256"]
        yield from common.same(".comparison_sha256", seal, record["comparison_sha256"])
        yield from common.same(".subjects", comparison["subjects"], record["subjects"])
        times = {row["name"]: row["verdict"] for row in comparison["benchmarks"]}
    together = []
    for index, row in enumerate(record["benchmarks"]):
        found = judged(row, times.get(row["benchmark"]))
        together.append(found["together"])
        for field, value in found.items():
            yield from common.same(f".benchmarks[{index}].{field}", value, row[field])
    yield from common.same(".verdict", max(together, key=SEVERITY.index), record["verdict"])


def beside(folder: str | None) -> dict[str, Any] | None:
    """The comparison in the folder, if it is sound."""
    if folder is None:
        return None
    try:
        with open(os.path.join(folder, "ab.json"), encoding="utf-8", newline="") as file:
            comparison = common.parse(file.read())
    except (OSError, ValueError, RecursionError):
        return None
    sound = isinstance(comparison, dict) and not comparison_of.verify(comparison)
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
