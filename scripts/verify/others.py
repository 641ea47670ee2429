"""What a run was held against: a baseline's runs, and other decoders."""

from __future__ import annotations

import math
from typing import Any

from .benchmarks import enough_samples, low_values
from .estimates import mean, quantile, student
from .objectives import unfit
from .problem import Problem, Problems, same, shown


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
