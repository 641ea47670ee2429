"""Each objective's verdict, from the figures that it judges."""

from __future__ import annotations

import math
from typing import Any

from .benchmarks import MIN_LAUNCHES, enough_samples, low_values
from .estimates import MIB, mean, student
from .problem import Problem, Problems, same, shown


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
