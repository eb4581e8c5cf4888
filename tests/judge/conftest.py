"""A run that could have been measured, made from stamps, for tests that then bend it."""

from collections.abc import Callable, Sequence

import pytest

from zshforge.model.markers import Marker, Provenance
from zshforge.model.run import (
    CounterSummary,
    Fingerprint,
    Isolation,
    Overhead,
    ProvenanceCounts,
    Run,
    Stability,
)
from zshforge.model.sample import Capabilities, Latencies, Lifecycle, ProvenanceTrio, Sample
from zshforge.model.summary import Summary
from zshforge.stats.describe import summarise

RunMaker = Callable[[Sequence[Sample]], Run]
SampleMaker = Callable[..., Sample]

NATIVE = ProvenanceTrio(pre=Provenance.NATIVE, post=Provenance.NATIVE, prompt=Provenance.NATIVE)

#: Microseconds after spawn at each moment, and how far one session differs from the next.
MOMENTS = {
    "spawn": (0, 0),
    "rc_start": (1_912, 17),
    "pre_plugin_start": (2_105, 31),
    "pre_plugin_end": (7_431, 213),
    "plugins_end": (19_377, 401),
    "post_plugin_end": (28_119, 523),
    "prompt_ready": (29_004, 570),
    "first_prompt_seen": (29_951, 611),
    "first_command_seen": (71_240, 1_009),
    "idle": (91_008, 877),
}
WOBBLE = (0, 7, -4, 3, 9, -6, 1, -2)


def sample_of(index: int) -> Sample:
    wobble = WOBBLE[index % len(WOBBLE)]
    us = {
        name: 1_700_000_000_000_000 + index * 3_000_000 + at + wobble * move // 7 + (index * len(name)) % 5
        for name, (at, move) in MOMENTS.items()
    }
    us["spawn"] = 1_700_000_000_000_000 + index * 3_000_000
    return Sample(
        index=index,
        config="builtin",
        authentic=True,
        markers=tuple(Marker(name=name, stamp_us=at, provenance=Provenance.NATIVE) for name, at in us.items()),
        lifecycle=Lifecycle(
            pre_plugin_total_ms=(us["pre_plugin_end"] - us["pre_plugin_start"]) / 1000,
            post_plugin_total_ms=(us["post_plugin_end"] - us["pre_plugin_end"]) / 1000,
            prompt_ready_ms=(us["prompt_ready"] - us["pre_plugin_end"]) / 1000,
        ),
        provenance=NATIVE,
        latencies=Latencies(
            first_prompt_ms=(us["first_prompt_seen"] - us["spawn"]) / 1000,
            first_command_ms=(us["first_command_seen"] - us["spawn"]) / 1000,
        ),
    )


def _summary(samples: Sequence[Sample], group: str, metric: str) -> Summary:
    values = [getattr(getattr(sample, group), metric) for sample in samples if sample.authentic]
    return summarise([v for v in values if v is not None], outlier_factor=2.0, mad_z=3.5)


def run_of(samples: Sequence[Sample]) -> Run:
    counted = sum(sample.authentic for sample in samples)
    return Run(
        run_id="r1",
        timestamp="2025-01-01T00:00:00Z",
        config="builtin",
        framework="plain",
        state="warm",
        seed=1,
        requested_samples=len(samples),
        samples=len(samples),
        authentic_samples=counted,
        auth_shortfall=len(samples) - counted,
        partial=False,
        markers_native=True,
        sample_flags=(),
        stability=Stability(verdict="stable"),
        latencies={m: _summary(samples, "latencies", m) for m in ("first_prompt_ms", "first_command_ms", "exit_ms")},
        lifecycle={m: _summary(samples, "lifecycle", m) for m in Lifecycle.__struct_fields__},
        provenance=ProvenanceCounts(),
        capabilities=Capabilities(),
        segments=(),
        unattributed_ms=Summary.unknown("no segment"),
        counters={"forks": CounterSummary(reason="refused")},
        overhead=Overhead(method="pairs"),
        fingerprint=Fingerprint(
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
            login=False,
            state="warm",
            config_digest="0",
            tool="0",
        ),
        isolation=Isolation(method="throw-away"),
        per_run=tuple(samples),
    )


@pytest.fixture
def sample_maker() -> SampleMaker:
    """Makes the sample of an index; each index has its own times."""
    return sample_of


@pytest.fixture
def run_maker() -> RunMaker:
    """Makes the run of samples, with summaries that follow from them."""
    return run_of
