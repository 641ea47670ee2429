"""The status, and the predecessor's metrics."""

from __future__ import annotations

import re
from typing import Any

from .objectives import peak_mib
from .problem import Problems, same
from .receipt_form import WORST_FIRST


def totals(receipt: dict[str, Any]) -> Problems:
    """Status, the predecessor's metrics, and the summary."""
    verdicts = [slo["verdict"] for slo in receipt["slo"]]
    held = receipt.get("baseline") or {"benchmarks": []}
    # A warning is no failure.
    verdicts += [row["verdict"].replace("warn", "pass") for row in held["benchmarks"]]
    worst = next((word for word in WORST_FIRST if word in verdicts), "inconclusive")
    yield from same(".status", worst, receipt["status"])
    summary, env = receipt["summary"], receipt["environment"]
    for metric in ("display_mibps", "comp3_mibps"):
        expected = metric_mean(receipt, metric)
        yield from same(f".{metric}", expected, receipt[metric])
        yield from same(f".summary.{metric}", expected, summary[metric])
    display = metric_mean(receipt, "display_mibps")
    gibps = None if display is None else display / 1024.0
    yield from same(".display_gibps", gibps, receipt["display_gibps"])
    yield from same(".summary.max_rss_mib", peak_mib(receipt), summary["max_rss_mib"])
    yield from same(".summary.host_cpu", env["cpu"]["model"], summary["host_cpu"])


def metric_mean(receipt: dict[str, Any], metric: str) -> float | None:
    """The mean rate of the benchmark that the objective with this metric judges."""
    for slo in receipt["slo"]:
        if slo["metric"] == metric:
            for benchmark in receipt["benchmarks"]:
                if benchmark["name"] == slo["benchmark"]:
                    return float(benchmark["mean_mibps"])
    return None


def predecessor(receipt: dict[str, Any]) -> Problems:
    """Facts under the predecessor's names, and the kernels of all benchmarks together."""
    env, summary = receipt["environment"], receipt["summary"]
    yield from same(".format_version", str(receipt["schema_version"]), receipt["format_version"])
    yield from same(".build_profile", env["profile"], receipt["build_profile"])
    yield from same(".target_cpu", target_cpu(env["flags"]), receipt["target_cpu"])
    yield from same(".environment.os", summary["host_os"], env["os"])
    yield from same(".environment.kernel", summary["host_kernel"], env["kernel"])
    yield from same(".environment.cpu_model", env["cpu"]["model"], env["cpu_model"])
    yield from same(".environment.cpu_cores", summary["host_cores"], env["cpu_cores"])
    lists = [one["kernels"] for one in receipt["benchmarks"] if one["kernels"] is not None]
    # A dict keeps the order of first appearance.
    union = list(dict.fromkeys(kernel for kernels in lists for kernel in kernels))
    yield from same(".environment.kernels", union if lists else None, env["kernels"])


def target_cpu(flags: str | None) -> str | None:
    """The name behind the last target-cpu= of the compiler's flags."""
    _, found, rest = (flags or "").rpartition("target-cpu=")
    match = re.match("[A-Za-z0-9._+-]+", rest) if found else None
    return match.group() if match else None
