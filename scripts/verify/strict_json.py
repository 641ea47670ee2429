"""JSON, more strictly than Python reads it."""

from __future__ import annotations

import json
import math
from typing import Any

# Far more than any of these files has, characters.
MOST = 256 << 20


def parse(text: str) -> Any:
    """JSON, more strictly than Python reads it."""

    def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        once: dict[str, Any] = {}
        for key, value in pairs:
            if key in once:
                raise ValueError(f"field {key!r} given twice")
            once[key] = value
        return once

    def finite(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            raise ValueError(f"the number {digits}")
        return value

    def integer(digits: str) -> Any:
        # Reading takes the square of their number, and no double has as many.
        if len(digits) > 400:
            raise ValueError(f"a number of {len(digits)} digits")
        return -0.0 if digits == "-0" else int(digits)

    return json.loads(
        text,
        object_pairs_hook=each_key_once,
        parse_float=finite,
        parse_int=integer,
        parse_constant=finite,
    )
