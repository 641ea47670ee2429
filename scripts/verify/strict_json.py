"""JSON, more strictly than Python reads it."""

from __future__ import annotations

import json
import math
from typing import Any


def parse(text: str) -> Any:
    """JSON, more strictly than Python reads it."""

    def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"field {key!r} given twice")
        return dict(pairs)

    def finite(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            raise ValueError(f"the number {digits}")
        return value

    def integer(digits: str) -> Any:
        return -0.0 if digits == "-0" else int(digits)

    return json.loads(
        text,
        object_pairs_hook=each_key_once,
        parse_float=finite,
        parse_int=integer,
        parse_constant=finite,
    )
