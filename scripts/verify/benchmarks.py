"""What follows from each benchmark's samples."""

from __future__ import annotations

import math
from typing import Any

from .estimates import mean, mibps, quantile, quantiles_ns, widened
from .problem import Problem, Problems, same, shown

MIN_LAUNCHES, MIN_SAMPLES_PER_LAUNCH = 3, 10


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
