"""What a comparison looks like on a terminal."""

import pytest
from rich.console import Console

from zshforge.judge.modes import mode_of
from zshforge.judge.rules import rules_of
from zshforge.judge.verdict import compare_stages
from zshforge.model.comparison import Comparison, Series, Stage, Values
from zshforge.model.run import Fingerprint
from zshforge.model.settings import load_settings
from zshforge.report.comparison import render_comparison

MACHINE = Fingerprint(
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
    locale="C.UTF-8",
    login=True,
    state="warm",
    config_digest="d",
    tool="0",
)


def side(name: str, prompt: float, *, completion: bool = True) -> Series:
    times = tuple(prompt + 0.01 * index for index in range(16))
    values = Values(
        metrics={"first_prompt_ms": times, "first_command_ms": times, "command_ms": (1.0,) * 16},
        counters={"forks_before_prompt": (2,) * 16, "instructions_user": (None,) * 16},
        capabilities={"completion": (completion,) * 16},
        segments={"a.zsh": tuple(time / 2 for time in times)},
    )
    return Series(config=name, framework="plain", observer="looks", run_id="r", fingerprint=MACHINE, values=values)


def compared(prompt: float, *, completion: bool = True) -> Comparison:
    stage = Stage(
        purpose="first",
        seed=1,
        rounds=16,
        before=side("one\x1b", 20.0),
        after=side("two", prompt, completion=completion),
    )
    settings = load_settings(environ={}, overrides={"compare.confirm": False, "compare.resamples": 200})
    return compare_stages((stage,), rules_of(settings), mode=mode_of("gate"), seed=3)


def shown(made: Comparison, width: int = 100) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(render_comparison(made, width=width, next_command="zf capture two"))
    return captured.get()


def test_the_answer_stands_first_with_its_size_and_how_it_was_found() -> None:
    first = shown(compared(30.0)).splitlines()[0]
    assert first.startswith("fail")
    assert "B is 49.9% (10 ms) slower than A" in first
    assert "16 pairs in one run" in first


def test_what_grew_and_what_cannot_be_counted_is_told() -> None:
    text = shown(compared(30.0))
    assert "grew     a.zsh by 5.0 ms" in text
    assert "instructions_user      unknown unknown  unknown" in text
    assert "next     zf capture two" in text


def test_a_pass_says_what_bound_it_stands_on() -> None:
    text = shown(compared(20.0))
    assert text.splitlines()[0].startswith("pass  B is not slower than A")
    assert "at most" in text


def test_how_often_chance_was_given_a_chance_is_told() -> None:
    text = " ".join(shown(compared(20.0)).split())
    assert (
        "a false alarm is allowed 0.03 in all: over 5 looks, and 3 metrics together (Holm), by two tests each" in text
    )


def test_the_median_stands_beside_the_fast_side() -> None:
    made = compared(30.0)
    assert made.metrics["first_prompt_ms"].median_effect is not None
    assert "median" in shown(made)


def test_faster_is_told_only_where_it_is_enough_to_matter() -> None:
    assert shown(compared(10.0)).splitlines()[0].startswith("pass  B is 49.9% (10 ms) faster than A")
    assert shown(compared(19.95)).splitlines()[0].startswith("pass  B is not slower than A")


def test_faster_because_broken_is_told_as_a_loss() -> None:
    text = shown(compared(10.0, completion=False))
    assert text.splitlines()[0].startswith("fail  B does less than A")
    assert "lost     completion" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_control_characters_are_shown_and_texts_keep_to_the_width(width: int) -> None:
    text = shown(compared(30.0), width)
    assert "\x1b" not in text
    assert r"one\e" in text
    assert max(len(line) for line in text.splitlines()) <= width
