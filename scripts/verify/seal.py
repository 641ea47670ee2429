"""The seal: SHA-256 over the RFC 8785 form."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .problem import Problem, Problems, same


def integrity(receipt: dict[str, Any]) -> Problems:
    """The hash fits everything else."""
    rest = {key: value for key, value in receipt.items() if key != "integrity"}
    try:
        expected = hashlib.sha256(canonical(rest).encode()).hexdigest()
    except UnicodeEncodeError as error:
        yield Problem("", "text without lone surrogates", str(error))
        return
    yield from same(".integrity.sha256", expected, receipt["integrity"]["sha256"])


def canonical(value: Any) -> str:
    """RFC 8785 (JCS)."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return ecmascript(float(value))
    if isinstance(value, str):
        # Python's escapes are JCS's: the short ones where there are, else \u00xx in lower case;
        # except for U+007F, which neither escapes.
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"


def ecmascript(value: float) -> str:
    """A finite double as ECMAScript's Number::toString prints it."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    # repr gives the shortest digits that read back; only where the point goes differs.
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    shift = int(exponent or "0") + len(whole)
    digits = whole + fraction
    shift -= len(digits) - len(digits.lstrip("0"))
    return sign + place_point(digits.strip("0"), shift)


def place_point(digits: str, point: int) -> str:
    """0.DIGITS times ten to the power `point`, as ECMA-262 6.1.6.1.20 has it."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = "." + digits[1:] if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
