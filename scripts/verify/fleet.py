"""Fleets' receipts (fleet.json): everything that is derived again, from the results."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from .estimates import mibps
from .fleet_estimates import (
    LEAST_NODES,
    PRACTICAL,
    THRESHOLD,
    compared,
    estimate,
    interval,
    less,
    scores,
    together,
)
from .fleet_form import FLEET, SCHEMA_VERSION
from .problem import Problem, first, shown
from .seal import integrity

SAME = 1e-9
MOST_RUNS = 1_000_000


def verify(fleet: dict[str, Any]) -> list[Problem]:
    """The problems of a fleet's receipt; empty if it is sound."""
    version = fleet.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    problems = first(FLEET("", fleet))
    if problems:
        return problems
    problems = list(integrity(fleet)) + list(possible(fleet))
    if not problems:
        for key, value in derived(fleet).items():
            problems += same(f".{key}", value, fleet[key])
    return problems


def possible(fleet: dict[str, Any]) -> Iterator[Problem]:
    """No run counts twice or unasked, and what counts has times and no excuse."""
    asked = sum((job["tasks"] or 0) * job["runs"] for job in fleet["jobs"])
    if asked > MOST_RUNS:
        yield Problem(".jobs", f"at most {MOST_RUNS} runs of all jobs", str(asked))
        return
    counted, jobs = set(), {job["job"]: job for job in fleet["jobs"]}
    for index, result in enumerate(fleet["results"]):
        path, used = f".results[{index}]", result["outcome"] == "used"
        key = (result["job"], result["task"], result["run"])
        if used and not was_asked_for(jobs.get(result["job"]), result):
            yield Problem(path, "a run that was asked for", " ".join(map(str, key)))
        if used and key in counted:
            yield Problem(path, "one result that counts of each run", "another")
        if used:
            counted.add(key)
        if used != (result["reason"] is None):
            yield Problem(f"{path}.reason", "one where it does not count, and only there", "not so")
        if used != bool(result["benchmarks"]):
            yield Problem(f"{path}.benchmarks", "some where it counts, and only there", "not so")


def was_asked_for(job: dict[str, Any] | None, result: dict[str, Any]) -> bool:
    """Whether the job has such a task and run, as far as anybody said how many there are."""
    if job is None or job["tasks"] is None:
        return job is not None
    return bool(result["task"] < job["tasks"] and result["run"] <= job["runs"])


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
            rates = (mibps(measured["bytes_processed"], ns) for ns in measured["launch_means_ns"])
            nodes.setdefault(result["node"], []).extend(map(math.log, rates))
    found = [benchmark(name, logs[name]) for name in sorted(logs, key=str.encode)]
    sick = {node["node"] for one in found for node in one["nodes"] if node["sick"]}
    unfit = any(result["unfit"] for result in results)
    by_name = {one["name"]: one for one in found}
    verdicts = [verdict(objective, by_name.get(objective["benchmark"]), unfit) for objective in objectives]
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


def verdict(objective: dict[str, Any], found: dict[str, Any] | None, unfit: bool) -> dict[str, Any]:
    """By the type's interval; nodes that lie below by theirs. Undecided where it was not measured."""
    if found is None:
        return {**objective, "verdict": "inconclusive", "below": []}
    floor, reach, word = objective["floor_mibps"], found["ci95_mibps"], "inconclusive"
    if reach and not unfit:
        word = "pass" if reach[0] >= floor else "fail" if reach[1] < floor else word
    below = [node["node"] for node in found["nodes"] if node["ci95_mibps"] and node["ci95_mibps"][1] < floor]
    return {**objective, "verdict": word, "below": below}


def same(path: str, expected: Any, found: Any) -> Iterator[Problem]:
    """Equal, numbers to nine digits: libraries differ in the last bits of a logarithm."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from same(f"{path}.{key}", value, found[key])
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, value in enumerate(expected):
            yield from same(f"{path}[{index}]", value, found[index])
    elif type(expected) is float and type(found) in (int, float):
        if abs(expected - found) > SAME * max(abs(expected), abs(found), 1.0):
            yield Problem(path, shown(expected), shown(found))
    elif expected != found or type(expected) is not type(found):
        yield Problem(path, shown(expected), shown(found))
