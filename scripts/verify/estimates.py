"""Means, quantiles and intervals, to the bit as docs/receipt.md states them."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

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
MIB = 1048576.0
WORD = 2**64 - 1


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


def student(freedom: int) -> float:
    """The 97.5 % quantile; beyond 30 degrees it stays at its last value."""
    return T_QUANTILES[min(freedom, len(T_QUANTILES)) - 1]


def quantile(ordered: list[float], share: float) -> float:
    """Linear between order statistics."""
    at = share * float(len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
