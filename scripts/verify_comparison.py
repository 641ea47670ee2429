#!/usr/bin/env python3
"""Verify comparisons (ab.json): every verdict again, from the launches and the seed.

Written from docs/receipt.md and independent of the Rust program. `verify_receipt.py` calls it for
files of this kind; standard library only, Python 3.9 or later.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import verify_receipt as common

SCHEMA_VERSION = 1
OUTSIDE = 0.05
SEVERITY = ("same", "faster", "inconclusive", "slower")
ARMS = ("base", "control", "new")


class Refused(Exception):
    """The comparison is not what the rules ask for; the first argument says where and why."""


def verify(record: dict[str, Any]) -> list[common.Problem]:
    """The problems of a comparison; empty if it is sound."""
    version = record.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [common.Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    form = list(RECORD("", record))
    if form:
        return form
    try:
        return list(common.integrity(record)) + list(consistent(record))
    except Refused as refused:
        return [common.Problem(".launches", *refused.args)]


# --- Form ---------------------------------------------------------------------------------------

SHARE = common.number("a number from 0 to below 0.5", lambda value: 0 <= value < 0.5)
KERNELS = common.nullable(common.array(common.text()))
HASH, POSITIVE, BOOLEAN = common.HASH, common.ABOVE_0, common.BOOLEAN
STAGE = common.one_of("screening", "confirmation")
VERDICT = common.one_of(*SEVERITY)

PROGRAM = common.obj(
    asked=common.text(),
    name=common.text(),
    version=common.text(),
    commit=common.nullable(common.text()),
    program_sha256=HASH,
    source_hash=common.nullable(common.text()),
    toolchain=common.nullable(common.text()),
    flags=common.nullable(common.text(r"(?s).*", "a text")),
    profile=common.nullable(common.text()),
)
HOST = common.obj(
    cpu=common.text(),
    cores=common.integer(1),
    kernel=common.text(),
    os=common.text(),
    virtualized=common.nullable(BOOLEAN),
    cpu_limit=common.nullable(POSITIVE),
    memory_limit_bytes=common.nullable(common.integer(1)),
)
DESIGN = common.obj(
    looks=common.array(common.integer(1, 1000), least=1),
    spend=common.array(POSITIVE, least=1),
    level=SHARE,
    control_level=SHARE,
    margin=SHARE,
    same=SHARE,
)
SETTINGS = common.obj(warm_up_s=POSITIVE, measure_s=POSITIVE, samples=common.integer(1))
RECORD = common.obj(
    kind=common.one_of("comparison"),
    schema_version=common.integer(1, SCHEMA_VERSION),
    timestamp=common.rule("a time in UTC, RFC 3339", common.is_utc),
    verdict=VERDICT,
    subjects=common.obj(base=PROGRAM, new=PROGRAM),
    benchmarks=common.array(
        common.obj(
            name=common.text(),
            bytes=common.integer(1),
            verified=common.VERIFIED,
            kernels_base=KERNELS,
            kernels_new=KERNELS,
            suspicion=common.nullable(common.one_of("slower", "faster")),
            verdict=VERDICT,
            ratio=POSITIVE,
            ci95=common.array(common.nullable(POSITIVE), 2, 2),
            pairs=common.integer(1),
            detectable=common.nullable(common.number("0 or more", lambda value: value >= 0)),
            control_differs=BOOLEAN,
        ),
        least=1,
    ),
    design=DESIGN,
    seed=common.integer(),
    settings=SETTINGS,
    launches=common.array(
        common.obj(
            stage=STAGE,
            round=common.integer(1),
            arm=common.one_of(*ARMS),
            measured=common.array(
                common.obj(
                    benchmark=common.text(),
                    iterations=common.array(common.integer(1), least=1),
                    elapsed_ns=common.array(common.integer(1), least=1),
                ),
                least=1,
            ),
        ),
        least=1,
    ),
    host=HOST,
    warnings=common.array(common.text()),
    command=common.array(common.text(r"(?s).*", "a text"), least=1),
    integrity=common.obj(sha256=HASH),
)


# --- The walk -----------------------------------------------------------------------------------


class Benchmark:
    """What is known of one benchmark: [base, control, new] of each stage, and how it ended."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rounds: dict[str, list[list[float]]] = {
            "screening": [[], [], []],
            "confirmation": [[], [], []],
        }
        self.suspected = False
        self.settled: dict[str, Any] | None = None


def consistent(record: dict[str, Any]) -> common.Problems:
    """The launches in their order, and every derived field again."""
    design = record["design"]
    unsound = list(sound(design))
    if unsound:
        yield from unsound
        return
    names = [row["name"] for row in record["benchmarks"]]
    if len(set(names)) != len(names):
        yield common.Problem(".benchmarks", "every benchmark once", common.shown(names))
        return
    found = walk(design, record["seed"], record["settings"]["samples"], names, record["launches"])
    for index, (row, expected) in enumerate(zip(record["benchmarks"], found)):
        for field, value in expected.items():
            yield from common.same(f".benchmarks[{index}].{field}", value, row[field])
    worst = max((finding["verdict"] for finding in found), key=SEVERITY.index)
    yield from common.same(".verdict", worst, record["verdict"])


def sound(design: dict[str, Any]) -> common.Problems:
    """What the form of a design does not say."""
    if len(design["looks"]) != len(design["spend"]) or sorted(set(design["looks"])) != design["looks"]:
        yield common.Problem(".design", "rising looks and as many shares", common.shown(design))


def walk(
    design: dict[str, Any], seed: int, samples: int, names: list[str], launches: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The findings that the launches lead to, if they are those that the rules ask for."""
    state = [Benchmark(name) for name in names]
    lots = orders(seed)
    at = 0
    while (round_ := following(state)) is not None:
        stage, number, chosen = round_
        for arm in next(lots):
            if at == len(launches):
                raise Refused(f"more launches: {chosen[0].name} is not settled", f"{at}")
            take(launches[at], at, stage, number, arm, samples, chosen)
            at += 1
        if number in design["looks"]:
            look(design, state)
    if at != len(launches):
        raise Refused(f"{at} launches, after which everything is settled", f"{len(launches)}")
    return [one.settled for one in state if one.settled is not None]


def following(state: list[Benchmark]) -> tuple[str, int, list[Benchmark]] | None:
    """The round that comes next: its stage, its number there, what it measures; none after the end."""
    open_ones = [one for one in state if one.settled is None]
    if not open_ones:
        return None
    stage, chosen = "screening", [one for one in open_ones if not one.suspected]
    if not chosen:
        stage, chosen = "confirmation", open_ones
    return stage, len(chosen[0].rounds[stage][0]) + 1, chosen


def take(
    launch: dict[str, Any],
    index: int,
    stage: str,
    number: int,
    arm: str,
    samples: int,
    chosen: list[Benchmark],
) -> None:
    """Adds the launch's values to their benchmarks."""
    names = [measured["benchmark"] for measured in launch["measured"]]
    expected = [stage, number, arm, [one.name for one in chosen]]
    found = [launch["stage"], launch["round"], launch["arm"], names]
    if expected != found:
        raise Refused(f"launch {index}: {json.dumps(expected)}", json.dumps(found))
    for one, measured in zip(chosen, launch["measured"]):
        counts, times = measured["iterations"], measured["elapsed_ns"]
        if len(counts) != samples or len(times) != samples:
            raise Refused(f"launch {index}, {one.name}: {samples} samples", f"{len(counts)} and {len(times)}")
        per_iteration = [float(time) / float(count) for time, count in zip(times, counts)]
        one.rounds[stage][ARMS.index(arm)].append(low(per_iteration))


def orders(seed: int) -> Iterator[list[str]]:
    """The order of each round: Fisher and Yates's shuffle with SplitMix64."""
    words = common.splitmix64(seed)
    while True:
        arms = list(ARMS)
        for last in (2, 1):
            other = (next(words) * (last + 1)) >> 64
            arms[last], arms[other] = arms[other], arms[last]
        yield arms


def look(design: dict[str, Any], state: list[Benchmark]) -> None:
    """Settles what can be settled, and suspects what looks different."""
    margin = design["margin"]
    slower = rejected([least(design, one.rounds["screening"], margin, 1) for one in state], design["level"])
    faster = rejected([least(design, one.rounds["screening"], margin, -1) for one in state], design["level"])
    suspicion = ["slower" if s else "faster" if f else None for s, f in zip(slower, faster)]
    suspects = [index for index, suspected in enumerate(suspicion) if suspected]
    p_values = [
        least(design, state[index].rounds["confirmation"], margin, 1 if suspicion[index] == "slower" else -1)
        for index in suspects
    ]
    confirmed = {index for index, holds in zip(suspects, rejected(p_values, design["level"])) if holds}
    controls = rejected([control(design, one) for one in state], design["control_level"])
    findings = [
        finding(design, one, suspicion[index], index in confirmed, controls[index])
        for index, one in enumerate(state)
    ]
    for one, found in zip(state, findings):
        if any(controls):
            one.settled = {**found, "verdict": "inconclusive"}
        elif one.settled is None:
            fresh = bool(one.rounds["confirmation"][0])
            one.suspected = one.suspected or found["suspicion"] is not None
            if found["verdict"] is not None and one.suspected == fresh:
                one.settled = found


def finding(
    design: dict[str, Any], one: Benchmark, suspicion: str | None, confirmed: bool, control_differs: bool
) -> dict[str, Any]:
    """What is said of one benchmark now."""
    fresh = bool(one.rounds["confirmation"][0])
    base, _, new = one.rounds["confirmation" if fresh else "screening"]
    pairs = len(base)
    averages = walsh(base, new)
    interval = bounds(averages, pairs, OUTSIDE / 2.0)
    within = (
        interval[0] is not None
        and interval[1] is not None
        and interval[0] >= 1.0 / (1.0 + design["same"])
        and interval[1] <= 1.0 + design["same"]
    )
    verdict = None
    if control_differs:
        verdict = "inconclusive"
    elif suspicion and confirmed:
        verdict = suspicion
    elif suspicion and not fresh:
        verdict = None
    elif pairs in design["looks"] and within:
        verdict = "same"
    elif pairs >= design["looks"][-1]:
        verdict = "inconclusive"
    return {
        "suspicion": suspicion,
        "verdict": verdict,
        "ratio": middle(averages),
        "ci95": interval,
        "pairs": pairs,
        "detectable": detectable(design, averages, pairs),
        "control_differs": control_differs,
    }


# --- The statistics -----------------------------------------------------------------------------


def low(samples: list[float]) -> float:
    """The 10th percentile, linear between order statistics."""
    ordered = sorted(samples)
    position = (len(ordered) - 1) * 0.1
    below = math.floor(position)
    at = ordered[below]
    after = ordered[below + 1] if below + 1 < len(ordered) else at
    return at + (position - below) * (after - at)


def least(design: dict[str, Any], rounds: list[list[float]], margin: float, sign: int) -> float:
    """The least p / share of the looks that were reached: new against base."""
    return reached(design, rounds, lambda n: one_sided(rounds[0][:n], rounds[2][:n], margin, sign))


def control(design: dict[str, Any], one: Benchmark) -> float:
    """The same of control against base, both ways and both stages."""

    def of(rounds: list[list[float]]) -> float:
        def p_value(n: int) -> float:
            sides = (one_sided(rounds[0][:n], rounds[1][:n], design["margin"], sign) for sign in (1, -1))
            return 2.0 * min(sides)

        return reached(design, rounds, p_value)

    return min(2.0 * min(of(one.rounds["screening"]), of(one.rounds["confirmation"])), 1.0)


def reached(design: dict[str, Any], rounds: list[list[float]], p_value: Any) -> float:
    result = 1.0
    for rounds_then, share in zip(design["looks"], design["spend"]):
        if len(rounds[0]) < rounds_then:
            break
        result = min(result, p_value(rounds_then) / share)
    return result


def one_sided(base: list[float], new: list[float], margin: float, sign: int) -> float:
    """Exact signed-rank p-value of "new takes no more than the margin longer" (or, -1, less)."""
    ratios = [b / a for a, b in zip(base, new)]
    if sign > 0:
        ratios = [ratio / (1.0 + margin) for ratio in ratios]
    else:
        ratios = [1.0 / (ratio * (1.0 + margin)) for ratio in ratios]
    ranks = doubled_ranks([max(ratio, 1.0 / ratio) for ratio in ratios])
    w = sum(rank for rank, ratio in zip(ranks, ratios) if ratio > 1.0)
    signed = [rank for rank, ratio in zip(ranks, ratios) if ratio != 1.0]
    if all(rank % 2 == 0 for rank in signed):
        signed, w = [rank // 2 for rank in signed], (w + 1) // 2
    total = 0.0
    for probability in reversed(distribution(signed)[w:]):
        total += probability
    return total


def doubled_ranks(sizes: list[float]) -> list[int]:
    """Twice the mean rank of each."""
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    ranks = [0] * len(sizes)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and sizes[order[end]] == sizes[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = start + 1 + end
        start = end
    return ranks


def distribution(ranks: list[int]) -> list[float]:
    """P(W = w): each rank is in or out by a fair coin."""
    table = [1.0]
    for rank in ranks:
        longer = table + [0.0] * rank
        shifted = [0.0] * rank + table
        table = [(without + with_it) / 2.0 for without, with_it in zip(longer, shifted)]
    return table


def critical(count: int, level: float) -> int | None:
    """The least c with P(W >= c) <= level, without ties."""
    total, result = 0.0, None
    table = distribution(list(range(1, count + 1)))
    for w in range(len(table) - 1, -1, -1):
        total += table[w]
        if total > level:
            break
        result = w
    return result


def walsh(base: list[float], new: list[float]) -> list[float]:
    """Sorted averages of all pairs of ratios, on the scale of logarithms."""
    ratios = [b / a for a, b in zip(base, new)]
    return sorted(math.sqrt(one * other) for index, one in enumerate(ratios) for other in ratios[index:])


def middle(averages: list[float]) -> float:
    half = len(averages) // 2
    if len(averages) % 2:
        return averages[half]
    return math.sqrt(averages[half - 1] * averages[half])


def bounds(averages: list[float], pairs: int, level: float) -> list[float | None]:
    """Both one-sided bounds at this level; null where nothing bounds."""
    least_sum = critical(pairs, level)
    if least_sum is None:
        return [None, None]
    depth = len(averages) - least_sum
    return [averages[depth], averages[len(averages) - 1 - depth]]


def detectable(design: dict[str, Any], averages: list[float], pairs: int) -> float | None:
    """The smallest change that launches like these show at the last look."""
    ends = bounds(averages, pairs, design["level"] * design["spend"][-1])
    if ends[0] is None or ends[1] is None:
        return None
    estimate = middle(averages)
    return max(estimate / ends[0], ends[1] / estimate) * (1.0 + design["margin"]) - 1.0


def rejected(p_values: list[float], level: float) -> list[bool]:
    """Holm's procedure."""
    result = [False] * len(p_values)
    for step, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[index] > level / (len(p_values) - step):
            break
        result[index] = True
    return result
