#!/usr/bin/env python3
"""coboljsonifier behind the peers' protocol, called as its documentation calls it.

The protocol and the canonical form are described in peers/README.md; this file follows that page.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import time
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from coboljsonifier.config.parser_type_enum import ParseType
from coboljsonifier.copybookextractor import CopybookExtractor
from coboljsonifier.parser import Parser


def main() -> None:
    job = json.loads(sys.stdin.readline())
    if job["protocol"] != 1:
        sys.exit(f"expected protocol 1, found {job['protocol']}")
    records = split(Path(job["data"]).read_bytes(), job["record_length"])
    parser = Parser(CopybookExtractor(job["copybook"]).dict_book_structure, ParseType.BINARY_EBCDIC).build()

    answer = verify(job, decode(parser, records))
    say(answer)
    if sys.stdin.readline().strip() != "measure":
        return  # the driver found the answer wrong, and has said so
    samples = measure(job, parser, records)
    if verify(job, decode(parser, records)) != answer:
        sys.exit("the output changed while it was timed")
    say(samples)


def split(data: bytes, length: int) -> list[bytes]:
    return [data[start : start + length] for start in range(0, len(data), length)]


def decode(parser: Any, records: list[bytes]) -> list[str]:
    """Every record once, to JSON: what the others are timed doing."""
    lines = []
    for record in records:
        parser.parse(record)
        lines.append(json.dumps(parser.value, default=str))
    return lines


def verify(job: dict[str, Any], lines: list[str]) -> dict[str, Any]:
    canonical = "".join(f"{canonical_line(line, job['fields'])}\n" for line in lines)
    encoded = canonical.encode()
    Path(job["canonical"]).write_bytes(encoded)
    return {
        "subject": {
            "name": "coboljsonifier",
            "version": version("coboljsonifier"),
            "toolchain": f"Python {platform.python_version()}",
        },
        "records": len(lines),
        "output_bytes": sum(len(line) + 1 for line in lines),
        "canonical_sha256": hashlib.sha256(encoded).hexdigest(),
    }


def measure(job: dict[str, Any], parser: Any, records: list[bytes]) -> dict[str, Any]:
    spent, runs = 0.0, 0
    while runs == 0 or spent < job["warm_up_s"]:
        start = time.perf_counter()
        decode(parser, records)
        spent += time.perf_counter() - start
        runs += 1
    iterations = max(1, int(job["measure_s"] / job["samples"] * runs / spent))
    elapsed = []
    for _ in range(job["samples"]):
        start_ns = time.perf_counter_ns()
        for _ in range(iterations):
            decode(parser, records)
        elapsed.append(time.perf_counter_ns() - start_ns)
    return {
        "iterations": [iterations] * job["samples"],
        "elapsed_ns": elapsed,
        "max_rss_bytes": peak_rss(),
    }


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


def say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
