#!/usr/bin/env python3
"""Verify fleets' receipts (fleet.json): everything that is derived again, from the results.

Written from docs/receipt.md and docs/methodology.md, and independent of the Rust program.
`verify_receipt.py` calls it for files of this kind; standard library only, Python 3.9 or later.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import verify_receipt as common

SCHEMA_VERSION = 1
THRESHOLD, LEAST_NODES, PRACTICAL = 3.5, 5, 0.98
TO_SIGMA, MEAN_TO_SIGMA = 0.6745, 1.253314
SAME = 1e-9


def verify(fleet: dict[str, Any]) -> list[common.Problem]:
    """The problems of a fleet's receipt; empty if it is sound."""
    version = fleet.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [common.Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    form = list(FLEET("", fleet))
    if form:
        return form
    problems = list(common.integrity(fleet)) + list(possible(fleet))
    if not problems:
        for key, value in derived(fleet).items():
            problems += same(f".{key}", value, fleet[key])
    return problems


# --- Form ---------------------------------------------------------------------------------------

HASH, POSITIVE, BOOLEAN = common.HASH, common.ABOVE_0, common.BOOLEAN
INTERVAL = common.nullable(common.array(POSITIVE, 2, 2))
TEXT = common.text()
COUNT = common.integer()
RATIO = common.obj(ratio=POSITIVE, ci95=INTERVAL)

RESULT = common.obj(
    job=TEXT,
    task=COUNT,
    run=common.integer(1),
    restart=COUNT,
    node=TEXT,
    machine_type=TEXT,
    timestamp=common.rule("a time in UTC, RFC 3339", common.is_utc),
    receipt_sha256=HASH,
    outcome=common.one_of("used", "superseded", "duplicate", "unsound"),
    reason=common.nullable(TEXT),
    unfit=BOOLEAN,
    benchmarks=common.array(
        common.obj(
            name=TEXT,
            bytes_processed=common.integer(1),
            launch_means_ns=common.array(POSITIVE, 1),
        )
    ),
)
NODE = common.obj(
    node=TEXT,
    launches=common.integer(1),
    mibps=POSITIVE,
    ci95_mibps=INTERVAL,
    against_others=common.nullable(RATIO),
    modified_z=common.nullable(common.number()),
    sick=common.nullable(BOOLEAN),
)
TYPE = common.obj(
    name=TEXT,
    nodes=common.integer(1),
    sick=common.array(TEXT),
    benchmarks=common.array(
        common.obj(
            name=TEXT,
            mibps=POSITIVE,
            ci95_mibps=INTERVAL,
            spread=common.nullable(common.obj(slowest=TEXT, fastest=TEXT, against=RATIO)),
            nodes=common.array(NODE, 1),
        )
    ),
    slo=common.array(
        common.obj(
            label=TEXT,
            benchmark=TEXT,
            floor_mibps=POSITIVE,
            verdict=common.one_of("pass", "fail", "inconclusive"),
            below=common.array(TEXT),
        )
    ),
)
FLEET = common.obj(
    schema_version=common.integer(1, SCHEMA_VERSION),
    kind=common.one_of("fleet"),
    timestamp=common.rule("a time in UTC, RFC 3339", common.is_utc),
    subject=common.obj(name=TEXT, version=TEXT),
    suite_sha256=HASH,
    jobs=common.array(common.obj(job=TEXT, tasks=common.nullable(COUNT), runs=common.integer(1)), 1),
    objectives=common.array(common.obj(label=TEXT, benchmark=TEXT, floor_mibps=POSITIVE)),
    results=common.array(RESULT),
    unreadable=common.array(common.obj(file=TEXT, reason=TEXT)),
    counts=common.obj(
        results=COUNT,
        used=COUNT,
        superseded=COUNT,
        duplicate=COUNT,
        unsound=COUNT,
        unreadable=COUNT,
        lost=common.nullable(COUNT),
    ),
    lost=common.array(common.obj(job=TEXT, task=COUNT, run=common.integer(1))),
    types=common.array(TYPE),
    integrity=common.obj(sha256=HASH),
)

# --- Results ------------------------------------------------------------------------------------


def possible(fleet: dict[str, Any]) -> Iterator[common.Problem]:
    """No run counts twice, and what counts has times and no excuse."""
    counted = set()
    for index, result in enumerate(fleet["results"]):
        path, used = f".results[{index}]", result["outcome"] == "used"
        key = (result["job"], result["task"], result["run"])
        if used and key in counted:
            yield common.Problem(path, "one result that counts of each run", "another")
        if used:
            counted.add(key)
        if used != (result["reason"] is None):
            yield common.Problem(f"{path}.reason", "one where it does not count, and only there", "not so")
        if used != bool(result["benchmarks"]):
            yield common.Problem(f"{path}.benchmarks", "some where it counts, and only there", "not so")


class Estimate(NamedTuple):
    """A mean, the square of its standard error, and that error's degrees of freedom."""

    mean: float
    squared_error: float
    freedom: int


def estimate(values: list[float]) -> Estimate:
    """Of one sample."""
    count, mean = len(values), common.mean(values)
    if count == 1:
        return Estimate(mean, 0.0, 0)
    squares = 0.0
    for value in values:
        squares += (value - mean) * (value - mean)
    return Estimate(mean, squares / (count - 1) / count, count - 1)


def satterthwaite(parts: list[Estimate]) -> int:
    """Degrees of freedom of the sum of such errors, rounded down."""
    least = min(part.freedom for part in parts)
    if least == 0:
        return 0
    below = math.fsum(part.squared_error**2 / part.freedom for part in parts)
    if below <= 0:
        return least
    whole = math.fsum(part.squared_error for part in parts)
    return max(1, math.floor(whole * whole / below + 1e-6))


def together(parts: list[Estimate]) -> Estimate:
    """Their mean, each with the same weight."""
    count = len(parts)
    error = math.fsum(part.squared_error for part in parts) / count / count
    return Estimate(math.fsum(part.mean for part in parts) / count, error, satterthwaite(parts))


def less(one: Estimate, other: Estimate) -> Estimate:
    """One less the other, by Welch."""
    error = one.squared_error + other.squared_error
    return Estimate(one.mean - other.mean, error, satterthwaite([one, other]))


def interval(of: Estimate) -> list[float] | None:
    """The 95 % interval of what the mean is the logarithm of."""
    if of.freedom == 0:
        return None
    half = common.student(of.freedom) * math.sqrt(of.squared_error)
    return [math.exp(of.mean - half), math.exp(of.mean + half)]


def compared(of: Estimate) -> dict[str, Any]:
    """A ratio and its interval."""
    return {"ratio": math.exp(of.mean), "ci95": interval(of)}


def scores(values: list[float]) -> list[float]:
    """Modified z-scores, Iglewicz & Hoaglin (1993)."""
    centre = median(values)
    distances = [abs(value - centre) for value in values]
    middle, mean = median(distances), common.mean(distances)
    if middle > 0:
        return [TO_SIGMA * (value - centre) / middle for value in values]
    if mean > 0:
        return [(value - centre) / (MEAN_TO_SIGMA * mean) for value in values]
    return [0.0] * len(values)


def median(values: list[float]) -> float:
    """The middle one, or the mean of both."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


# --- Derivations --------------------------------------------------------------------------------


def derived(fleet: dict[str, Any]) -> dict[str, Any]:
    """`counts`, `lost` and `types`."""
    results = fleet["results"]
    used = [result for result in results if result["outcome"] == "used"]
    there = {(result["job"], result["task"], result["run"]) for result in used}
    lost = None
    if all(job["tasks"] is not None for job in fleet["jobs"]):
        lost = [
            {"job": job["job"], "task": task, "run": run}
            for job in fleet["jobs"]
            for task in range(job["tasks"])
            for run in range(1, job["runs"] + 1)
            if (job["job"], task, run) not in there
        ]
    counts = {
        outcome: sum(result["outcome"] == outcome for result in results)
        for outcome in ("used", "superseded", "duplicate", "unsound")
    }
    counts["results"] = len(results)
    counts["unreadable"] = len(fleet["unreadable"])
    counts["lost"] = None if lost is None else len(lost)
    by_type: dict[str, list[Any]] = {}
    for result in used:
        by_type.setdefault(result["machine_type"], []).append(result)
    order = sorted(by_type, key=str.encode)
    types = [machine_type(name, by_type[name], fleet["objectives"]) for name in order]
    return {"counts": counts, "lost": lost or [], "types": types}


def machine_type(name: str, results: list[Any], objectives: list[Any]) -> dict[str, Any]:
    """Node by node, and what they come to."""
    logs: dict[str, dict[str, list[float]]] = {}
    for result in results:
        for measured in result["benchmarks"]:
            nodes = logs.setdefault(measured["name"], {})
            rates = (common.mibps(measured["bytes_processed"], ns) for ns in measured["launch_means_ns"])
            nodes.setdefault(result["node"], []).extend(map(math.log, rates))
    found = [benchmark(name, logs[name]) for name in sorted(logs, key=str.encode)]
    sick = {node["node"] for one in found for node in one["nodes"] if node["sick"]}
    unfit = any(result["unfit"] for result in results)
    verdicts = [
        verdict(objective, one, unfit)
        for objective in objectives
        for one in found
        if one["name"] == objective["benchmark"]
    ]
    return {
        "name": name,
        "nodes": len({result["node"] for result in results}),
        "sick": sorted(sick, key=str.encode),
        "benchmarks": found,
        "slo": verdicts,
    }


def benchmark(name: str, nodes: dict[str, list[float]]) -> dict[str, Any]:
    """One benchmark on the nodes of one type."""
    names = sorted(nodes, key=str.encode)
    each = [estimate(nodes[node]) for node in names]
    means = [one.mean for one in each]
    whole = each[0] if len(each) == 1 else estimate(means)
    score = scores(means) if len(means) >= LEAST_NODES else None
    rows = []
    for index, one in enumerate(each):
        others = each[:index] + each[index + 1 :]
        against = less(one, together(others)) if others else None
        reach = interval(against) if against else None
        sick = None
        if score is not None and reach is not None:
            sick = score[index] < -THRESHOLD and reach[1] < PRACTICAL
        rows.append(
            {
                "node": names[index],
                "launches": len(nodes[names[index]]),
                "mibps": math.exp(one.mean),
                "ci95_mibps": interval(one),
                "against_others": compared(against) if against else None,
                "modified_z": None if score is None else score[index],
                "sick": sick,
            }
        )
    spread = None
    if len(each) > 1:
        slow = min(range(len(each)), key=lambda index: means[index])
        # Of several that are the fastest, the last.
        fast = max(range(len(each)), key=lambda index: (means[index], index))
        spread = {
            "slowest": names[slow],
            "fastest": names[fast],
            "against": compared(less(each[slow], each[fast])),
        }
    return {
        "name": name,
        "mibps": math.exp(whole.mean),
        "ci95_mibps": interval(whole),
        "spread": spread,
        "nodes": rows,
    }


def verdict(objective: dict[str, Any], found: dict[str, Any], unfit: bool) -> dict[str, Any]:
    """By the type's interval; nodes that lie below by theirs."""
    floor, reach, word = objective["floor_mibps"], found["ci95_mibps"], "inconclusive"
    if reach and not unfit:
        word = "pass" if reach[0] >= floor else "fail" if reach[1] < floor else word
    below = [node["node"] for node in found["nodes"] if node["ci95_mibps"] and node["ci95_mibps"][1] < floor]
    return {**objective, "verdict": word, "below": below}


def same(path: str, expected: Any, found: Any) -> Iterator[common.Problem]:
    """Equal, numbers to nine digits: libraries differ in the last bits of a logarithm."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from same(f"{path}.{key}", value, found[key])
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, value in enumerate(expected):
            yield from same(f"{path}[{index}]", value, found[index])
    elif type(expected) is float and type(found) in (int, float):
        if abs(expected - found) > SAME * max(abs(expected), abs(found), 1.0):
            yield common.Problem(path, common.shown(expected), common.shown(found))
    elif expected != found or type(expected) is not type(found):
        yield common.Problem(path, common.shown(expected), common.shown(found))
