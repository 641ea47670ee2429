"""The statistics of a fleet: means of launches, and nodes that lie apart."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from .estimates import mean, student

THRESHOLD, LEAST_NODES, PRACTICAL = 3.5, 5, 0.98
TO_SIGMA, MEAN_TO_SIGMA = 0.6745, 1.253314


class Estimate(NamedTuple):
    """A mean, the square of its standard error, and that error's degrees of freedom."""

    mean: float
    squared_error: float
    freedom: int


def estimate(values: list[float]) -> Estimate:
    """Of one sample."""
    count, average = len(values), mean(values)
    if count == 1:
        return Estimate(average, 0.0, 0)
    squares = 0.0
    for value in values:
        squares += (value - average) * (value - average)
    return Estimate(average, squares / (count - 1) / count, count - 1)


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
    half = student(of.freedom) * math.sqrt(of.squared_error)
    return [math.exp(of.mean - half), math.exp(of.mean + half)]


def compared(of: Estimate) -> dict[str, Any]:
    """A ratio and its interval."""
    return {"ratio": math.exp(of.mean), "ci95": interval(of)}


def scores(values: list[float]) -> list[float]:
    """Modified z-scores, Iglewicz & Hoaglin (1993)."""
    centre = median(values)
    distances = [abs(value - centre) for value in values]
    middle, average = median(distances), mean(distances)
    if middle > 0:
        return [TO_SIGMA * (value - centre) / middle for value in values]
    if average > 0:
        return [(value - centre) / (MEAN_TO_SIGMA * average) for value in values]
    return [0.0] * len(values)


def median(values: list[float]) -> float:
    """The middle one, or the mean of both."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
