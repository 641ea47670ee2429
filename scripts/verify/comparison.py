"""Comparisons (ab.json): every verdict again, from the launches and the seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .comparison_form import ARMS, RECORD, SCHEMA_VERSION, SEVERITY
from .estimates import splitmix64
from .problem import Problem, Problems, first, same, shown
from .seal import integrity
from .signed_rank import bounds, control, detectable, least, low, middle, rejected, walsh

OUTSIDE = 0.05


class Refused(Exception):
    """The comparison is not what the rules ask for; the first argument says where and why."""


def verify(record: dict[str, Any]) -> list[Problem]:
    """The problems of a comparison; empty if it is sound."""
    version = record.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    problems = first(RECORD("", record))
    if problems:
        return problems
    try:
        return list(integrity(record)) + list(consistent(record))
    except Refused as refused:
        return [Problem(".launches", *refused.args)]


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


def consistent(record: dict[str, Any]) -> Problems:
    """The launches in their order, and every derived field again."""
    names = [row["name"] for row in record["benchmarks"]]
    design = record["design"]
    unsound = list(sound(design, names))
    if unsound:
        yield from unsound
        return
    found = walk(design, record["seed"], record["settings"]["samples"], names, record["launches"])
    for index, (row, expected) in enumerate(zip(record["benchmarks"], found)):
        for field, value in expected.items():
            yield from same(f".benchmarks[{index}].{field}", value, row[field])
    worst = max((finding["verdict"] for finding in found), key=SEVERITY.index)
    yield from same(".verdict", worst, record["verdict"])


def sound(design: dict[str, Any], names: list[str]) -> Problems:
    """What the forms of a design and of its benchmarks do not say."""
    if len(design["looks"]) != len(design["spend"]) or sorted(set(design["looks"])) != design["looks"]:
        yield Problem(".design", "rising looks and as many shares", shown(design))
    if sum(design["spend"]) > 1.0 + 1e-9:
        yield Problem(".design.spend", "shares that add up to 1 at most", shown(design["spend"]))
    for name in ("level", "control_level", "same"):
        if design[name] <= 0:
            yield Problem(f".design.{name}", "a share above 0", shown(design[name]))
    if design["margin"] > design["same"]:
        yield Problem(".design.margin", "a share up to .design.same", shown(design["margin"]))
    if len(set(names)) != len(names):
        yield Problem(".benchmarks", "every benchmark once", shown(names))


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
    words = splitmix64(seed)
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
    controls = rejected([control(design, one.rounds) for one in state], design["control_level"])
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
