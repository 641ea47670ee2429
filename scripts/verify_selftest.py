"""Verify self-tests of the gate (selftest.json): every verdict of every trial again, from its launches.

Written from docs/receipt.md and independent of the Rust program. `verify_receipt.py` calls it for
files of this kind; standard library only, Python 3.9 or later.
"""

from __future__ import annotations

from typing import Any

import verify_comparison as comparison
import verify_receipt as common

SCHEMA_VERSION = 1

VALUES = common.array(common.ABOVE_0, least=1)
RECORD = common.obj(
    kind=common.one_of("selftest"),
    schema_version=common.integer(1, SCHEMA_VERSION),
    subject=comparison.PROGRAM,
    benchmarks=common.array(
        common.obj(
            name=common.text(),
            bytes=common.integer(1),
            verified=common.VERIFIED,
            kernels_base=comparison.KERNELS,
            kernels_new=comparison.KERNELS,
        ),
        least=1,
    ),
    design=comparison.DESIGN,
    settings=comparison.SETTINGS,
    host=comparison.HOST,
    trials=common.array(
        common.obj(
            timestamp=common.rule("a time in UTC, RFC 3339", common.is_utc),
            injected=common.number("per cent from 0 to 100", lambda value: 0 <= value <= 100),
            neighbour=common.BOOLEAN,
            seed=common.integer(0, 2**53 - 1),
            seconds=common.ABOVE_0,
            rounds=common.array(common.obj(base=VALUES, control=VALUES, new=VALUES), least=1),
            rows=common.array(
                common.obj(
                    verdict=comparison.VERDICT,
                    ratio=common.ABOVE_0,
                    ci95=common.array(common.nullable(common.ABOVE_0), 2, 2),
                    pairs=common.integer(1),
                ),
                least=1,
            ),
        )
    ),
    command=common.array(common.text(r"(?s).*", "a text"), least=1),
    integrity=common.obj(sha256=common.HASH),
)


def verify(record: dict[str, Any]) -> list[common.Problem]:
    """The problems of a self-test; empty if it is sound."""
    version = record.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [common.Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    form = list(RECORD("", record))
    return form or list(common.integrity(record)) + list(consistent(record))


def consistent(record: dict[str, Any]) -> common.Problems:
    """Every derived field again."""
    design = record["design"]
    unsound = list(comparison.sound(design))
    if unsound:
        yield from unsound
        return
    names = [benchmark["name"] for benchmark in record["benchmarks"]]
    if len(set(names)) != len(names):
        yield common.Problem(".benchmarks", "every benchmark once", common.shown(names))
        return
    for index, trial in enumerate(record["trials"]):
        at = f".trials[{index}]"
        if trial in record["trials"][:index]:
            yield common.Problem(at, "every trial once", "one that is there already")
        try:
            found = walk(design, names, trial["rounds"])
        except comparison.Refused as refused:
            yield common.Problem(f"{at}.rounds", *refused.args)
            continue
        fields = ("verdict", "ratio", "ci95", "pairs")
        expected = [{field: row[field] for field in fields} for row in found]
        yield from common.same(f"{at}.rows", expected, trial["rows"])


def walk(design: dict[str, Any], names: list[str], rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings that the rounds lead to, if they are as many as the rules ask for."""
    state = [comparison.Benchmark(name) for name in names]
    taken = 0
    while (round_ := comparison.following(state)) is not None:
        stage, number, chosen = round_
        if taken == len(rounds):
            raise comparison.Refused(f"more rounds: {chosen[0].name} is not settled", f"{taken}")
        for index, arm in enumerate(comparison.ARMS):
            values = rounds[taken][arm]
            if len(values) != len(chosen):
                raise comparison.Refused(f"round {taken}: {len(chosen)} values", f"{len(values)}")
            for one, value in zip(chosen, values):
                one.rounds[stage][index].append(float(value))
        taken += 1
        if number in design["looks"]:
            comparison.look(design, state)
    if taken != len(rounds):
        raise comparison.Refused(f"{taken} rounds, after which everything is settled", f"{len(rounds)}")
    return [one.settled for one in state if one.settled is not None]
