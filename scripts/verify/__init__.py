"""The second verifier: form, integrity, every derived number, and what can't be true together.

Written from docs/receipt.md and docs/methodology.md and independent of the Rust program, so that an error
in one of them shows as a disagreement. Standard library only, Python 3.9 or later.
"""

from __future__ import annotations

from . import comparison, fleet, instructions, receipt, selftest
from .problem import LISTED, Problem, printable
from .strict_json import parse

__all__ = ["LISTED", "Problem", "printable", "verify"]


def verify(text: str, folder: str | None = None) -> list[Problem]:
    """The problems of a record, in the order of its checks; empty if it is sound. Of a wrong form the first.

    `folder` is where it lies: counted instructions name the comparison beside them.
    """
    try:
        record = parse(text)
    except (ValueError, RecursionError) as error:
        return [Problem("", "JSON with each key once and finite numbers", str(error))]
    kind = record.get("kind") if isinstance(record, dict) else None
    if kind == "comparison":
        return comparison.verify(record)
    if kind == "selftest":
        return selftest.verify(record)
    if kind == "fleet":
        return fleet.verify(record)
    if kind == "instructions":
        return instructions.verify(record, folder)
    if isinstance(kind, str):
        return [Problem(".kind", "none, as in the receipt of a run", kind)]
    return receipt.verify(record)
