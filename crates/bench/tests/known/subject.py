#!/usr/bin/env -S python3 -S
"""A subject whose speed is known: it decodes nothing and reports times by a rule.

The first words behind this text are filled in by the test that writes it out. It speaks the
protocol of docs/protocol.md rightly, so that only what the test is about is odd.
"""

import json
import os
import sys
import time

FACTOR = {factor}  # time of an iteration, in units of the base's
CONTROL = {control}  # the same in the folder of the control arm
ANSWER = "{answer}"  # one hexadecimal digit of the answer's hash
SPREAD = {spread}  # of launches
PAUSE = {pause}  # seconds of real time of a launch
WORK = {work}  # numbers that are added up in an iteration; 0 reports times by the rule instead
WRONG_AFTER = {wrong_after}  # launches of an arm after which its answer is another


def scattered(spread):
    """A factor around 1 that differs by so much from call to call."""
    parts = [int.from_bytes(os.urandom(4), "big") / 2.0**32 - 0.5 for _ in range(12)]
    return 2.0 ** (1.4427 * spread * sum(parts))


def measured(samples):
    """Real times, of real work: what the machine does meanwhile is in them."""
    times = []
    for _ in range(samples):
        start = time.perf_counter_ns()
        sum(range(WORK))
        times.append(time.perf_counter_ns() - start)
    return times


def launches_before():
    """Of this arm, whose current folder is its own."""
    with open("launches", "a") as counter:
        counter.write("x")
        return counter.tell() - 1


def say(**message):
    print(json.dumps(message), flush=True)


def main():
    control = os.path.basename(os.path.dirname(os.path.abspath(sys.argv[0]))) == "ctrl"
    burden = 1 + float(os.environ.get("BENCH_BURDEN", "0")) / 100
    launch = scattered(SPREAD) * burden * (CONTROL if control else FACTOR)
    names = ["slo_validation/display", "slo_validation/comp3"]
    say(
        type="hello",
        protocol=2,
        subject={{"name": "known", "version": "1"}},
        toolchain=None,
        rustc=None,
        flags=None,
        profile=None,
        sources=None,
        file_system=None,
        takes=["benchmarks"],
        benchmarks=[{{"name": name, "bytes": 1000, "records": 10}} for name in names],
        pid=os.getpid(),
    )
    answer = (ANSWER if launches_before() < WRONG_AFTER else "f") * 64
    for line in sys.stdin:
        order = json.loads(line)
        if order["type"] == "job":
            job = order
            say(
                type="verified",
                benchmark=job["benchmark"],
                against="values",
                bytes=1000,
                records=10,
                output_bytes=100,
                output_sha256=answer,
                kernels=None,
            )
        elif order["type"] == "measure":
            time.sleep(PAUSE)
            count = job["samples"]
            by_rule = [int(1e6 * launch * scattered(0.002)) for _ in range(count)]
            times = measured(count) if WORK else by_rule
            say(
                type="samples",
                benchmark=job["benchmark"],
                sampling="flat",
                iterations=[1 if WORK else 1000] * len(times),
                elapsed_ns=times,
                output_sha256=answer,
            )
        else:
            say(type="end", max_rss_bytes=1 << 20)
            break


main()
