"""What a run lacks, in one sentence for each lack."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from zshforge.model.run import Failure, Fingerprint, Isolation, Overhead, ProvenanceCounts, Run, Stability
from zshforge.model.sample import Capabilities, Sample
from zshforge.model.summary import Summary
from zshforge.report.shortfall import shortfall_lines


@pytest.fixture
def whole_run() -> Run:
    """Two sessions were wanted, and two are there."""
    machine = Fingerprint(
        host="h",
        system="Linux",
        kernel="6",
        cpu="c",
        cpu_count=2,
        zsh="5.9",
        zsh_path="/bin/zsh",
        columns=80,
        rows=24,
        term="xterm",
        locale="C",
        login=True,
        state="warm",
        config_digest="0",
        tool="0",
    )
    return Run(
        run_id="r1",
        timestamp="2025-01-01T00:00:00Z",
        config="builtin",
        framework="zshforge",
        state="warm",
        seed=1,
        requested_samples=2,
        samples=2,
        authentic_samples=2,
        auth_shortfall=0,
        partial=False,
        markers_native=True,
        sample_flags=(),
        stability=Stability(verdict="unknown"),
        latencies={},
        lifecycle={},
        provenance=ProvenanceCounts(),
        capabilities=Capabilities(),
        segments=(),
        unattributed_ms=Summary.unknown("no segment"),
        counters={},
        overhead=Overhead(method="pairs"),
        fingerprint=machine,
        isolation=Isolation(method="throw-away"),
        per_run=tuple(Sample(index=index, config="builtin", authentic=True) for index in (1, 2)),
    )


def failure(index: int, what: str, *, retried: bool) -> Failure:
    return Failure(index=index, attempt=1, phase="first command", what=what, retried=retried)


def test_a_whole_run_lacks_nothing(whole_run: Run) -> None:
    assert shortfall_lines(whole_run) == ()


def test_lost_sessions_are_counted_and_the_first_reason_is_told(whole_run: Run) -> None:
    lost = replace(
        whole_run,
        requested_samples=whole_run.samples + 2,
        failures=(failure(2, "no prompt within 5 s", retried=False), failure(4, "killed", retried=False)),
    )
    (line,) = shortfall_lines(lost)
    assert line == (
        f"builtin: 2 of {lost.requested_samples} sessions failed; the first: no prompt within 5 s (phase first command)"
    )


def test_attempts_that_were_repeated_are_told_as_such(whole_run: Run) -> None:
    (line,) = shortfall_lines(replace(whole_run, failures=(failure(1, "killed", retried=True),)))
    assert line.startswith("builtin: 1 attempt failed, no sample was lost; the first: killed")


def test_samples_that_are_not_authentic_are_counted_with_the_flags_of_the_first(whole_run: Run) -> None:
    odd = Sample(index=2, config="builtin", flags=("missing:prompt_ready",), reasons={"prompt_ready_ms": "no mark"})
    (line,) = shortfall_lines(replace(whole_run, per_run=(*whole_run.per_run, odd), samples=whole_run.samples + 1))
    assert f"1 of {whole_run.samples + 1} samples is not authentic" in line
    assert "missing:prompt_ready" in line
    assert "no mark" in line
