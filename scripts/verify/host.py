"""Where it ran: provenance that the kind demands, and facts that are possible together."""

from __future__ import annotations

from typing import Any

from .problem import Problem, Problems, shown


def environment(receipt: dict[str, Any]) -> Problems:
    """Provenance that the kind demands, and facts that are possible together."""
    env = receipt["environment"]
    if env["kind"] != "host":
        for field in ("flake_lock_sha256", "store_path", "source_hash"):
            if env[field] is None:
                yield Problem(f".environment.{field}", f"a value for kind {env['kind']}", "null")
    if env["kind"] != "image" and env["image_digest"] is not None:
        place = ".environment.image_digest"
        yield Problem(place, "null unless kind is image", shown(env["image_digest"]))
    for when in ("before", "after"):
        available = env[when]["memory_available_bytes"]
        if available > env["memory_bytes"]:
            place = f".environment.{when}.memory_available_bytes"
            yield Problem(place, "at most .environment.memory_bytes", str(available))
    before, after = env["before"]["throttled"], env["after"]["throttled"]
    if before is not None and after is not None and after < before:
        yield Problem(".environment.after.throttled", f"at least {before}", str(after))


def launches(receipt: dict[str, Any]) -> Problems:
    """No process measured for longer than it lived."""
    env = receipt["environment"]
    for index, launch in enumerate(env["launches"]):
        path = f".environment.launches[{index}]"
        took = measured_ns(receipt, index, len(env["launches"]))
        if took > launch["wall_s"] * 1e9:
            wanted = f"at least the {took} ns that its samples took"
            yield Problem(f"{path}.wall_s", wanted, shown(launch["wall_s"]))


def measured_ns(receipt: dict[str, Any], launch: int, launch_count: int) -> float:
    """Time behind all samples of one launch."""
    total = 0.0
    for benchmark in receipt["benchmarks"]:
        each = len(benchmark["samples"]) // launch_count
        mine = slice(launch * each, (launch + 1) * each)
        for time_ns, count in zip(benchmark["samples"][mine], benchmark["iterations"][mine]):
            total += time_ns * count
    return total
