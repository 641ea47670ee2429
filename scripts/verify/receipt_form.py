"""The fields of a receipt, in every version of the format."""

from __future__ import annotations

from typing import Any

from .form import (
    ABOVE_0,
    ANY_TEXT,
    BOOLEAN,
    HASH,
    HEX64,
    SOURCE_HASH,
    VERIFIED,
    array,
    integer,
    is_utc,
    mapping,
    nullable,
    number,
    obj,
    one_of,
    rule,
    text,
)
from .problem import Problems

SCHEMA_VERSION = 6
WORST_FIRST = ("fail", "inconclusive", "pass")
AT_LEAST_0 = number("a number of at least 0", lambda value: value >= 0)
PER_CENT = number("a number from 0 to 100", lambda value: 0 <= value <= 100)
VERDICT = one_of(*WORST_FIRST)
INTERVAL = array(number(), 2, 2)
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
