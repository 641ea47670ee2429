"""What a check says: where, what was expected, what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Callable, NamedTuple

# Nobody reads more problems of one file.
LISTED = 100


class Problem(NamedTuple):
    """One thing that is not as it must be."""

    path: str
    expected: str
    found: str
    # The name of the contradiction, where it is one.
    contradiction: str = ""

    def __str__(self) -> str:
        """As it is printed."""
        text = f"{self.path or '.'}: expected {self.expected}, found {self.found}"
        return printable(text) + (f" ({self.contradiction})" if self.contradiction else "")


def printable(text: str) -> str:
    """Characters that move the cursor, end a line or turn the direction of reading, spelled out."""
    return re.sub(
        "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]",
        lambda match: f"\\u{{{ord(match.group()):x}}}",
        text,
    )


Problems = Iterator[Problem]
Check = Callable[[str, Any], Problems]


def first(problems: Problems) -> list[Problem]:
    """Those that are listed, and one more if there are more: a wrong file may have millions."""
    return list(islice(problems, LISTED + 1))


def shown(value: Any) -> str:
    """A value for a message, cut short if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "..."


def same(path: str, expected: Any, found: Any) -> Problems:
    """Equal to the bit; an integer stands for the double of its value."""
    left, right = (float(v) if type(v) is int else v for v in (expected, found))
    if repr(left) != repr(right):
        yield Problem(path, shown(expected), shown(found))
