"""Receipts of one run (perf.json)."""

from __future__ import annotations

from typing import Any

from .benchmarks import benchmarks
from .contradictions import contradictions
from .host import environment, launches
from .objectives import not_judged, objectives
from .others import baseline, peers
from .problem import Problem, first
from .receipt_form import RECEIPT, RECEIPT_1, RECEIPT_2, RECEIPT_3, RECEIPT_4, RECEIPT_5, SCHEMA_VERSION
from .seal import integrity
from .totals import predecessor, totals


def verify(receipt: Any) -> list[Problem]:
    """The problems of a receipt, in the order of the checks; empty if it is sound."""
    newer = newer_version(receipt)
    if newer:
        return [newer]
    version = receipt.get("schema_version") if isinstance(receipt, dict) else None
    earlier = {1: RECEIPT_1, 2: RECEIPT_2, 3: RECEIPT_3, 4: RECEIPT_4, 5: RECEIPT_5}
    shape = earlier.get(version if type(version) is int else None, RECEIPT)
    form = first(shape("", receipt))
    if form:
        # Without the form there is nothing to compute with.
        return form
    checks = [integrity, benchmarks, objectives, totals, environment, launches]
    if receipt["schema_version"] >= 2:
        checks += [predecessor, not_judged]
    if receipt["schema_version"] >= 3:
        checks += [baseline, peers]
    checks.append(contradictions)
    return [problem for check in checks for problem in check(receipt)]


def newer_version(receipt: Any) -> Problem | None:
    """A later format may differ in every other field, so this one is read first."""
    version = receipt.get("schema_version") if isinstance(receipt, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))
    return None
