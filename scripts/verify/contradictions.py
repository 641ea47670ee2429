"""Contradictions: what no honest run can leave."""

from __future__ import annotations

import datetime
import math
import time
from typing import Any

from .problem import Problem, Problems, shown

TELLING, MANY = 8, 10
LONGEST_NS = 2.0**51
SHARED_BYTES = 64 << 20
AHEAD_S = 86400
# One at each cycle of a clock of 10 GHz.
REQUESTS_A_NS = 10.0
KERNELS = {"avx2": "x86_64", "avx512": "x86_64", "neon": "aarch64"}


def contradictions(receipt: dict[str, Any]) -> Problems:
    """Every class of them."""
    for index, benchmark in enumerate(receipt["benchmarks"]):
        path = f".benchmarks[{index}]"
        records = benchmark["verified"]["records"]
        if records > benchmark["bytes_processed"]:
            place = f"{path}.verified.records"
            yield Problem(place, "at most bytes_processed", str(records), "too-many-records")
        yield from allocations(path, receipt, benchmark)
        each = samples_each(receipt, benchmark)
        if each:
            yield from scaled(path, benchmark)
            yield from irregular(path, receipt, benchmark, each)
    for check in (repeated, shared_digests, unlike_settings, impossible_host, foreign_task, future):
        yield from check(receipt)


def allocations(path: str, receipt: dict[str, Any], benchmark: dict[str, Any]) -> Problems:
    """A request is for a byte at least, and takes time."""
    most = REQUESTS_A_NS * float(receipt["summary"]["host_cores"]) * benchmark["mean_ns"]
    for launch, found in enumerate(benchmark.get("allocations") or []):
        place = f"{path}.allocations[{launch}].count"
        if found["count"] > found["bytes"] or float(found["count"]) > most:
            wanted = f"at most bytes, {found['bytes']}, and at most {most}, by time"
            yield Problem(place, wanted, str(found["count"]), "impossible-allocations")


def samples_each(receipt: dict[str, Any], benchmark: dict[str, Any]) -> int:
    """Samples of one launch; 0 where they can't be told apart."""
    launch_count, count = len(receipt["environment"]["launches"]), len(benchmark["samples"])
    sound = (
        launch_count == benchmark["launches"]
        and count == len(benchmark["iterations"])
        and count % launch_count == 0
    )
    return count // launch_count if sound else 0


def scaled(path: str, benchmark: dict[str, Any]) -> Problems:
    """A sample is whole ns over its iterations, rounded once; and a clock moves."""
    samples = [float(value) for value in benchmark["samples"]]
    for index, (time_ns, count) in enumerate(zip(samples, benchmark["iterations"])):
        product = time_ns * count + 0.5
        # Python's floor gives an integer, which infinity has none of.
        elapsed = float(math.floor(product)) if product < LONGEST_NS + 1 else LONGEST_NS
        if not (1.0 <= elapsed < LONGEST_NS and elapsed / count == time_ns):
            wanted = f"whole ns over {count} iterations"
            yield Problem(f"{path}.samples[{index}]", wanted, shown(time_ns), "scaled-samples")
            break
    if len(samples) >= MANY and len(set(samples)) == 1:
        yield Problem(f"{path}.samples", "samples that differ", shown(samples[0]), "equal-samples")


def irregular(path: str, receipt: dict[str, Any], benchmark: dict[str, Any], each: int) -> Problems:
    """By the recorded mode; version 1 records none, and then either will do."""
    counts = benchmark["iterations"]
    modes = benchmark.get("sampling")
    for launch in range(len(counts) // each):
        mine = counts[launch * each : (launch + 1) * each]
        fits = {
            "flat": all(count == mine[0] for count in mine),
            "linear": all(count == mine[0] * (at + 1) for at, count in enumerate(mine)),
        }
        if receipt["schema_version"] < 2:
            fine = fits["flat"] or fits["linear"]
        else:
            fine = launch >= len(modes) or fits[modes[launch]]
        if not fine:
            place = f"{path}.iterations[{launch * each}]"
            wanted = "all alike in a launch (flat), or d, 2 d, 3 d, ... (linear)"
            yield Problem(place, wanted, str(mine[0]), "irregular-iterations")


def repeated(receipt: dict[str, Any]) -> Problems:
    """Two launches with the very same samples."""
    seen: dict[tuple[float, ...], int] = {}
    for index, benchmark in enumerate(receipt["benchmarks"]):
        each = samples_each(receipt, benchmark)
        samples = [float(value) for value in benchmark["samples"]]
        for start in range(0, len(samples) if each else 0, each or 1):
            launch = tuple(samples[start : start + each])
            if len(set(launch)) < TELLING:
                continue
            before = seen.get(launch)
            seen[launch] = index
            if before is not None:
                name = "copied-launch" if before == index else "replayed-launch"
                place = f".benchmarks[{index}].samples[{start}]"
                wanted = f"samples of its own, not those of a launch of .benchmarks[{before}]"
                yield Problem(place, wanted, shown(launch[0]), name)


def shared_digests(receipt: dict[str, Any]) -> Problems:
    """One digest is one output, so it has one length (of canonical lines, as many records)."""
    seen: dict[tuple[bool, str], int] = {}
    for index, benchmark in enumerate(receipt["benchmarks"]):
        verified = benchmark["verified"]
        canonical = verified["against"] == "canonical-values"
        field = "records" if canonical else "output_bytes"
        expected = seen.setdefault((canonical, verified["output_sha256"]), verified[field])
        if verified[field] != expected:
            place = f".benchmarks[{index}].verified.{field}"
            wanted = f"{expected}, as another benchmark with the same digest has it"
            yield Problem(place, wanted, str(verified[field]), "shared-digest")


def unlike_settings(receipt: dict[str, Any]) -> Problems:
    """What was measured is what was asked for."""
    settings = receipt.get("settings")
    if settings is None:
        return
    launch_count = len(receipt["environment"]["launches"])
    if settings["launches"] != launch_count:
        found = str(settings["launches"])
        yield Problem(".settings.launches", str(launch_count), found, "unlike-settings")
    for index, benchmark in enumerate(receipt["benchmarks"]):
        path, name = f".benchmarks[{index}]", benchmark["name"]
        each = samples_each(receipt, benchmark)
        if each and each != settings["samples"]:
            wanted, found = f"{settings['samples']} of each launch", str(len(benchmark["samples"]))
            yield Problem(f"{path}.samples | length", wanted, found, "unlike-settings")
        chosen = any(
            name == part[1:] if part.startswith("=") else part in name for part in settings["filter"]
        )
        if settings["filter"] and not chosen:
            wanted = "a name that .settings.filter chooses"
            yield Problem(f"{path}.name", wanted, shown(name), "unlike-settings")


def impossible_host(receipt: dict[str, Any]) -> Problems:
    """No more memory than there is, and kernels of this architecture."""
    env = receipt["environment"]
    limit = env["cgroup"]["memory_limit_bytes"]
    most = env["memory_bytes"] if limit is None else min(env["memory_bytes"], limit + SHARED_BYTES)
    for index, launch in enumerate(env["launches"]):
        if launch["max_rss_bytes"] > most:
            place = f".environment.launches[{index}].max_rss_bytes"
            found = str(launch["max_rss_bytes"])
            yield Problem(place, f"at most {most}", found, "impossible-memory")
    for index, kernel in enumerate(env["kernels"] or []):
        if KERNELS.get(kernel, env["cpu"]["arch"]) != env["cpu"]["arch"]:
            place = f".environment.kernels[{index}]"
            wanted = "a kernel of .environment.cpu.arch"
            yield Problem(place, wanted, shown(kernel), "foreign-kernel")


def foreign_task(receipt: dict[str, Any]) -> Problems:
    """The command and the environment say the same of the fleet's task."""
    if receipt["schema_version"] < 5:
        return
    task, command, named = receipt["environment"]["task"], receipt["command"], None
    for index, argument in enumerate(command):
        if argument == "--fleet-task":
            named = command[index + 1] if index + 1 < len(command) else ""
        elif argument.startswith("--fleet-task="):
            named = argument[len("--fleet-task=") :]
    told = None if task is None else "{job}/{task}-{restart}-{run}-{node}".format(**task)
    if told != named:
        wanted = "null" if named is None else named
        yield Problem(".environment.task", f"{wanted}, as the command says", shown(told), "foreign-task")


def future(receipt: dict[str, Any]) -> Problems:
    """Nothing was measured later than now."""
    stamp = receipt["timestamp"]
    at = datetime.datetime.strptime(stamp[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z").timestamp()
    if at > math.floor(time.time()) + AHEAD_S:
        wanted = "a date at most one day ahead of this machine's clock"
        yield Problem(".timestamp", wanted, shown(stamp), "future-date")
