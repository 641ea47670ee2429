"""Form: each check takes a place and a value, and yields problems.

What all records have in common is defined here; the fields of each are in a module of their own.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Callable

from .problem import Check, Problem, Problems, shown

MAX_SAFE = 2**53 - 1


def rule(expected: str, holds: Callable[[Any], bool]) -> Check:
    """A check that reports `expected` where `holds` says no."""

    def check(path: str, value: Any) -> Problems:
        if not holds(value):
            yield Problem(path, expected, shown(value))

    return check


def nullable(check: Check) -> Check:
    """`null`, or what `check` accepts."""

    def either(path: str, value: Any) -> Problems:
        if value is not None:
            yield from check(path, value)

    return either


def obj(**fields: Check) -> Check:
    """An object with these fields, all of them and no other."""

    def check(path: str, value: Any) -> Problems:
        if not isinstance(value, dict):
            yield Problem(path, "an object", shown(value))
            return
        for key in value.keys() - fields.keys():
            yield Problem(f"{path}.{key}", "no such field", shown(value[key]))
        for key, field in fields.items():
            if key in value:
                yield from field(f"{path}.{key}", value[key])
            else:
                yield Problem(f"{path}.{key}", "a field", "none")

    return check


def mapping(item: Check) -> Check:
    """An object with any fields whose values `item` accepts."""

    def check(path: str, value: Any) -> Problems:
        if not isinstance(value, dict):
            yield Problem(path, "an object", shown(value))
            return
        for key, found in value.items():
            yield from item(f"{path}.{key}", found)

    return check


def array(item: Check, least: int = 0, most: int | None = None) -> Check:
    """An array of `least` to `most` items."""

    def check(path: str, value: Any) -> Problems:
        if not isinstance(value, list):
            yield Problem(path, "an array", shown(value))
            return
        if len(value) < least or (most is not None and len(value) > most):
            most_too = "" if most is None else f" and at most {most}"
            wanted = f"{least} items" if least == most else f"at least {least}{most_too} items"
            yield Problem(path, wanted, str(len(value)))
        for index, found in enumerate(value):
            yield from item(f"{path}[{index}]", found)

    return check


def integer(least: int = 0, most: int = MAX_SAFE) -> Check:
    """An integer in a range; JSON's `true` and 1.0 are none."""
    return rule(
        f"an integer from {least} to {most}",
        lambda value: type(value) is int and least <= value <= most,
    )


def number(expected: str = "a number", fits: Callable[[float], bool] = lambda _: True) -> Check:
    """A number, written with a fraction or without."""
    return rule(
        expected,
        lambda value: type(value) in (int, float) and abs(value) <= MAX_SAFE and fits(value),
    )


# Unicode's White_Space property. Python's \\s and str.strip know U+001C to U+001F as well.
WHITE_SPACE = r"\t-\r\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SAYS_SOMETHING = rf"(?s).*[^{WHITE_SPACE}].*"


def text(pattern: str = SAYS_SOMETHING, expected: str = "a text that is not empty") -> Check:
    """A text that a pattern matches as a whole."""
    whole = re.compile(pattern)
    return rule(expected, lambda value: isinstance(value, str) and bool(whole.fullmatch(value)))


def one_of(*choices: str) -> Check:
    """One of a few words."""
    return rule(" or ".join(choices), lambda value: value in choices)


def is_utc(value: Any) -> bool:
    """RFC 3339 in UTC with `Z`, on the calendar."""
    shape = r"(2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?Z"
    match = re.fullmatch(shape, value) if isinstance(value, str) else None
    if not match:
        return False
    try:
        datetime.datetime.strptime(match.group(1), "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return False
    # strptime knows leap seconds as 60 and 61.
    return match.group(1)[-2:] < "60"


HEX64 = "[0-9a-f]{64}"
HASH = text(HEX64, "64 lower-case hex digits")
SOURCE_HASH = nullable(
    text(f"{HEX64}|sha256-[A-Za-z0-9+/]{{43}}=", "64 lower-case hex digits or sha256-BASE64")
)
BOOLEAN = rule("true or false", lambda value: isinstance(value, bool))
ANY_TEXT = rule("a text", lambda value: isinstance(value, str))
ABOVE_0 = number("a number above 0", lambda value: value > 0)
VERIFIED = obj(
    against=one_of("values", "canonical-values", "expected-file", "decodes-only"),
    records=integer(1),
    output_bytes=integer(1),
    output_sha256=HASH,
)
