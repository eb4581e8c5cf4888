"""The records that travel between the floors."""

import msgspec
import pytest

from zshforge.model.markers import LIFECYCLE, Marker, Provenance, Segment
from zshforge.model.sample import Latencies, Sample
from zshforge.model.summary import Summary


def test_lifecycle_moments_stand_in_the_order_in_which_a_session_walks_them() -> None:
    assert LIFECYCLE[0] == "spawn"
    assert LIFECYCLE.index("pre_plugin_end") < LIFECYCLE.index("plugins_end") < LIFECYCLE.index("prompt_ready")
    assert LIFECYCLE[-1] == "idle"


def test_a_marker_that_was_not_observed_has_a_reason_and_no_stamp() -> None:
    marker = Marker.missing("prompt_ready", "the shell exited first")
    assert marker.stamp_us is None
    assert marker.provenance is Provenance.MISSING
    assert marker.reason == "the shell exited first"


def test_a_segment_costs_the_difference_of_its_stamps() -> None:
    segment = Segment(name="compinit", phase="post_plugin", start_us=1_000, end_us=13_500)
    assert segment.ms == 12.5


def test_unknown_fields_are_refused_when_a_record_is_read() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"name": "rc_start", "stamp": 3}, Marker)


def test_records_cannot_be_changed_after_they_were_made() -> None:
    with pytest.raises(AttributeError):
        Latencies().first_prompt_ms = 3.0  # type: ignore[misc]


def test_a_sample_finds_its_markers_by_name() -> None:
    sample = Sample(index=1, config="x", markers=(Marker(name="spawn", stamp_us=5, provenance=Provenance.OBSERVED),))
    assert sample.stamp("spawn") == 5
    assert sample.stamp("idle") is None


def test_a_summary_without_values_says_why() -> None:
    summary = Summary.unknown("no session reached the prompt")
    assert summary.median is None
    assert summary.values == ()
    assert summary.reason == "no session reached the prompt"
