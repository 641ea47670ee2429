"""The statistics of a comparison: exact signed ranks, and averages of pairs."""

from __future__ import annotations

import math
from typing import Any


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


def control(design: dict[str, Any], stages: dict[str, list[list[float]]]) -> float:
    """The same of control against base, both ways and both stages."""

    def of(rounds: list[list[float]]) -> float:
        def p_value(n: int) -> float:
            sides = (one_sided(rounds[0][:n], rounds[1][:n], design["margin"], sign) for sign in (1, -1))
            return 2.0 * min(sides)

        return reached(design, rounds, p_value)

    return min(2.0 * min(of(stages["screening"]), of(stages["confirmation"])), 1.0)


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
