"""From pairs to a verdict: what fails, what passes, what cannot be told, and what carried it."""

import math
import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zshforge.judge.modes import EXIT_CODES, mode_of
from zshforge.judge.rules import effect_settings, rules_of
from zshforge.judge.verdict import compare_stages, needs_confirmation
from zshforge.model.comparison import Comparison, Rules, Series, Stage, Values
from zshforge.model.errors import ExitCode, UsageError
from zshforge.model.run import Fingerprint
from zshforge.model.schema import decode, encode
from zshforge.model.settings import load_settings

QUICK = {"compare.resamples": 400}
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
ABLE = {"completion": True, "git_prompt": True}


def rules(**changes: object) -> Rules:
    named = {f"compare.{name}": value for name, value in changes.items()}
    return rules_of(load_settings(environ={}, overrides={**QUICK, **named}))


def noisy(middle: float, spread: float, rounds: int, seed: int) -> tuple[float, ...]:
    draw = random.Random(seed)  # noqa: S311  noise, not a secret
    return tuple(middle * math.exp(draw.gauss(0, spread)) for _ in range(rounds))


def values(
    prompt: Sequence[float | None],
    *,
    counters: Mapping[str, Sequence[int | None]] | None = None,
    able: Mapping[str, bool] = ABLE,
    segments: Mapping[str, Sequence[float | None]] | None = None,
) -> Values:
    rounds = len(prompt)
    return Values(
        metrics={
            "first_prompt_ms": tuple(prompt),
            "first_command_ms": tuple(prompt),
            "command_ms": (1.0,) * rounds,
            "input_ms": (0.5,) * rounds,
        },
        counters={name: tuple(found) for name, found in (counters or {}).items()},
        capabilities={name: (value,) * rounds for name, value in able.items()},
        segments={name: tuple(found) for name, found in (segments or {}).items()},
    )


def series(config: str, made: Values) -> Series:
    return Series(
        config=config,
        framework="plain",
        observer="looks",
        run_id="r",
        fingerprint=MACHINE,
        values=made,
    )


def stage(before: Values, after: Values, purpose: str = "first", seed: int = 1) -> Stage:
    return Stage(
        purpose="first" if purpose == "first" else "confirmation",
        seed=seed,
        rounds=len(after.metrics["first_prompt_ms"]),
        before=series("A", before),
        after=series("B", after),
    )


def judged(*stages: Stage, mode: str = "gate", **changes: object) -> Comparison:
    return compare_stages(stages, rules(**changes), mode=mode_of(mode), seed=9)


def pair(factor: float, *, rounds: int = 16, spread: float = 0.03, seed: int = 1, purpose: str = "first") -> Stage:
    before = noisy(40.0, spread, rounds, seed)
    after = tuple(factor * value for value in noisy(40.0, spread, rounds, seed + 1000))
    return stage(values(before), values(after), purpose)


def test_a_slower_one_that_a_fresh_run_confirms_fails_and_says_what_carried_it() -> None:
    made = judged(pair(1.3), pair(1.3, seed=50, purpose="confirmation"))
    assert made.verdict == "fail"
    assert made.exit_code == 1
    assert made.metrics["first_prompt_ms"].fast_share is not None
    assert made.evidence == ("first_prompt_ms", "first_command_ms")
    assert made.metrics["first_prompt_ms"].effect == pytest.approx(0.3, abs=0.06)
    assert made.reasons[-1] == "a fresh run confirmed it"
    assert [one.purpose for one in made.looks] == ["first", "confirmation"]


def test_a_slower_one_without_a_fresh_run_does_not_fail() -> None:
    first = pair(1.3)
    assert needs_confirmation(first, rules(), 9)
    made = judged(first)
    assert (made.verdict, made.exit_code) == ("inconclusive", 3)
    assert "no fresh run has confirmed it" in made.reasons


def test_without_confirmation_it_fails_at_once_when_the_settings_say_so() -> None:
    assert judged(pair(1.3), confirm=False).verdict == "fail"
    assert not needs_confirmation(pair(1.3), rules(confirm=False), 9)


def test_an_alarm_that_a_fresh_run_clears_is_told_and_gates_nothing() -> None:
    made = judged(pair(1.3), pair(1.0, seed=50, purpose="confirmation"))
    assert (made.verdict, made.exit_code) == ("warn", 0)
    assert "a fresh run cleared it" in made.reasons


def test_a_fresh_run_that_is_much_less_slow_does_not_confirm() -> None:
    made = judged(pair(1.8), pair(1.2, seed=50, purpose="confirmation"))
    assert made.verdict == "inconclusive"


def test_the_same_configuration_passes_at_the_first_look() -> None:
    made = judged(pair(1.0, rounds=30))
    assert (made.verdict, made.exit_code) == ("pass", 0)
    assert [one.pairs for one in made.looks] == [16]
    assert made.metrics["first_prompt_ms"].change == "same"


def test_a_faster_one_passes_and_is_called_faster() -> None:
    made = judged(pair(0.7))
    assert made.verdict == "pass"
    assert made.metrics["first_prompt_ms"].change == "faster"


def test_what_cannot_be_told_is_inconclusive_with_what_could_have_been_seen() -> None:
    made = judged(pair(1.06, rounds=30, spread=0.3))
    assert (made.verdict, made.exit_code) == ("inconclusive", 3)
    assert [one.pairs for one in made.looks] == [16, 30]
    assert [one.alpha for one in made.looks] == pytest.approx([0.01017, 0.00743], rel=0.001)
    mde = made.metrics["first_prompt_ms"].mde
    assert mde is not None
    assert mde > 0.05
    assert any("would show" in reason for reason in made.reasons)


@pytest.mark.parametrize(
    ("factor", "ms", "verdict"),
    [
        (1.01, 1000.0, "pass"),  # 10 ms, but one percent
        (1.30, 3.0, "pass"),  # thirty percent, but one millisecond
        (1.30, 40.0, "fail"),
    ],
)
def test_all_three_floors_must_be_passed_at_once(factor: float, ms: float, verdict: str) -> None:
    before = noisy(ms, 0.002, 16, 1)
    made = judged(stage(values(before), values([factor * v for v in noisy(ms, 0.002, 16, 2)])), confirm=False)
    assert made.verdict == verdict


def test_it_goes_on_beyond_thirty_pairs_until_it_can_tell() -> None:
    made = judged(pair(1.0, rounds=240, spread=0.1, seed=6), start_ms=0.5)
    assert made.verdict == "pass"
    assert [one.pairs for one in made.looks] == [16, 30, 45]
    slow = pair(1.06, rounds=240, spread=0.12, seed=6), pair(1.06, rounds=240, spread=0.12, seed=60)
    found = judged(*slow, start_ms=0.5)
    assert found.verdict == "fail"
    assert found.looks[0].verdict == "inconclusive"


def test_a_run_that_ended_between_two_looks_is_looked_at_where_it_ended() -> None:
    made = judged(pair(1.06, rounds=62, spread=0.3))
    assert [one.pairs for one in made.looks] == [16, 30, 45, 62]
    assert sum(one.alpha for one in made.looks) <= rules().alpha


def test_the_more_looks_are_declared_the_wider_are_the_bounds_of_each() -> None:
    few, many = (judged(pair(1.0), looks=looks).metrics["first_prompt_ms"] for looks in ("16", "16,30,45,120,240"))
    assert few.upper is not None
    assert many.upper is not None
    assert few.upper < many.upper


def mostly(factor: float, share: int, *, purpose: str = "first", seed: int = 1) -> Stage:
    """A slowdown that leaves one session of so many alone."""
    before, after = noisy(40.0, 0.02, 60, seed), noisy(40.0, 0.02, 60, seed + 1000)
    slowed = tuple(value * (factor if index % share else 1.0) for index, value in enumerate(after))
    return stage(values(before), values(slowed), purpose)


def test_a_slowdown_of_most_sessions_fails_although_the_fastest_do_not_show_it() -> None:
    made = judged(mostly(1.3, 3), mostly(1.3, 3, purpose="confirmation", seed=50))
    assert made.verdict == "fail"
    metric = made.metrics["first_prompt_ms"]
    assert metric.median_effect == pytest.approx(0.3, abs=0.05)
    assert metric.median_effect is not None
    assert metric.median_lower is not None
    assert metric.median_upper is not None
    assert metric.median_lower <= metric.median_effect <= metric.median_upper


def test_the_fast_side_alone_passes_nothing_where_the_median_is_slower() -> None:
    made = judged(mostly(1.08, 3), confirm=False, start_ms=1.0)
    assert made.verdict != "pass"


def test_fewer_pairs_than_needed_pass_and_fail_nothing() -> None:
    assert judged(pair(1.0, rounds=6), confirm=False).verdict == "inconclusive"
    assert judged(pair(2.0, rounds=9), confirm=False).verdict != "fail"


def test_nothing_measured_is_unknown_and_never_green() -> None:
    made = judged(stage(values([None] * 16), values([None] * 16)), gate_metrics="first_prompt_ms")
    assert (made.verdict, made.exit_code) == ("unknown", 3)
    assert judged(stage(values([]), values([])), gate_metrics="first_prompt_ms").verdict == "unknown"


def test_pairs_that_are_missing_on_one_side_are_no_proof_for_the_rest() -> None:
    after = [None if index % 3 == 0 else 40.0 for index in range(16)]
    made = judged(stage(values([40.0] * 16), values(after)))
    assert made.verdict == "inconclusive"
    assert "6 of 16 pairs have no value" in (made.metrics["first_prompt_ms"].reason or "")


def test_faster_because_broken_is_a_failure() -> None:
    made = judged(stage(values([40.0] * 16), values([20.0] * 16, able={"completion": False, "git_prompt": True})))
    assert made.verdict == "fail"
    assert made.capabilities_lost == ("completion",)
    assert made.evidence == ("capabilities",)


def test_a_capability_that_flickers_is_not_lost_and_a_new_one_is_gained() -> None:
    one = values([40.0] * 16)
    flickers = Values(
        metrics=one.metrics,
        capabilities={"completion": (True,) * 16, "git_prompt": (False, *(True,) * 15)},
    )
    assert judged(stage(one, flickers)).capabilities_lost == ()
    gained = judged(stage(values([40.0] * 16, able={"completion": False}), values([40.0] * 16)))
    assert gained.capabilities_gained == ("completion",)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ([1_000_000] * 5, [1_005_000] * 5, "warn"),
        ([1_000_000] * 5, [1_004_000] * 5, "pass"),
        ([1_000_000] * 5, [1_060_000] * 5, "fail"),
        ([1_000_000] * 4, [1_060_000] * 4, "unknown"),
        ([None] * 5, [None] * 5, "unknown"),
        ([1_000_000, 1_006_000] * 8, [1_006_000, 1_000_000] * 8, "pass"),
    ],
)
def test_instructions_are_judged_by_their_share(
    before: list[int | None], after: list[int | None], verdict: str
) -> None:
    one, other = ({"instructions_user": counts} for counts in (before, after))
    made = judged(stage(values([40.0] * len(before), counters=one), values([40.0] * len(after), counters=other)))
    assert made.counters["instructions_user"].verdict == verdict


def test_more_forks_fail_where_the_time_cannot_tell_and_are_told_where_it_can() -> None:
    none, four = {"forks_before_prompt": [1] * 30}, {"forks_before_prompt": [5] * 30}
    wild = pair(1.0, rounds=30, spread=0.5)
    loud = stage(
        values(wild.before.values.metrics["first_prompt_ms"], counters=none),
        values(wild.after.values.metrics["first_prompt_ms"], counters=four),
    )
    made = judged(loud)
    assert (made.verdict, made.evidence) == ("fail", ("forks_before_prompt",))
    made = judged(stage(values([40.0] * 16, counters=none), values([40.0] * 16, counters=four)))
    assert (made.verdict, made.evidence) == ("warn", ("forks_before_prompt",))


def test_the_segment_that_grew_is_named() -> None:
    slow, fast = ({"a.zsh": [2.0 + extra + 0.01 * n for n in range(16)], "b.zsh": [3.0] * 16} for extra in (9.0, 0.0))
    one = pair(1.3)
    first = stage(
        values(one.before.values.metrics["first_prompt_ms"], segments=fast),
        values(one.after.values.metrics["first_prompt_ms"], segments={**slow, "new.zsh": [4.0] * 16}),
    )
    made = judged(first, confirm=False)
    assert [(c.name, round(c.difference_ms)) for c in made.culprits] == [("a.zsh", 9), ("new.zsh", 4)]


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 2.0), st.floats(0.0, 0.4), st.integers(1, 30), st.integers(0, 99))
def test_the_record_gives_the_same_verdict_again(factor: float, spread: float, rounds: int, seed: int) -> None:
    stages = (
        pair(factor, rounds=rounds, spread=spread, seed=seed),
        pair(factor, rounds=rounds, spread=spread, seed=seed + 7, purpose="confirmation"),
    )
    made = judged(*stages)
    read = decode(Comparison, encode(made), where="test")
    assert read == made
    assert encode(compare_stages(read.stages, read.rules, mode=read.mode, seed=read.seed)) == encode(made)


def test_a_steady_slowdown_is_never_judged_milder_when_it_grows() -> None:
    order = ["pass", "warn", "inconclusive", "fail"]
    for seed in range(5):
        verdicts = [judged(pair(1 + step / 20, rounds=30, seed=seed), confirm=False).verdict for step in range(8)]
        assert verdicts[0] == "pass"
        assert verdicts[-1] == "fail"
        assert [order.index(v) for v in verdicts] == sorted(order.index(v) for v in verdicts)


def test_one_table_maps_mode_and_verdict_to_the_exit_code() -> None:
    slow = (pair(1.3), pair(1.3, seed=50, purpose="confirmation"))
    assert judged(*slow, mode="observe").exit_code == judged(*slow, mode="warn").exit_code == 0
    assert all(EXIT_CODES[mode_of(word)]["fail"] == ExitCode.FINDING for word in ("gate", "budget", "adaptive"))
    assert all(codes["pass"] == ExitCode.PASS for codes in EXIT_CODES.values())
    with pytest.raises(UsageError, match="no mode strict"):
        mode_of("strict")


def test_what_the_user_calls_important_becomes_the_rules() -> None:
    assert effect_settings(("5%",)) == {"compare.effect": 0.05}
    assert effect_settings(("2.5 %", "3ms")) == {"compare.effect": 0.025, "compare.start_ms": 3.0}
    for word in ("5", "-3%", "0%", "fast"):
        with pytest.raises(UsageError, match="no effect"):
            effect_settings((word,))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("looks", "30,16", "no growing numbers"),
        ("looks", "0", "no growing numbers"),
        ("gate_metrics", "speed", "no metric 'speed'"),
        ("gate_metrics", "first_prompt_ms,first_command_ms,command_ms,input_ms", "three may"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(name: str, value: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        rules(**{name: value})
