"""The fields of a comparison."""

from __future__ import annotations

from . import form

SCHEMA_VERSION = 1
SEVERITY = ("same", "faster", "inconclusive", "slower")
ARMS = ("base", "control", "new")
SHARE = form.number("a number from 0 to below 0.5", lambda value: 0 <= value < 0.5)
KERNELS = form.nullable(form.array(form.text()))
HASH, POSITIVE, BOOLEAN = form.HASH, form.ABOVE_0, form.BOOLEAN
STAGE = form.one_of("screening", "confirmation")
VERDICT = form.one_of(*SEVERITY)
PROGRAM = form.obj(
    asked=form.text(),
    name=form.text(),
    version=form.text(),
    commit=form.nullable(form.text()),
    program_sha256=HASH,
    source_hash=form.nullable(form.text()),
    toolchain=form.nullable(form.text()),
    flags=form.nullable(form.text(r"(?s).*", "a text")),
    profile=form.nullable(form.text()),
)
HOST = form.obj(
    cpu=form.text(),
    cores=form.integer(1),
    kernel=form.text(),
    os=form.text(),
    virtualized=form.nullable(BOOLEAN),
    cpu_limit=form.nullable(POSITIVE),
    memory_limit_bytes=form.nullable(form.integer(1)),
)
DESIGN = form.obj(
    looks=form.array(form.integer(1, 1000), 1, 16),
    spend=form.array(POSITIVE, 1, 16),
    level=SHARE,
    control_level=SHARE,
    margin=SHARE,
    same=SHARE,
)
SETTINGS = form.obj(warm_up_s=POSITIVE, measure_s=POSITIVE, samples=form.integer(1))
RECORD = form.obj(
    kind=form.one_of("comparison"),
    schema_version=form.integer(1, SCHEMA_VERSION),
    timestamp=form.rule("a time in UTC, RFC 3339", form.is_utc),
    verdict=VERDICT,
    subjects=form.obj(base=PROGRAM, new=PROGRAM),
    benchmarks=form.array(
        form.obj(
            name=form.text(),
            bytes=form.integer(1),
            verified=form.VERIFIED,
            kernels_base=KERNELS,
            kernels_new=KERNELS,
            suspicion=form.nullable(form.one_of("slower", "faster")),
            verdict=VERDICT,
            ratio=POSITIVE,
            ci95=form.array(form.nullable(POSITIVE), 2, 2),
            pairs=form.integer(1),
            detectable=form.nullable(form.number("0 or more", lambda value: value >= 0)),
            control_differs=BOOLEAN,
        ),
        least=1,
    ),
    design=DESIGN,
    seed=form.integer(),
    settings=SETTINGS,
    launches=form.array(
        form.obj(
            stage=STAGE,
            round=form.integer(1),
            arm=form.one_of(*ARMS),
            measured=form.array(
                form.obj(
                    benchmark=form.text(),
                    iterations=form.array(form.integer(1), least=1),
                    elapsed_ns=form.array(form.integer(1), least=1),
                ),
                least=1,
            ),
        ),
        least=1,
    ),
    host=HOST,
    warnings=form.array(form.text()),
    command=form.array(form.text(r"(?s).*", "a text"), least=1),
    integrity=form.obj(sha256=HASH),
)
