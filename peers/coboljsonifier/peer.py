#!/usr/bin/env python3
"""coboljsonifier behind the protocol of docs/protocol.md, called as its documentation calls it.

The protocol and the canonical form are written here from that page alone, with the standard library.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from coboljsonifier.config.parser_type_enum import ParseType
from coboljsonifier.copybookextractor import CopybookExtractor
from coboljsonifier.parser import Parser


def main() -> None:
    say(
        "hello",
        protocol=2,
        subject={"name": "coboljsonifier", "version": version("coboljsonifier")},
        toolchain=f"{platform.python_implementation()} {platform.python_version()}",
        takes=["records"],
        benchmarks=[],
        pid=os.getpid(),
    )
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "end":
            say("end", max_rss_bytes=peak_rss())
            return
        try:
            if not benchmark(message):
                return  # the driver found the answer wrong, and has said so
        except Exception as error:
            say("error", benchmark=message.get("benchmark"), message=f"{type(error).__name__}: {error}")
            raise


def benchmark(job: dict[str, Any]) -> bool:
    """Decodes once, answers, and measures if the driver accepts the answer."""
    if job["type"] != "job" or not job.get("records") or job.get("kernel"):
        raise ValueError(f"expected a job with records and without a kernel, found {job}")
    handed = job["records"]
    say("progress", benchmark=job["benchmark"], phase="verifying", done=0, of=0)
    records = split(Path(handed["data"]).read_bytes(), handed["record_length"])
    parser = Parser(
        CopybookExtractor(handed["copybook"]).dict_book_structure, ParseType.BINARY_EBCDIC
    ).build()

    lines = decode(parser, records)
    canonical = canonical_lines(lines, handed["fields"])
    Path(handed["canonical"]).write_bytes(canonical)
    say(
        "verified",
        benchmark=job["benchmark"],
        against="canonical-values",
        bytes=sum(map(len, records)),
        records=len(lines),
        output_bytes=sum(len(line) + 1 for line in lines),
        output_sha256=hashlib.sha256(canonical).hexdigest(),
    )
    order = sys.stdin.readline()
    if not order:
        return False
    if json.loads(order) != {"type": "measure", "benchmark": job["benchmark"]}:
        raise ValueError(f"expected the order to measure, found {order}")
    iterations, elapsed = measure(job, lambda: decode(parser, records))
    canonical = canonical_lines(decode(parser, records), handed["fields"])
    say(
        "samples",
        benchmark=job["benchmark"],
        sampling="flat",
        iterations=[iterations] * len(elapsed),
        elapsed_ns=elapsed,
        output_sha256=hashlib.sha256(canonical).hexdigest(),
    )
    return True


def split(data: bytes, length: int) -> list[bytes]:
    return [data[start : start + length] for start in range(0, len(data), length)]


def decode(parser: Any, records: list[bytes]) -> list[str]:
    """Every record once, to JSON: what the others are timed doing."""
    lines = []
    for record in records:
        parser.parse(record)
        lines.append(json.dumps(parser.value, default=str))
    return lines


def measure(job: dict[str, Any], decode_all: Callable[[], Any]) -> tuple[int, list[int]]:
    """How often every sample decoded, and how long each took, ns."""
    spent, runs = 0.0, 0
    while runs == 0 or spent < job["warm_up_s"]:
        say("progress", benchmark=job["benchmark"], phase="warm-up", done=runs, of=0)
        spent += timed(decode_all, 1) / 1e9
        runs += 1
    iterations = max(1, int(job["measure_s"] / job["samples"] * runs / spent))
    elapsed = []
    for done in range(job["samples"]):
        say("progress", benchmark=job["benchmark"], phase="measuring", done=done, of=job["samples"])
        elapsed.append(timed(decode_all, iterations))
    return iterations, elapsed


def timed(decode_all: Callable[[], Any], iterations: int) -> int:
    start = time.perf_counter_ns()
    for _ in range(iterations):
        decode_all()
    return time.perf_counter_ns() - start


def canonical_lines(lines: list[str], fields: dict[str, str]) -> bytes:
    return "".join(f"{canonical_line(line, fields)}\n" for line in lines).encode()


def canonical_line(line: str, fields: dict[str, str]) -> str:
    members = dissolve(json.loads(line), fields)
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def dissolve(members: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in members.items():
        name = key.upper().replace("_", "-")
        if isinstance(value, dict):
            out |= dissolve(value, fields)
        elif isinstance(value, list):
            out[name] = [
                dissolve(row, fields) if isinstance(row, dict) else scalar(row, fields[name]) for row in value
            ]
        elif name in fields:
            out[name] = scalar(value, fields[name])
    return out


def scalar(value: Any, spelling: str) -> str:
    if spelling == "text":
        return "" if value is None else str(value).rstrip(" ")  # it prints null for spaces
    number = Decimal(str(value))
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if number == 0 else text


def peak_rss() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    sys.exit("/proc/self/status has no VmHWM")


def say(kind: str, **message: Any) -> None:
    """One line for the driver. Signs of life are rarer than the protocol allows."""
    global last_sign
    now = time.monotonic()
    if kind == "progress" and now - last_sign < 0.5:
        return
    last_sign = now
    print(json.dumps({"type": kind, **message}), flush=True)


last_sign = 0.0

if __name__ == "__main__":
    main()
