"""The fields of a fleet's receipt."""

from __future__ import annotations

from . import form

SCHEMA_VERSION = 1
HASH, POSITIVE, BOOLEAN = form.HASH, form.ABOVE_0, form.BOOLEAN
INTERVAL = form.nullable(form.array(POSITIVE, 2, 2))
TEXT = form.text()
COUNT = form.integer()
RATIO = form.obj(ratio=POSITIVE, ci95=INTERVAL)
RESULT = form.obj(
    job=TEXT,
    task=COUNT,
    run=form.integer(1),
    restart=COUNT,
    node=TEXT,
    machine_type=TEXT,
    timestamp=form.rule("a time in UTC, RFC 3339", form.is_utc),
    receipt_sha256=HASH,
    outcome=form.one_of("used", "superseded", "duplicate", "unsound"),
    reason=form.nullable(TEXT),
    unfit=BOOLEAN,
    benchmarks=form.array(
        form.obj(
            name=TEXT,
            bytes_processed=form.integer(1),
            launch_means_ns=form.array(POSITIVE, 1),
        )
    ),
)
NODE = form.obj(
    node=TEXT,
    launches=form.integer(1),
    mibps=POSITIVE,
    ci95_mibps=INTERVAL,
    against_others=form.nullable(RATIO),
    modified_z=form.nullable(form.number()),
    sick=form.nullable(BOOLEAN),
)
TYPE = form.obj(
    name=TEXT,
    nodes=form.integer(1),
    sick=form.array(TEXT),
    benchmarks=form.array(
        form.obj(
            name=TEXT,
            mibps=POSITIVE,
            ci95_mibps=INTERVAL,
            spread=form.nullable(form.obj(slowest=TEXT, fastest=TEXT, against=RATIO)),
            nodes=form.array(NODE, 1),
        )
    ),
    slo=form.array(
        form.obj(
            label=TEXT,
            benchmark=TEXT,
            floor_mibps=POSITIVE,
            verdict=form.one_of("pass", "fail", "inconclusive"),
            below=form.array(TEXT),
        )
    ),
)
FLEET = form.obj(
    schema_version=form.integer(1, SCHEMA_VERSION),
    kind=form.one_of("fleet"),
    timestamp=form.rule("a time in UTC, RFC 3339", form.is_utc),
    subject=form.obj(name=TEXT, version=TEXT),
    suite_sha256=HASH,
    jobs=form.array(form.obj(job=TEXT, tasks=form.nullable(COUNT), runs=form.integer(1)), 1),
    objectives=form.array(form.obj(label=TEXT, benchmark=TEXT, floor_mibps=POSITIVE)),
    results=form.array(RESULT),
    unreadable=form.array(form.obj(file=TEXT, reason=TEXT)),
    counts=form.obj(
        results=COUNT,
        used=COUNT,
        superseded=COUNT,
        duplicate=COUNT,
        unsound=COUNT,
        unreadable=COUNT,
        lost=form.nullable(COUNT),
    ),
    lost=form.array(form.obj(job=TEXT, task=COUNT, run=form.integer(1))),
    types=form.array(TYPE),
    integrity=form.obj(sha256=HASH),
)
