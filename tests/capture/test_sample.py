"""From an observation to a sample: numbers only from stamps, a reason for every hole."""

import pytest
from test_lifecycle import FOREIGN, OMZ, RC
from test_marks import GOOD

from zshforge.capture.lifecycle import Story, foreign_story, native_story
from zshforge.capture.observation import Observation
from zshforge.capture.sample import Origin, make_sample
from zshforge.model.sample import Sample
from zshforge.shell.frameworks import recognise

ORIGIN = Origin(index=1, config="x", state="warm", attempt=1)
NATIVE = Observation(
    spawn_us=50,
    prompt_us=5_050,
    command_us=6_050,
    idle_us=7_000,
    input_us=(900, 700),
    prompt_mean_us=1_250,
    marks=tuple(GOOD),
)


def sample(seen: Observation, story: Story | None = None, exit_ms: float | None = 2.5) -> Sample:
    return make_sample(seen, story or native_story(seen), ORIGIN, exit_ms=exit_ms)


def test_latencies_are_differences_of_stamps_and_input_is_the_lower_of_two() -> None:
    latencies = sample(NATIVE).latencies
    assert latencies.first_prompt_ms == 5.0
    assert latencies.first_command_ms == 6.0
    assert latencies.input_ms == 0.7
    assert latencies.command_ms == 1.25
    assert latencies.exit_ms == 2.5


def test_a_whole_native_session_is_authentic() -> None:
    assert sample(NATIVE).authentic is True


def test_a_foreign_session_whose_phases_were_seen_is_authentic() -> None:
    made = sample(FOREIGN, foreign_story(FOREIGN, recognise([RC, OMZ])))
    assert made.authentic is True
    assert made.latencies.input_ms is None


@pytest.mark.parametrize("dropped", ["post_plugin_end", "prompt_ready", "pre_plugin_end"])
def test_a_session_with_a_missing_marker_is_not_authentic_and_says_which(dropped: str) -> None:
    lines = tuple(line for line in GOOD if f"name={dropped} " not in line)
    made = sample(Observation(spawn_us=50, prompt_us=5_050, command_us=6_050, marks=lines))
    assert made.authentic is False
    assert f"missing:{dropped}" in made.flags


def test_a_latency_that_was_withheld_stays_empty_with_its_reason() -> None:
    seen = Observation(
        spawn_us=50, prompt_us=5_050, command_us=6_050, marks=tuple(GOOD), reasons={"first_command_ms": "typed again"}
    )
    made = sample(seen)
    assert made.latencies.first_command_ms is None
    assert made.reasons["first_command_ms"] == "typed again"


def test_a_prompt_that_was_not_seen_makes_the_sample_unauthentic() -> None:
    assert sample(Observation(spawn_us=50, command_us=6_050, marks=tuple(GOOD))).authentic is False


def test_a_stepped_clock_makes_the_sample_unauthentic() -> None:
    made = sample(
        Observation(spawn_us=50, prompt_us=5_050, command_us=6_050, marks=tuple(GOOD), flags=("clock_stepped",))
    )
    assert made.authentic is False
