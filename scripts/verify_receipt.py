#!/usr/bin/env python3
"""Verify receipts (perf.json): form, integrity, every derived number, consistency.

Written from docs/receipt.md and independent of the Rust program, so that an error in one of them
shows as a disagreement. Standard library only, Python 3.9 or later.

usage: verify_receipt.py perf.json [...]

Prints one line a problem: file, place (as jq would ask for it), expected, found.
Exit status: 0 all receipts are sound, 1 at least one is not, 2 wrong usage.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import math
import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

SCHEMA_VERSION = 6
RESAMPLES, LOW_RANK, HIGH_RANK = 1999, 50, 1950
OPEN = 1024.0
# 97.5 % quantiles: standard normal, and Student's t for 1 to 30 degrees of freedom.
NORMAL_QUANTILE = 1.9599639845400543
T_QUANTILES = (
    12.706204736174705, 4.302652729749464, 3.1824463052837095, 2.7764451051977943,
    2.5705818356363155, 2.44691185114497, 2.3646242515927853, 2.3060041352041667,
    2.2621571627982053, 2.228138851986275, 2.2009851600916397, 2.178812829667229,
    2.1603686564627926, 2.144786687917804, 2.1314495455597755, 2.1199052992212546,
    2.109815577833317, 2.1009220402410387, 2.0930240544083096, 2.085963447265865,
    2.0796138447276804, 2.0738730679040263, 2.0686576104190486, 2.063898561628026,
    2.0595385527532977, 2.055529438642873, 2.0518305164802855, 2.048407141795245,
    2.0452296421327043, 2.042272456301238,
)  # fmt: skip
MIN_LAUNCHES, MIN_SAMPLES_PER_LAUNCH = 3, 10
MIB = 1048576.0
MAX_SAFE = 2**53 - 1
WORD = 2**64 - 1
WORST_FIRST = ("fail", "inconclusive", "pass")


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


def verify(text: str, folder: str | None = None) -> list[Problem]:
    """Every problem of a receipt, in the order of its checks; empty if it is sound.

    `folder` is where it lies: counted instructions name the comparison beside them.
    """
    try:
        receipt = parse(text)
    except (ValueError, RecursionError) as error:
        return [Problem("", "JSON with each key once and finite numbers", str(error))]
    if isinstance(receipt, dict) and receipt.get("kind") == "comparison":
        # Only here: a receipt of one run needs this file alone.
        import verify_comparison

        return verify_comparison.verify(receipt)
    if isinstance(receipt, dict) and receipt.get("kind") == "selftest":
        import verify_selftest

        return verify_selftest.verify(receipt)
    if isinstance(receipt, dict) and receipt.get("kind") == "fleet":
        import verify_fleet

        return verify_fleet.verify(receipt)
    if isinstance(receipt, dict) and receipt.get("kind") == "instructions":
        import verify_instructions

        return verify_instructions.verify(receipt, folder)
    newer = newer_version(receipt)
    if newer:
        return [newer]
    version = receipt.get("schema_version") if isinstance(receipt, dict) else None
    earlier = {1: RECEIPT_1, 2: RECEIPT_2, 3: RECEIPT_3, 4: RECEIPT_4, 5: RECEIPT_5}
    shape = earlier.get(version if type(version) is int else None, RECEIPT)
    form = list(shape("", receipt))
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


# --- The text -----------------------------------------------------------------------------------


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


def newer_version(receipt: Any) -> Problem | None:
    """A later format may differ in every other field, so this one is read first."""
    version = receipt.get("schema_version") if isinstance(receipt, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))
    return None


# --- Form: each check takes a place and a value, and yields problems ------------------------------


def rule(expected: str, holds: Callable[[Any], bool]) -> Check:
    """A check that reports `expected` where `holds` says no."""

    def check(path: str, value: Any) -> Problems:
        if not holds(value):
            yield Problem(path, expected, shown(value))

    return check


def shown(value: Any) -> str:
    """A value for a message, cut short if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "..."


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
            wanted = f"{least} items" if least == most else f"at least {least} items"
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
AT_LEAST_0 = number("a number of at least 0", lambda value: value >= 0)
PER_CENT = number("a number from 0 to 100", lambda value: 0 <= value <= 100)
VERDICT = one_of(*WORST_FIRST)
INTERVAL = array(number(), 2, 2)

VERIFIED = obj(
    against=one_of("values", "canonical-values", "expected-file", "decodes-only"),
    records=integer(1),
    output_bytes=integer(1),
    output_sha256=HASH,
)

BENCHMARK_1 = {
    "name": text(),
    "mean_ns": number(),
    "bytes_processed": integer(1),
    "mean_mibps": number(),
    "samples": array(ABOVE_0, 1),
    "iterations": array(integer(1), 1),
    "launches": integer(1),
    "ci95_mibps": INTERVAL,
    "verified": VERIFIED,
}
BENCHMARK_2 = dict(
    BENCHMARK_1,
    sampling=array(one_of("linear", "flat")),
    percentiles_ns=obj(p50=number(), p90=number(), p99=number()),
    kernels=nullable(array(text(), 1)),
)
BENCHMARK = dict(BENCHMARK_2, allocations=nullable(array(obj(count=integer(), bytes=integer()), 1)))

FLOOR_METRIC = text(r"[a-z][a-z0-9_]*_mibps", "a name that ends in _mibps")
SLO_1 = {
    "metric": FLOOR_METRIC,
    "label": text(),
    "benchmark": text(),
    "floor_mibps": ABOVE_0,
    "verdict": VERDICT,
    "delta_pct": number(),
    "ci95_mibps": INTERVAL,
}
NULL = rule("null", lambda value: value is None)
FLOOR_2 = dict(SLO_1, ceiling_mib=NULL)
CEILING_2 = dict(
    SLO_1,
    metric=one_of("max_rss_mib"),
    benchmark=text(r"(?s).+/", "a group, such as slo_validation/"),
    floor_mibps=NULL,
    ceiling_mib=ABOVE_0,
    ci95_mibps=NULL,
)
NO_PEER = {"floor_times": NULL, "peer": NULL, "ci95_times": NULL}
FLOOR_3 = dict(FLOOR_2, **NO_PEER)
CEILING_3 = dict(CEILING_2, **NO_PEER)
MULTIPLE_3 = dict(
    FLOOR_2,
    metric=text(r"[a-z][a-z0-9_]*_times", "a name that ends in _times"),
    floor_mibps=NULL,
    floor_times=ABOVE_0,
    peer=text(),
    ci95_mibps=NULL,
    ci95_times=INTERVAL,
)
FLOOR, CEILING, MULTIPLE = (dict(fields, ceiling_s=NULL) for fields in (FLOOR_3, CEILING_3, MULTIPLE_3))
WAIT = dict(CEILING, metric=one_of("first_launch_s"), ceiling_mib=NULL, ceiling_s=ABOVE_0)


def slo_2(path: str, value: Any) -> Problems:
    """A floor under a throughput, or a ceiling over peak memory."""
    ceiling = isinstance(value, dict) and value.get("floor_mibps") is None
    yield from obj(**(CEILING_2 if ceiling else FLOOR_2))(path, value)


def slo_3(path: str, value: Any) -> Problems:
    """The same, or a floor under the multiple of a peer."""
    fields = FLOOR_3
    if isinstance(value, dict) and value.get("floor_mibps") is None:
        fields = CEILING_3 if value.get("floor_times") is None else MULTIPLE_3
    yield from obj(**fields)(path, value)


def slo(path: str, value: Any) -> Problems:
    """The same, or a ceiling over the time to the first launch."""
    fields = FLOOR
    if isinstance(value, dict) and value.get("floor_mibps") is None:
        ceiling = CEILING if value.get("ceiling_s") is None else WAIT
        fields = ceiling if value.get("floor_times") is None else MULTIPLE
    yield from obj(**fields)(path, value)


BASELINE = obj(
    file_sha256=HASH,
    program_sha256=HASH,
    source_hash=SOURCE_HASH,
    benchmarks=array(
        obj(
            benchmark=text(),
            runs_ns=array(ABOVE_0, 3),
            warn_pct=ABOVE_0,
            fail_pct=number("a number below 100", lambda value: value < 100),
            ratio=number(),
            ci95=INTERVAL,
            verdict=one_of("pass", "warn", "inconclusive", "fail"),
        ),
        1,
    ),
)
PEER = obj(
    name=text(),
    subject=obj(name=text(), version=text()),
    receipt_sha256=HASH,
    benchmarks=array(obj(name=text(), lows_ns=array(ABOVE_0, 1)), 1),
)


HOST_STATE = obj(
    load1=AT_LEAST_0,
    steal_pct=PER_CENT,
    memory_available_bytes=integer(),
    cpu_mhz=nullable(ABOVE_0),
    throttled=nullable(integer()),
)

ENVIRONMENT_1 = {
    "kind": one_of("nix", "image", "host"),
    "rustc": text(),
    "flags": ANY_TEXT,
    "kernels": array(text(), 1),
    "flake_lock_sha256": nullable(HASH),
    "store_path": nullable(text(r"(?s)/nix/store/[^/]+", "/nix/store/NAME")),
    "image_digest": nullable(text(f"sha256:{HEX64}", "sha256: and 64 lower-case hex digits")),
    "source_hash": SOURCE_HASH,
    "suite_sha256": HASH,
    "container": nullable(text()),
    "cgroup": obj(cpu_limit=nullable(ABOVE_0), memory_limit_bytes=nullable(integer(1))),
    "cpu": obj(
        model=text(),
        arch=text(),
        governor=nullable(ANY_TEXT),
        turbo=nullable(BOOLEAN),
        smt=nullable(BOOLEAN),
        virtualized=nullable(BOOLEAN),
        aslr=nullable(integer(0, 2)),
        cache_bytes=mapping(integer(1)),
    ),
    "memory_bytes": integer(1),
    "before": HOST_STATE,
    "after": HOST_STATE,
    "launches": array(obj(wall_s=ABOVE_0, max_rss_bytes=integer(1)), 1),
    "warnings": array(ANY_TEXT),
}
ENVIRONMENT = dict(
    ENVIRONMENT_1,
    rustc=nullable(text()),
    flags=nullable(ANY_TEXT),
    profile=nullable(text()),
    kernels=nullable(array(text(), 1)),
    file_system=nullable(text()),
    command_source_hash=SOURCE_HASH,
    command_version=nullable(text()),
    command_toolchain=nullable(text()),
    os=text(),
    kernel=text(),
    cpu_model=text(),
    cpu_cores=integer(1, 2**32 - 1),
    unfit=array(text()),
)


def command(path: str, value: Any) -> Problems:
    """Any texts, but the first says something."""
    yield from array(ANY_TEXT, 1)(path, value)
    if isinstance(value, list) and value:
        yield from text()(f"{path}[0]", value[0])


HEAD_1 = {
    "schema_version": integer(1, 1),
    "timestamp": rule("a date and time as 2026-01-31T23:59:59Z", is_utc),
    "commit": nullable(text("[0-9a-f]{7,64}(-dirty)?", "7 to 64 lower-case hex digits, perhaps -dirty")),
    "toolchain": text(),
    "status": VERDICT,
    "display_mibps": nullable(number()),
    "display_gibps": nullable(number()),
    "comp3_mibps": nullable(number()),
    "benchmarks": array(obj(**BENCHMARK_1), 1),
    "summary": obj(
        display_mibps=nullable(number()),
        comp3_mibps=nullable(number()),
        max_rss_mib=number(),
        host_cpu=text(),
        host_cores=integer(1, 2**32 - 1),
        host_kernel=text(),
        host_os=text(),
    ),
    "subject": obj(name=text(), version=text()),
    "slo": array(obj(**SLO_1)),
    "environment": obj(**ENVIRONMENT_1),
    "command": command,
    "integrity": obj(sha256=HASH),
}
RECEIPT_1 = obj(**HEAD_1)
HEAD_2 = dict(
    HEAD_1,
    schema_version=integer(2, 2),
    format_version=text(),
    build_profile=nullable(text()),
    target_cpu=nullable(text()),
    benchmarks=array(obj(**BENCHMARK_2), 1),
    slo=array(slo_2),
    not_judged=array(obj(label=text(), benchmark=text(), reason=text())),
    objectives_sha256=nullable(HASH),
    settings=obj(
        launches=integer(1, 2**32 - 1),
        warm_up_s=ABOVE_0,
        measure_s=ABOVE_0,
        samples=integer(1, 2**32 - 1),
        filter=array(text()),
        kernel=nullable(text()),
    ),
    environment=obj(**ENVIRONMENT),
)
RECEIPT_2 = obj(**HEAD_2)
HEAD_3 = dict(
    HEAD_2,
    schema_version=integer(3, 3),
    slo=array(slo_3),
    not_judged=array(obj(label=text(), benchmark=text(), peer=nullable(text()), reason=text())),
    baseline=nullable(BASELINE),
    peers=array(PEER),
)
RECEIPT_3 = obj(**HEAD_3)
ENVIRONMENT_4 = dict(ENVIRONMENT, first_launch_s=ABOVE_0)
HEAD_4 = dict(HEAD_3, schema_version=integer(4, 4), slo=array(slo), environment=obj(**ENVIRONMENT_4))
RECEIPT_4 = obj(**HEAD_4)
PLAIN_NAME = text("[A-Za-z0-9_-][A-Za-z0-9._-]*", "letters, digits, `.`, `_` and `-`, not `.` first")
TASK = obj(job=PLAIN_NAME, task=integer(), restart=integer(), run=integer(1), node=PLAIN_NAME)
HEAD_5 = dict(HEAD_4, schema_version=integer(5, 5), environment=obj(**ENVIRONMENT_4, task=nullable(TASK)))
RECEIPT_5 = obj(**HEAD_5)
RECEIPT = obj(
    **dict(
        HEAD_5,
        schema_version=integer(1, SCHEMA_VERSION),
        benchmarks=array(obj(**BENCHMARK), 1),
    )
)


# --- Integrity: SHA-256 over the RFC 8785 form ----------------------------------------------------


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


# --- Derivations ----------------------------------------------------------------------------------


def same(path: str, expected: Any, found: Any) -> Problems:
    """Equal to the bit; an integer stands for the double of its value."""
    left, right = (float(v) if type(v) is int else v for v in (expected, found))
    if repr(left) != repr(right):
        yield Problem(path, shown(expected), shown(found))


def mean(values: list[float]) -> float:
    """One addition at a time: sum() compensates since Python 3.12."""
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def mibps(size: int, time_ns: float) -> float:
    """MiB/s of so many bytes in so many ns."""
    return size / (time_ns / 1e9) / MIB


def seed(name: str) -> int:
    """FNV-1a of the name, kept apart from other uses of it."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & WORD
    return state ^ 0x636F7079626F6F6B


def splitmix64(state: int) -> Iterator[int]:
    """64-bit words without end."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & WORD
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
        yield z ^ (z >> 31)


# Files given together often differ elsewhere; the bootstrap is what takes time.
@functools.lru_cache(maxsize=256)
def quantiles_ns(name: str, samples: tuple[float, ...], launch_count: int) -> tuple[float, float]:
    """The 2.5 % and the 97.5 % quantile of the mean, by a two-level bootstrap."""
    each = len(samples) // launch_count
    words = splitmix64(seed(name))
    means = []
    for _ in range(RESAMPLES):
        total = 0.0
        for _ in range(launch_count):
            start = (next(words) * launch_count >> 64) * each
            for _ in range(each):
                total += samples[start + (next(words) * each >> 64)]
        means.append(total / len(samples))
    means.sort()
    return means[LOW_RANK - 1], means[HIGH_RANK - 1]


def widened(mean_ns: float, quantiles: tuple[float, float], launch_count: int) -> tuple[float, float]:
    """The interval that so few launches support; open where they bound nothing."""
    factor = 1.0
    if launch_count > 1:
        count = float(launch_count)
        factor = math.sqrt(count / (count - 1.0)) * student(launch_count - 1) / NORMAL_QUANTILE
    low, high = (mean_ns + factor * (quantile - mean_ns) for quantile in quantiles)
    if low < mean_ns / OPEN:
        return mean_ns / OPEN, mean_ns * OPEN
    return low, high


def benchmarks(receipt: dict[str, Any]) -> Problems:
    """Counts fit, and mean, rate and interval follow from the samples."""
    names: set[str] = set()
    launch_count = len(receipt["environment"]["launches"])
    for index, benchmark in enumerate(receipt["benchmarks"]):
        path = f".benchmarks[{index}]"
        if benchmark["name"] in names:
            yield Problem(f"{path}.name", "each name once", shown(benchmark["name"]))
        names.add(benchmark["name"])
        yield from same(f"{path}.launches", launch_count, benchmark["launches"])
        count = len(benchmark["samples"])
        yield from same(f"{path}.iterations | length", count, len(benchmark["iterations"]))
        if count % benchmark["launches"]:
            whole = f"a multiple of {benchmark['launches']} launches"
            yield Problem(f"{path}.samples | length", whole, str(count))
        else:
            yield from estimate(path, benchmark)
        if receipt["schema_version"] >= 2:
            yield from same(f"{path}.sampling | length", launch_count, len(benchmark["sampling"]))
            allocated = benchmark.get("allocations")
            if allocated is not None:
                yield from same(f"{path}.allocations | length", launch_count, len(allocated))
            for name, wanted in percentiles(benchmark["samples"]).items():
                place = f"{path}.percentiles_ns.{name}"
                yield from same(place, wanted, benchmark["percentiles_ns"][name])


def percentiles(samples: list[float]) -> dict[str, float]:
    """Linear between order statistics."""
    ordered = sorted(float(value) for value in samples)
    return {name: quantile(ordered, share) for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))}


def estimate(path: str, benchmark: dict[str, Any]) -> Problems:
    """Mean, rate and interval."""
    samples = [float(value) for value in benchmark["samples"]]
    size = benchmark["bytes_processed"]
    mean_ns = mean(samples)
    try:
        quantiles = quantiles_ns(benchmark["name"], tuple(samples), benchmark["launches"])
        low_ns, high_ns = widened(mean_ns, quantiles, benchmark["launches"])
        expected = (mean_ns, mibps(size, mean_ns), mibps(size, high_ns), mibps(size, low_ns))
    except (ZeroDivisionError, OverflowError, UnicodeEncodeError) as error:
        yield Problem(f"{path}.samples", "samples that support an estimate", str(error))
        return
    if not all(math.isfinite(value) and value > 0 for value in expected):
        yield Problem(f"{path}.samples", "samples with a finite mean and rate", shown(expected))
        return
    fields = ("mean_ns", "mean_mibps", "ci95_mibps[0]", "ci95_mibps[1]")
    found = (benchmark["mean_ns"], benchmark["mean_mibps"], *benchmark["ci95_mibps"])
    for field, wanted, value in zip(fields, expected, found):
        yield from same(f"{path}.{field}", wanted, value)


def objectives(receipt: dict[str, Any]) -> Problems:
    """Each objective names a benchmark, and its verdict follows from it."""
    seen: set[tuple[str, str, str]] = set()
    by_name = {benchmark["name"]: benchmark for benchmark in receipt["benchmarks"]}
    for index, slo in enumerate(receipt["slo"]):
        path = f".slo[{index}]"
        for field in ("metric", "label", "benchmark"):
            # A benchmark has one floor of its own and one for each peer, a group both ceilings.
            kind = slo.get("peer") or "" if field == "benchmark" else ""
            what = "first_launch_s" if field == "benchmark" and slo["metric"] == "first_launch_s" else field
            if (what, kind, slo[field]) in seen:
                yield Problem(f"{path}.{field}", "each one once", shown(slo[field]))
            seen.add((what, kind, slo[field]))
        if slo.get("floor_times") is not None:
            yield from multiple(path, slo, by_name.get(slo["benchmark"]), receipt)
        elif slo.get("ceiling_mib") is not None:
            yield from under(path, slo, receipt)
        elif slo.get("ceiling_s") is not None:
            yield from within(path, slo, receipt)
        else:
            yield from floor(path, slo, by_name.get(slo["benchmark"]), unfit(receipt))


def floor(path: str, slo: dict[str, Any], benchmark: Any, host_is_unfit: bool) -> Problems:
    """A benchmark's interval against its floor."""
    if benchmark is None:
        yield Problem(f"{path}.benchmark", "the name of a benchmark", shown(slo["benchmark"]))
        return
    for end in (0, 1):
        place = f"{path}.ci95_mibps[{end}]"
        yield from same(place, benchmark["ci95_mibps"][end], slo["ci95_mibps"][end])
    expected = "inconclusive" if host_is_unfit else judge(benchmark, slo["floor_mibps"])
    yield from same(f"{path}.verdict", expected, slo["verdict"])
    delta = (benchmark["mean_mibps"] / slo["floor_mibps"] - 1.0) * 100.0
    yield from same(f"{path}.delta_pct", delta, slo["delta_pct"])


def under(path: str, slo: dict[str, Any], receipt: dict[str, Any]) -> Problems:
    """Peak memory against its ceiling."""
    peak = peak_mib(receipt)
    enough = len(receipt["environment"]["launches"]) >= MIN_LAUNCHES
    yield from ceiling(path, slo, receipt, (peak, slo["ceiling_mib"]), enough)


def within(path: str, slo: dict[str, Any], receipt: dict[str, Any]) -> Problems:
    """The time to the first launch against its ceiling; a run has but one."""
    found = receipt["environment"]["first_launch_s"]
    yield from ceiling(path, slo, receipt, (found, slo["ceiling_s"]), True)


def ceiling(
    path: str, slo: dict[str, Any], receipt: dict[str, Any], found_most: tuple[float, float], enough: bool
) -> Problems:
    """What a run has once, where nothing ran but the group; too much of it needs no second launch."""
    for benchmark in receipt["benchmarks"]:
        if not benchmark["name"].startswith(slo["benchmark"]):
            wanted = "a group that every benchmark is in"
            yield Problem(f"{path}.benchmark", wanted, shown(slo["benchmark"]))
            break
    found, most = found_most
    if unfit(receipt):
        expected = "inconclusive"
    elif found > most:
        expected = "fail"
    else:
        expected = "pass" if enough else "inconclusive"
    yield from same(f"{path}.verdict", expected, slo["verdict"])
    delta = (found / most - 1.0) * 100.0
    yield from same(f"{path}.delta_pct", delta, slo["delta_pct"])


def unfit(receipt: dict[str, Any]) -> bool:
    """Whether the host was found unfit to be judged on."""
    return bool(receipt["environment"].get("unfit"))


def peak_mib(receipt: dict[str, Any]) -> float:
    """The greatest peak of any launch."""
    return max(launch["max_rss_bytes"] for launch in receipt["environment"]["launches"]) / MIB


def multiple(path: str, slo: dict[str, Any], benchmark: Any, receipt: dict[str, Any]) -> Problems:
    """The ratio to a peer, launch by launch, against its floor."""
    found = [peer for peer in receipt["peers"] if peer["name"] == slo["peer"]]
    theirs = [one for peer in found for one in peer["benchmarks"] if one["name"] == slo["benchmark"]]
    if benchmark is None or not theirs:
        wanted = "the name of a benchmark that the peer measured too"
        yield Problem(f"{path}.benchmark", wanted, shown(slo["benchmark"]))
        return
    ours = low_values(benchmark)
    ratios = [float(peer) / own for peer, own in zip(theirs[0]["lows_ns"], ours)]
    if not ratios:
        yield Problem(f"{path}.ci95_times", "launches to compare", "none")
        return
    average = mean(ratios)
    half = 0.0
    if len(ratios) > 1:
        count = float(len(ratios))
        total = 0.0
        for ratio in ratios:
            total += (ratio - average) * (ratio - average)
        half = student(len(ratios) - 1) * math.sqrt(total / (count - 1.0) / count)
    interval = (average - half, average + half)
    for end in (0, 1):
        yield from same(f"{path}.ci95_times[{end}]", interval[end], slo["ci95_times"][end])
    expected = beyond(interval, slo["floor_times"], enough_samples(benchmark))
    yield from same(f"{path}.verdict", "inconclusive" if unfit(receipt) else expected, slo["verdict"])
    delta = (average / slo["floor_times"] - 1.0) * 100.0
    yield from same(f"{path}.delta_pct", delta, slo["delta_pct"])


def student(freedom: int) -> float:
    """The 97.5 % quantile; beyond 30 degrees it stays at its last value."""
    return T_QUANTILES[min(freedom, len(T_QUANTILES)) - 1]


def quantile(ordered: list[float], share: float) -> float:
    """Linear between order statistics."""
    at = share * float(len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def low_values(benchmark: dict[str, Any]) -> list[float]:
    """The 10th percentile of each launch; none where samples don't divide into launches."""
    samples = [float(value) for value in benchmark["samples"]]
    count = benchmark["launches"]
    if len(samples) % count:
        return []
    each = len(samples) // count
    return [quantile(sorted(samples[at : at + each]), 0.1) for at in range(0, len(samples), each)]


def enough_samples(benchmark: dict[str, Any]) -> bool:
    """Whether an interval may decide anything."""
    count = benchmark["launches"]
    return count >= MIN_LAUNCHES and len(benchmark["samples"]) >= MIN_SAMPLES_PER_LAUNCH * count


def judge(benchmark: dict[str, Any], floor: float) -> str:
    """The whole interval decides, if enough stands behind it."""
    return beyond(benchmark["ci95_mibps"], floor, enough_samples(benchmark))


def beyond(interval: Any, floor: float, decides: bool) -> str:
    """Where an interval lies."""
    low, high = interval
    if not decides:
        return "inconclusive"
    if low >= floor:
        return "pass"
    return "fail" if high < floor else "inconclusive"


def totals(receipt: dict[str, Any]) -> Problems:
    """Status, the predecessor's metrics, and the summary."""
    verdicts = [slo["verdict"] for slo in receipt["slo"]]
    held = receipt.get("baseline") or {"benchmarks": []}
    # A warning is no failure.
    verdicts += [row["verdict"].replace("warn", "pass") for row in held["benchmarks"]]
    worst = next((word for word in WORST_FIRST if word in verdicts), "inconclusive")
    yield from same(".status", worst, receipt["status"])
    summary, env = receipt["summary"], receipt["environment"]
    for metric in ("display_mibps", "comp3_mibps"):
        expected = metric_mean(receipt, metric)
        yield from same(f".{metric}", expected, receipt[metric])
        yield from same(f".summary.{metric}", expected, summary[metric])
    display = metric_mean(receipt, "display_mibps")
    gibps = None if display is None else display / 1024.0
    yield from same(".display_gibps", gibps, receipt["display_gibps"])
    yield from same(".summary.max_rss_mib", peak_mib(receipt), summary["max_rss_mib"])
    yield from same(".summary.host_cpu", env["cpu"]["model"], summary["host_cpu"])


def metric_mean(receipt: dict[str, Any], metric: str) -> float | None:
    """The mean rate of the benchmark that the objective with this metric judges."""
    for slo in receipt["slo"]:
        if slo["metric"] == metric:
            for benchmark in receipt["benchmarks"]:
                if benchmark["name"] == slo["benchmark"]:
                    return float(benchmark["mean_mibps"])
    return None


def predecessor(receipt: dict[str, Any]) -> Problems:
    """Facts under the predecessor's names, and the kernels of all benchmarks together."""
    env, summary = receipt["environment"], receipt["summary"]
    yield from same(".format_version", str(receipt["schema_version"]), receipt["format_version"])
    yield from same(".build_profile", env["profile"], receipt["build_profile"])
    yield from same(".target_cpu", target_cpu(env["flags"]), receipt["target_cpu"])
    yield from same(".environment.os", summary["host_os"], env["os"])
    yield from same(".environment.kernel", summary["host_kernel"], env["kernel"])
    yield from same(".environment.cpu_model", env["cpu"]["model"], env["cpu_model"])
    yield from same(".environment.cpu_cores", summary["host_cores"], env["cpu_cores"])
    lists = [one["kernels"] for one in receipt["benchmarks"] if one["kernels"] is not None]
    # A dict keeps the order of first appearance.
    union = list(dict.fromkeys(kernel for kernels in lists for kernel in kernels))
    yield from same(".environment.kernels", union if lists else None, env["kernels"])


def target_cpu(flags: str | None) -> str | None:
    """The name behind the last target-cpu= of the compiler's flags."""
    _, found, rest = (flags or "").rpartition("target-cpu=")
    match = re.match("[A-Za-z0-9._+-]+", rest) if found else None
    return match.group() if match else None


# --- Consistency ----------------------------------------------------------------------------------


def not_judged(receipt: dict[str, Any]) -> Problems:
    """Each objective once, and none that was judged."""
    labels = {slo["label"] for slo in receipt["slo"]}
    names = {benchmark["name"] for benchmark in receipt["benchmarks"]}
    for index, entry in enumerate(receipt["not_judged"]):
        path = f".not_judged[{index}]"
        if entry["label"] in labels:
            yield Problem(f"{path}.label", "each objective once", shown(entry["label"]))
        labels.add(entry["label"])
        peer = entry.get("peer")
        if peer is not None:
            if entry["benchmark"] in names and peer_measured(receipt, peer, entry["benchmark"]):
                yield Problem(f"{path}.peer", "a peer that did not measure the benchmark", shown(peer))
        elif entry["benchmark"] in names:
            wanted = "a benchmark that did not run, or a group"
            yield Problem(f"{path}.benchmark", wanted, shown(entry["benchmark"]))


def peer_measured(receipt: dict[str, Any], peer: str, benchmark: str) -> bool:
    """Whether a peer of this name has a benchmark."""
    named = [one for one in receipt["peers"] if one["name"] == peer]
    return any(one["name"] == benchmark for peer in named for one in peer["benchmarks"])


def baseline(receipt: dict[str, Any]) -> Problems:
    """What follows from the runs that it was held against."""
    held = receipt["baseline"]
    if held is None:
        return
    names = [benchmark["name"] for benchmark in receipt["benchmarks"]]
    found = [row["benchmark"] for row in held["benchmarks"]]
    if names != found:
        wanted = "the receipt's benchmarks, in their order"
        yield Problem(".baseline.benchmarks", wanted, shown(found))
    env = receipt["environment"]
    equal = held["program_sha256"] == env["suite_sha256"] or (
        env["source_hash"] is not None and held["source_hash"] == env["source_hash"]
    )
    for index, (row, benchmark) in enumerate(zip(held["benchmarks"], receipt["benchmarks"])):
        path = f".baseline.benchmarks[{index}]"
        if row["warn_pct"] > row["fail_pct"]:
            yield Problem(f"{path}.warn_pct", "at most fail_pct", shown(row["warn_pct"]))
        lows = low_values(benchmark)
        if not lows:
            continue
        ratio, low, high = against(row, quantile(sorted(lows), 0.5))
        yield from same(f"{path}.ratio", ratio, row["ratio"])
        yield from same(f"{path}.ci95[0]", low, row["ci95"][0])
        yield from same(f"{path}.ci95[1]", high, row["ci95"][1])
        verdict = standing(ratio, low, high, row)
        if equal:
            verdict = "pass"
        elif unfit(receipt) or not enough_samples(benchmark):
            verdict = "inconclusive"
        yield from same(f"{path}.verdict", verdict, row["verdict"])


def against(row: dict[str, Any], value_ns: float) -> tuple[float, float, float]:
    """Ratio to the runs of a baseline, and its interval."""
    runs = [float(value) for value in row["runs_ns"]]
    average = mean(runs)
    total = 0.0
    for value in runs:
        share = (value - average) / average
        total += share * share
    freedom = len(runs) - 1
    half = student(freedom) * math.sqrt(total / float(freedom) * (1.0 / float(len(runs)) + 1.0))
    ratio = average / value_ns
    return ratio, ratio / (1.0 + half), ratio * (1.0 + half)


def standing(ratio: float, low: float, high: float, row: dict[str, Any]) -> str:
    """Beyond the drift and a limit, or not known to be within."""
    warn, fail = (1.0 - row[limit] / 100.0 for limit in ("warn_pct", "fail_pct"))
    if high < 1.0:
        if ratio < fail:
            return "fail"
        return "warn" if ratio < warn else "pass"
    return "inconclusive" if low < fail else "pass"


def peers(receipt: dict[str, Any]) -> Problems:
    """Each once, with as many launches as the receipt."""
    launch_count = len(receipt["environment"]["launches"])
    names = {benchmark["name"] for benchmark in receipt["benchmarks"]}
    seen: set[str] = set()
    for index, peer in enumerate(receipt["peers"]):
        path = f".peers[{index}]"
        if peer["name"] in seen:
            yield Problem(f"{path}.name", "each peer once", shown(peer["name"]))
        seen.add(peer["name"])
        measured: set[str] = set()
        for at, one in enumerate(peer["benchmarks"]):
            place = f"{path}.benchmarks[{at}]"
            if one["name"] not in names or one["name"] in measured:
                yield Problem(f"{place}.name", "a benchmark of the receipt, each once", shown(one["name"]))
            measured.add(one["name"])
            yield from same(f"{place}.lows_ns | length", launch_count, len(one["lows_ns"]))


def environment(receipt: dict[str, Any]) -> Problems:
    """Provenance that the kind demands, and facts that are possible together."""
    env = receipt["environment"]
    if env["kind"] != "host":
        for field in ("flake_lock_sha256", "store_path", "source_hash"):
            if env[field] is None:
                yield Problem(f".environment.{field}", f"a value for kind {env['kind']}", "null")
    if env["kind"] != "image" and env["image_digest"] is not None:
        place = ".environment.image_digest"
        yield Problem(place, "null unless kind is image", shown(env["image_digest"]))
    for when in ("before", "after"):
        available = env[when]["memory_available_bytes"]
        if available > env["memory_bytes"]:
            place = f".environment.{when}.memory_available_bytes"
            yield Problem(place, "at most .environment.memory_bytes", str(available))
    before, after = env["before"]["throttled"], env["after"]["throttled"]
    if before is not None and after is not None and after < before:
        yield Problem(".environment.after.throttled", f"at least {before}", str(after))


def launches(receipt: dict[str, Any]) -> Problems:
    """No process measured for longer than it lived."""
    env = receipt["environment"]
    for index, launch in enumerate(env["launches"]):
        path = f".environment.launches[{index}]"
        took = measured_ns(receipt, index, len(env["launches"]))
        if took > launch["wall_s"] * 1e9:
            wanted = f"at least the {took} ns that its samples took"
            yield Problem(f"{path}.wall_s", wanted, shown(launch["wall_s"]))


def measured_ns(receipt: dict[str, Any], launch: int, launch_count: int) -> float:
    """Time behind all samples of one launch."""
    total = 0.0
    for benchmark in receipt["benchmarks"]:
        each = len(benchmark["samples"]) // launch_count
        mine = slice(launch * each, (launch + 1) * each)
        for time_ns, count in zip(benchmark["samples"][mine], benchmark["iterations"][mine]):
            total += time_ns * count
    return total


# --- Contradictions: what no honest run can leave ---------------------------------------------------

TELLING, MANY = 8, 10
LONGEST_NS = 2.0**51
SHARED_BYTES = 64 << 20
AHEAD_S = 86400
# One at each cycle of a clock of 10 GHz.
REQUESTS_A_NS = 10.0
KERNELS = {"avx2": "x86_64", "avx512": "x86_64", "neon": "aarch64"}


def contradictions(receipt: dict[str, Any]) -> Problems:
    """Every class of them."""
    for index, benchmark in enumerate(receipt["benchmarks"]):
        path = f".benchmarks[{index}]"
        records = benchmark["verified"]["records"]
        if records > benchmark["bytes_processed"]:
            place = f"{path}.verified.records"
            yield Problem(place, "at most bytes_processed", str(records), "too-many-records")
        yield from allocations(path, receipt, benchmark)
        each = samples_each(receipt, benchmark)
        if each:
            yield from scaled(path, benchmark)
            yield from irregular(path, receipt, benchmark, each)
    for check in (repeated, shared_digests, unlike_settings, impossible_host, foreign_task, future):
        yield from check(receipt)


def allocations(path: str, receipt: dict[str, Any], benchmark: dict[str, Any]) -> Problems:
    """A request is for a byte at least, and takes time."""
    most = REQUESTS_A_NS * float(receipt["summary"]["host_cores"]) * benchmark["mean_ns"]
    for launch, found in enumerate(benchmark.get("allocations") or []):
        place = f"{path}.allocations[{launch}].count"
        if found["count"] > found["bytes"] or float(found["count"]) > most:
            wanted = f"at most bytes, {found['bytes']}, and at most {most}, by time"
            yield Problem(place, wanted, str(found["count"]), "impossible-allocations")


def samples_each(receipt: dict[str, Any], benchmark: dict[str, Any]) -> int:
    """Samples of one launch; 0 where they can't be told apart."""
    launch_count, count = len(receipt["environment"]["launches"]), len(benchmark["samples"])
    sound = (
        launch_count == benchmark["launches"]
        and count == len(benchmark["iterations"])
        and count % launch_count == 0
    )
    return count // launch_count if sound else 0


def scaled(path: str, benchmark: dict[str, Any]) -> Problems:
    """A sample is whole ns over its iterations, rounded once; and a clock moves."""
    samples = [float(value) for value in benchmark["samples"]]
    for index, (time_ns, count) in enumerate(zip(samples, benchmark["iterations"])):
        product = time_ns * count + 0.5
        # Python's floor gives an integer, which infinity has none of.
        elapsed = float(math.floor(product)) if product < LONGEST_NS + 1 else LONGEST_NS
        if not (1.0 <= elapsed < LONGEST_NS and elapsed / count == time_ns):
            wanted = f"whole ns over {count} iterations"
            yield Problem(f"{path}.samples[{index}]", wanted, shown(time_ns), "scaled-samples")
            break
    if len(samples) >= MANY and len(set(samples)) == 1:
        yield Problem(f"{path}.samples", "samples that differ", shown(samples[0]), "equal-samples")


def irregular(path: str, receipt: dict[str, Any], benchmark: dict[str, Any], each: int) -> Problems:
    """By the recorded mode; version 1 records none, and then either will do."""
    counts = benchmark["iterations"]
    modes = benchmark.get("sampling")
    for launch in range(len(counts) // each):
        mine = counts[launch * each : (launch + 1) * each]
        fits = {
            "flat": all(count == mine[0] for count in mine),
            "linear": all(count == mine[0] * (at + 1) for at, count in enumerate(mine)),
        }
        if receipt["schema_version"] < 2:
            fine = fits["flat"] or fits["linear"]
        else:
            fine = launch >= len(modes) or fits[modes[launch]]
        if not fine:
            place = f"{path}.iterations[{launch * each}]"
            wanted = "all alike in a launch (flat), or d, 2 d, 3 d, ... (linear)"
            yield Problem(place, wanted, str(mine[0]), "irregular-iterations")


def repeated(receipt: dict[str, Any]) -> Problems:
    """Two launches with the very same samples."""
    seen: dict[tuple[float, ...], int] = {}
    for index, benchmark in enumerate(receipt["benchmarks"]):
        each = samples_each(receipt, benchmark)
        samples = [float(value) for value in benchmark["samples"]]
        for start in range(0, len(samples) if each else 0, each or 1):
            launch = tuple(samples[start : start + each])
            if len(set(launch)) < TELLING:
                continue
            before = seen.get(launch)
            seen[launch] = index
            if before is not None:
                name = "copied-launch" if before == index else "replayed-launch"
                place = f".benchmarks[{index}].samples[{start}]"
                wanted = f"samples of its own, not those of a launch of .benchmarks[{before}]"
                yield Problem(place, wanted, shown(launch[0]), name)


def shared_digests(receipt: dict[str, Any]) -> Problems:
    """One digest is one output, so it has one length (of canonical lines, as many records)."""
    seen: dict[tuple[bool, str], int] = {}
    for index, benchmark in enumerate(receipt["benchmarks"]):
        verified = benchmark["verified"]
        canonical = verified["against"] == "canonical-values"
        field = "records" if canonical else "output_bytes"
        expected = seen.setdefault((canonical, verified["output_sha256"]), verified[field])
        if verified[field] != expected:
            place = f".benchmarks[{index}].verified.{field}"
            wanted = f"{expected}, as another benchmark with the same digest has it"
            yield Problem(place, wanted, str(verified[field]), "shared-digest")


def unlike_settings(receipt: dict[str, Any]) -> Problems:
    """What was measured is what was asked for."""
    settings = receipt.get("settings")
    if settings is None:
        return
    launch_count = len(receipt["environment"]["launches"])
    if settings["launches"] != launch_count:
        found = str(settings["launches"])
        yield Problem(".settings.launches", str(launch_count), found, "unlike-settings")
    for index, benchmark in enumerate(receipt["benchmarks"]):
        path, name = f".benchmarks[{index}]", benchmark["name"]
        each = samples_each(receipt, benchmark)
        if each and each != settings["samples"]:
            wanted, found = f"{settings['samples']} of each launch", str(len(benchmark["samples"]))
            yield Problem(f"{path}.samples | length", wanted, found, "unlike-settings")
        chosen = any(
            name == part[1:] if part.startswith("=") else part in name for part in settings["filter"]
        )
        if settings["filter"] and not chosen:
            wanted = "a name that .settings.filter chooses"
            yield Problem(f"{path}.name", wanted, shown(name), "unlike-settings")


def impossible_host(receipt: dict[str, Any]) -> Problems:
    """No more memory than there is, and kernels of this architecture."""
    env = receipt["environment"]
    limit = env["cgroup"]["memory_limit_bytes"]
    most = env["memory_bytes"] if limit is None else min(env["memory_bytes"], limit + SHARED_BYTES)
    for index, launch in enumerate(env["launches"]):
        if launch["max_rss_bytes"] > most:
            place = f".environment.launches[{index}].max_rss_bytes"
            found = str(launch["max_rss_bytes"])
            yield Problem(place, f"at most {most}", found, "impossible-memory")
    for index, kernel in enumerate(env["kernels"] or []):
        if KERNELS.get(kernel, env["cpu"]["arch"]) != env["cpu"]["arch"]:
            place = f".environment.kernels[{index}]"
            wanted = "a kernel of .environment.cpu.arch"
            yield Problem(place, wanted, shown(kernel), "foreign-kernel")


def foreign_task(receipt: dict[str, Any]) -> Problems:
    """The command and the environment say the same of the fleet's task."""
    if receipt["schema_version"] < 5:
        return
    task, command, named = receipt["environment"]["task"], receipt["command"], None
    for index, argument in enumerate(command):
        if argument == "--fleet-task":
            named = command[index + 1] if index + 1 < len(command) else ""
        elif argument.startswith("--fleet-task="):
            named = argument[len("--fleet-task=") :]
    told = None if task is None else "{job}/{task}-{restart}-{run}-{node}".format(**task)
    if told != named:
        wanted = "null" if named is None else named
        yield Problem(".environment.task", f"{wanted}, as the command says", shown(told), "foreign-task")


def future(receipt: dict[str, Any]) -> Problems:
    """Nothing was measured later than now."""
    stamp = receipt["timestamp"]
    at = datetime.datetime.strptime(stamp[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z").timestamp()
    if at > math.floor(time.time()) + AHEAD_S:
        wanted = "a date at most one day ahead of this machine's clock"
        yield Problem(".timestamp", wanted, shown(stamp), "future-date")


# --- The command ----------------------------------------------------------------------------------


def problems_of(path: str) -> list[Problem]:
    """The problems of a file, being unreadable among them."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            content = file.read()
    except (OSError, UnicodeDecodeError) as error:
        return [Problem("", "a readable file in UTF-8", str(error))]
    return verify(content, os.path.dirname(path))


def main(arguments: list[str]) -> int:
    """Verify each file; the exit status."""
    if any(argument in ("-h", "--help") for argument in arguments):
        print(__doc__)
        return 0
    if not arguments or any(argument.startswith("-") for argument in arguments):
        print("usage: verify_receipt.py perf.json [...]", file=sys.stderr)
        return 2
    bad = 0
    for path in arguments:
        problems = problems_of(path)
        bad += bool(problems)
        for problem in problems:
            print(f"{printable(path)}: {problem}")
        if not problems:
            print(f"{printable(path)}: ok")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
