"""Runs as a capture makes them, for the tests of what is shown."""

from __future__ import annotations

from statistics import mean, median, stdev

from zshforge.model.run import (
    Failure,
    Fingerprint,
    Isolation,
    Overhead,
    ProvenanceCounts,
    Run,
    SegmentSummary,
    Stability,
)
from zshforge.model.sample import Capabilities
from zshforge.model.summary import Summary

BUDGETS = {"first_prompt_ms": 50.0, "first_command_ms": 150.0, "command_ms": 10.0, "input_ms": 20.0}

FINGERPRINT = Fingerprint(
    host="box",
    system="Linux",
    kernel="6.1",
    cpu="a CPU",
    cpu_count=2,
    zsh="5.9",
    zsh_path="/usr/bin/zsh",
    columns=80,
    rows=24,
    term="xterm-256color",
    locale="C.UTF-8",
    login=False,
    state="warm",
    config_digest="d",
    tool="0.1.0",
)


def summary(*values: float) -> Summary:
    """The summary of a few values."""
    return Summary(
        median=median(values),
        mean=mean(values),
        stddev=stdev(values) if len(values) > 1 else None,
        min=min(values),
        max=max(values),
        values=values,
    )


def segment(name: str, *values: float, phase: str = "post_plugin", self_ms: float | None = None) -> SegmentSummary:
    """A segment seen in as many sessions as there are values."""
    own = summary(*values) if self_ms is None else summary(self_ms)
    return SegmentSummary(
        name=name, phase=phase, kind="module", file=None, samples=len(values), ms=summary(*values), self_ms=own
    )


NORMAL = Run(
    run_id="20260904T101500-ab12cd",
    timestamp="2026-09-04T10:15:00Z",
    config="builtin",
    framework="plain",
    state="warm",
    seed=7,
    requested_samples=3,
    samples=3,
    authentic_samples=3,
    auth_shortfall=0,
    partial=False,
    markers_native=True,
    sample_flags=(),
    stability=Stability(verdict="stable"),
    latencies={
        "first_prompt_ms": summary(31.0, 32.0, 33.0),
        "first_command_ms": summary(117.0, 118.0, 119.0),
        "command_ms": summary(4.1, 4.2, 4.3),
        "input_ms": summary(3.0, 3.1, 3.2),
        "exit_ms": summary(2.0, 2.1, 2.2),
    },
    lifecycle={
        "pre_plugin_total_ms": summary(3.0, 3.1, 3.2),
        "post_plugin_total_ms": summary(4.1, 4.2, 4.3),
        "prompt_ready_ms": summary(4.9, 5.0, 5.1),
    },
    provenance=ProvenanceCounts(pre={"native": 3}, post={"native": 3}, prompt={"native": 3}, summary="all_native"),
    capabilities=Capabilities(
        completion=True, highlighting=True, suggestions=True, git_prompt=False, own_tty=None
    ),
    segments=(
        segment("20-essential-plugins", 12.0, 12.0, 12.0),
        segment("compinit", 8.0, 8.0, 8.0),
        segment("00-path-safety", 0.4, 0.4, 0.4, phase="pre_plugin"),
    ),
    unattributed_ms=summary(4.0, 4.0, 4.0),
    counters={},
    overhead=Overhead(method="pairs", pairs=8, first_prompt_ms=0.12, first_prompt_share=0.004),
    fingerprint=FINGERPRINT,
    isolation=Isolation(method="throw-away"),
)

FAILURE = Failure(index=4, attempt=1, phase="prompt", what="no prompt within 5.0 s", retried=True)
