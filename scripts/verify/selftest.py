"""Self-tests of the gate (selftest.json): every verdict of every trial again, from its launches."""

from __future__ import annotations

from typing import Any

from . import form
from .comparison import Benchmark, Refused, following, look, sound
from .comparison_form import ARMS, DESIGN, HOST, KERNELS, PROGRAM, SETTINGS, VERDICT
from .problem import Problem, Problems, first, same
from .seal import integrity

SCHEMA_VERSION = 1

VALUES = form.array(form.ABOVE_0, least=1)
RECORD = form.obj(
    kind=form.one_of("selftest"),
    schema_version=form.integer(1, SCHEMA_VERSION),
    subject=PROGRAM,
    benchmarks=form.array(
        form.obj(
            name=form.text(),
            bytes=form.integer(1),
            verified=form.VERIFIED,
            kernels_base=KERNELS,
            kernels_new=KERNELS,
        ),
        least=1,
    ),
    design=DESIGN,
    settings=SETTINGS,
    host=HOST,
    trials=form.array(
        form.obj(
            timestamp=form.rule("a time in UTC, RFC 3339", form.is_utc),
            injected=form.number("per cent from 0 to 100", lambda value: 0 <= value <= 100),
            neighbour=form.BOOLEAN,
            seed=form.integer(0, 2**53 - 1),
            seconds=form.ABOVE_0,
            rounds=form.array(form.obj(base=VALUES, control=VALUES, new=VALUES), least=1),
            rows=form.array(
                form.obj(
                    verdict=VERDICT,
                    ratio=form.ABOVE_0,
                    ci95=form.array(form.nullable(form.ABOVE_0), 2, 2),
                    pairs=form.integer(1),
                ),
                least=1,
            ),
        )
    ),
    command=form.array(form.text(r"(?s).*", "a text"), least=1),
    integrity=form.obj(sha256=form.HASH),
)


def verify(record: dict[str, Any]) -> list[Problem]:
    """The problems of a self-test; empty if it is sound."""
    version = record.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return [Problem(".schema_version", f"up to {SCHEMA_VERSION}", repr(version))]
    problems = first(RECORD("", record))
    return problems or list(integrity(record)) + list(consistent(record))


def consistent(record: dict[str, Any]) -> Problems:
    """Every derived field again."""
    names = [benchmark["name"] for benchmark in record["benchmarks"]]
    design = record["design"]
    unsound = list(sound(design, names))
    if unsound:
        yield from unsound
        return
    for index, trial in enumerate(record["trials"]):
        at = f".trials[{index}]"
        if trial in record["trials"][:index]:
            yield Problem(at, "every trial once", "one that is there already")
        try:
            found = walk(design, names, trial["rounds"])
        except Refused as refused:
            yield Problem(f"{at}.rounds", *refused.args)
            continue
        fields = ("verdict", "ratio", "ci95", "pairs")
        expected = [{field: row[field] for field in fields} for row in found]
        yield from same(f"{at}.rows", expected, trial["rows"])


def walk(design: dict[str, Any], names: list[str], rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings that the rounds lead to, if they are as many as the rules ask for."""
    state = [Benchmark(name) for name in names]
    taken = 0
    while (round_ := following(state)) is not None:
        stage, number, chosen = round_
        if taken == len(rounds):
            raise Refused(f"more rounds: {chosen[0].name} is not settled", f"{taken}")
        for index, arm in enumerate(ARMS):
            values = rounds[taken][arm]
            if len(values) != len(chosen):
                raise Refused(f"round {taken}: {len(chosen)} values", f"{len(values)}")
            for one, value in zip(chosen, values):
                one.rounds[stage][index].append(float(value))
        taken += 1
        if number in design["looks"]:
            look(design, state)
    if taken != len(rounds):
        raise Refused(f"{taken} rounds, after which everything is settled", f"{len(rounds)}")
    return [one.settled for one in state if one.settled is not None]
