"""Where the call stack is looked at, latencies come from a session of their own at which nobody looks."""

from pathlib import Path

import pytest
from test_campaign import configuration, run

from zshforge.model.run import Run
from zshforge.model.sample import Sample

pytestmark = pytest.mark.pty


def latency_us(sample: Sample) -> int:
    """What the stamps of the session without looks say of the first prompt, in microseconds."""
    assert sample.undisturbed is not None
    assert sample.undisturbed.first_prompt_us is not None
    return sample.undisturbed.first_prompt_us - sample.undisturbed.spawn_us


def without_token(tmp_path: Path) -> Run:
    # An editor that is at work long enough to be looked at.
    slow = "zmodload zsh/zselect; zle-line-init() { zselect -t 5 }; zle -N zle-line-init"
    (made,) = run(tmp_path, configuration(tmp_path, f"PROMPT='> '; unset zle_bracketed_paste; {slow}"))
    return made


def test_latencies_are_those_of_the_session_without_looks(tmp_path: Path) -> None:
    (made,) = run(tmp_path, configuration(tmp_path, "zmodload zsh/zselect; zselect -t 3"))
    for sample in made.per_run:
        assert sample.undisturbed is not None
        assert sample.undisturbed.spawn_us != sample.stamp("spawn")
        assert sample.latencies.first_prompt_ms == latency_us(sample) / 1000
        assert sample.lifecycle.prompt_ready_ms is not None
        assert sample.authentic


def test_each_sample_is_a_pair_that_tells_what_looking_costs(tmp_path: Path) -> None:
    (made,) = run(tmp_path, configuration(tmp_path, ""), settings={"capture.samples": 3})
    costs = [
        ((s.stamp("first_prompt_seen") or 0) - (s.stamp("spawn") or 0) - latency_us(s)) / 1000 for s in made.per_run
    ]
    assert made.overhead.pairs == 3
    assert made.overhead.first_prompt_ms == pytest.approx(sorted(costs)[1])
    assert made.overhead.in_latencies is False


def test_a_configuration_that_marks_itself_is_one_session(tmp_path: Path) -> None:
    (made,) = run(tmp_path, "builtin")
    assert [sample.undisturbed for sample in made.per_run] == [None, None]
    assert made.overhead.in_latencies is True


def test_a_prompt_that_only_looks_can_tell_is_measured_with_them(tmp_path: Path) -> None:
    made = without_token(tmp_path)
    assert [sample.undisturbed for sample in made.per_run] == [None, None]
    assert made.latencies["first_prompt_ms"].median is not None
    assert made.latencies["input_ms"].median is not None


def test_in_the_cold_state_both_sessions_start_cold(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    touch = "mkdir -p ~/.cache; : >~/.cache/there"
    told = f"[[ -e ~/.cache/there ]] && print warm >>{seen}"
    path = configuration(tmp_path, f"if [[ -t 0 ]]; then {told}; {touch}; fi")  # not for the exit, measured apart
    run(tmp_path, path, states=("cold",))
    assert not seen.exists()
