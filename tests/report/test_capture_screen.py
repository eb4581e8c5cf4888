"""The first screen after a capture."""

import io
import re
from statistics import mean, median, stdev

import pytest
from msgspec.structs import replace
from rich.console import Console, RenderableType

from zshforge.model.run import (
    Failure,
    Fingerprint,
    Isolation,
    Overhead,
    ProvenanceCounts,
    Run,
    RunSet,
    SegmentSummary,
    Stability,
)
from zshforge.model.sample import Capabilities
from zshforge.model.summary import Summary
from zshforge.report.capture_screen import render, render_set

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
    capabilities=Capabilities(completion=True, highlighting=True, suggestions=True, git_prompt=False, own_tty=None),
    segments=(
        segment("20-essential-plugins", 12.0, 12.0, 12.0),
        segment("compinit", 8.0, 8.0, 8.0),
        segment("00-path-safety", 0.4, 0.4, 0.4, phase="pre_plugin"),
    ),
    unattributed_ms=summary(4.0, 4.0, 4.0),
    start_ms=summary(32.0, 32.0, 32.0),
    counters={},
    overhead=Overhead(method="pairs", pairs=8, first_prompt_ms=0.12, first_prompt_share=0.004),
    fingerprint=FINGERPRINT,
    isolation=Isolation(method="throw-away"),
)

FAILURE = Failure(index=4, attempt=1, phase="prompt", what="no prompt within 5.0 s", retried=True)
NEXT = "zf explain builtin"


def shown(renderable: RenderableType, width: int = 120, *, colour: bool = False) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=colour, color_system="256" if colour else None).print(renderable)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def screen(run: Run, width: int = 120) -> list[str]:
    return shown(render(run, budgets=BUDGETS, width=width, next_command=NEXT), width)


def paragraph(run: Run, width: int = 120) -> str:
    return " ".join(" ".join(screen(run, width)).split())


def without(run: Run, table: str, name: str, reason: str) -> Run:
    return replace(run, **{table: {**getattr(run, table), name: Summary.unknown(reason)}})


def test_shares_are_of_the_whole_start_also_when_the_prompt_was_painted_before() -> None:
    painted = replace(NORMAL, latencies={**NORMAL.latencies, "first_prompt_ms": summary(2.0, 2.0, 2.0)})
    assert any(re.fullmatch(r"  not attributed +4\.0 +█+.? +12 %", line) for line in screen(painted))


def test_the_first_line_says_what_a_person_feels() -> None:
    assert screen(NORMAL)[0] == (
        "32 ms to prompt (±1, 3 sessions, stable) · budget 50 · 118 ms to first command · input 3.1 · command 4.2"
    )


def test_the_first_line_breaks_between_facts_on_a_narrow_terminal() -> None:
    assert screen(NORMAL, 60)[:2] == [
        "32 ms to prompt (±1, 3 sessions, stable) · budget 50",
        "118 ms to first command · input 3.1 · command 4.2",
    ]


def test_a_value_over_its_budget_says_so_without_colour() -> None:
    slow = {**NORMAL.latencies, "first_prompt_ms": summary(72.0, 72.0), "input_ms": summary(25.0, 25.0)}
    first = screen(replace(NORMAL, latencies=slow))[0]
    assert "over budget 50 (144 %)" in first
    assert "input 25 (over 20)" in first
    assert "command 4.2 (over" not in first


@pytest.mark.parametrize(("value", "code"), [(20.0, "32"), (40.0, "33"), (80.0, "38;5;208"), (120.0, "31")])
def test_the_prompt_is_coloured_by_the_perception_scale(value: float, code: str) -> None:
    run = replace(NORMAL, latencies={**NORMAL.latencies, "first_prompt_ms": summary(value, value)})
    first = shown(render(run, budgets=BUDGETS, width=120, next_command=NEXT), colour=True)[0]
    assert first.startswith((f"\x1b[1;{code}m", f"\x1b[{code}m"))


def test_an_unknown_prompt_time_gives_the_reason_and_no_number() -> None:
    run = without(NORMAL, "latencies", "first_prompt_ms", "no session reached the prompt")
    first = paragraph(run)
    assert first.startswith("time to prompt unknown (no session reached the prompt, 3 sessions, stable) · budget 50")
    assert "0 ms" not in first


def test_an_unknown_latency_is_neither_zero_nor_blank_nor_green() -> None:
    run = without(NORMAL, "latencies", "input_ms", "no echo was seen")
    assert "input unknown (no echo was seen)" in paragraph(run)
    coloured = "".join(shown(render(run, budgets=BUDGETS, width=200, next_command=NEXT), 200, colour=True))
    assert not re.search(r"\x1b\[(?:1;)?32m[^\x1b]*unknown", coloured)


def test_a_latency_that_nobody_reported_is_unknown_too() -> None:
    assert "input unknown (not measured)" in paragraph(replace(NORMAL, latencies={}))


def test_one_session_has_no_spread() -> None:
    run = replace(
        NORMAL,
        samples=1,
        requested_samples=1,
        authentic_samples=1,
        latencies={**NORMAL.latencies, "first_prompt_ms": summary(32.0)},
        stability=Stability(verdict="unknown", reasons=("one session has no spread",)),
    )
    assert screen(run)[0].startswith("32 ms to prompt (1 session, stability unknown) · ")


def test_a_run_with_fewer_sessions_than_asked_for_says_so() -> None:
    run = replace(NORMAL, requested_samples=16, auth_shortfall=13, partial=True)
    assert "(±1, 3 of 16 sessions, stable)" in screen(run)[0]


def test_sessions_that_are_not_authentic_do_not_count_as_sessions() -> None:
    run = replace(NORMAL, authentic_samples=2, auth_shortfall=1)
    assert "2 of 3 sessions" in screen(run)[0]


def test_what_was_measured_is_named() -> None:
    assert screen(NORMAL)[1] == "builtin · plain · zsh 5.9 · warm · run 20260904T101500-ab12cd"


def test_the_lifecycle_trio_carries_its_provenance() -> None:
    assert screen(NORMAL)[2] == "pre 3.1 native · post 4.2 native · prompt 5.0 native"


def test_mixed_provenance_is_counted() -> None:
    run = replace(
        NORMAL, provenance=ProvenanceCounts(pre={"native": 2, "observed": 1}, post={"native": 3}, prompt={"native": 3})
    )
    assert "pre 3.1 (2 native, 1 observed)" in screen(run)[2]


def test_a_missing_total_reads_unknown_with_its_reason() -> None:
    run = without(NORMAL, "lifecycle", "post_plugin_total_ms", "no boundary was recognised")
    assert "post unknown (no boundary was recognised)" in screen(run)[2]


def test_the_largest_segments_come_first_with_bar_and_share_of_the_prompt_time() -> None:
    rows = [line for line in screen(NORMAL) if "%" in line]
    assert [row.split()[0] for row in rows[:2]] == ["20-essential-plugins", "compinit"]
    assert re.fullmatch(r"  20-essential-plugins +12 +█+.? +38 %", rows[0])


def test_a_segment_counts_its_own_time_not_that_of_the_segments_inside_it() -> None:
    run = replace(
        NORMAL, segments=(segment("outer", 20.0, 20.0, 20.0, self_ms=1.0), segment("inner", 19.0, 19.0, 19.0))
    )
    rows = [line.split() for line in screen(run) if "%" in line]
    assert [(row[0], row[1]) for row in rows[:2]] == [("inner", "19"), ("outer", "1.0")]


def test_what_was_not_attributed_has_its_own_row() -> None:
    assert any(re.fullmatch(r"  not attributed +4\.0 +█+.? +12 %", line) for line in screen(NORMAL))


def test_what_was_not_attributed_may_be_unknown() -> None:
    run = replace(NORMAL, unattributed_ms=Summary.unknown("no start of the configuration was seen"))
    assert any("not attributed" in line and "unknown (no start" in line for line in screen(run))


def test_without_segments_the_screen_says_so() -> None:
    assert "no segment was seen" in paragraph(replace(NORMAL, segments=()))


def test_without_a_prompt_time_there_are_no_shares() -> None:
    rows = screen(replace(NORMAL, start_ms=Summary.unknown("nothing seen")))
    assert not any("%" in row and "compinit" in row for row in rows)
    assert any("compinit" in row and "8.0" in row for row in rows)


def test_smaller_segments_are_summed_in_one_row() -> None:
    many = tuple(
        segment(f"module-{number:02d}", float(number), float(number), float(number)) for number in range(1, 20)
    )
    rows = screen(replace(NORMAL, segments=many))
    assert any(re.match(r"  1\d smaller ones +\d+", row) for row in rows)
    assert len(rows) <= 24


def test_a_segment_that_only_some_sessions_had_says_how_many() -> None:
    run = replace(NORMAL, segments=(segment("git-fetch", 9.0, 9.0),))
    assert any("git-fetch (2 of 3)" in row for row in screen(run))


def test_the_cost_of_the_probe_is_told() -> None:
    assert "probe cost 0.1 ms, 0.4 % of the prompt (8 pairs)" in paragraph(NORMAL)


def test_a_probe_cost_that_was_not_measured_is_unknown() -> None:
    run = replace(NORMAL, overhead=Overhead(method="pairs", reason="asked not to"))
    assert "probe cost unknown (asked not to)" in paragraph(run)


def test_capabilities_are_told_in_words() -> None:
    assert "works completion, highlighting, suggestions · missing git prompt · unknown own terminal" in paragraph(
        NORMAL
    )


def test_a_terminal_of_its_own_is_told_and_the_lack_of_one_is_no_lack() -> None:
    able = replace(NORMAL.capabilities, git_prompt=True)
    assert "git prompt · unknown own terminal" in paragraph(replace(NORMAL, capabilities=able))
    without = paragraph(replace(NORMAL, capabilities=replace(able, own_tty=False)))
    assert "suggestions, git prompt" in without
    assert "own terminal" not in without
    assert "git prompt, own terminal" in paragraph(replace(NORMAL, capabilities=replace(able, own_tty=True)))


def test_all_unknown_capabilities_are_unknown() -> None:
    run = replace(NORMAL, capabilities=Capabilities())
    assert "unknown completion, highlighting, suggestions, git prompt, own terminal" in paragraph(run)
    assert "works" not in paragraph(run)


def test_an_unstable_run_gives_its_reasons_and_advice() -> None:
    run = replace(
        NORMAL,
        stability=Stability(
            verdict="unstable",
            reasons=("spread is 14 % of the mean",),
            advice=("close other programs, or take more sessions: -n 32",),
        ),
    )
    text = paragraph(run)
    assert "3 sessions, unstable)" in text
    assert "unstable spread is 14 % of the mean" in text
    assert "advice close other programs, or take more sessions: -n 32" in text


def test_failed_sessions_are_counted_with_the_first_reason() -> None:
    run = replace(NORMAL, failures=(FAILURE, replace(FAILURE, index=5, retried=False)))
    assert "failed 2 of 5 sessions (1 tried again): no prompt within 5.0 s (phase prompt)" in paragraph(run)


def test_notes_are_shown() -> None:
    assert "note HOME was copied" in paragraph(replace(NORMAL, notes=("HOME was copied",)))


def test_the_last_line_is_one_command_to_try() -> None:
    assert screen(NORMAL)[-1] == "next     zf explain builtin"


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    run = replace(
        NORMAL,
        config="/home/somebody/a/rather/long/path/to/a/configuration/.zshrc",
        segments=(segment("a-segment-with-a-name-that-goes-on-and-on-for-quite-a-while", 3.0), *NORMAL.segments),
        notes=("a note that is long enough to need more than one line on a terminal of eighty columns, at least",),
    )
    out = io.StringIO()
    Console(file=out, width=500).print(render(run, budgets=BUDGETS, width=width, next_command=NEXT))
    assert max(len(line.rstrip()) for line in out.getvalue().splitlines()) <= width


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_normal_run_fits_on_a_terminal_of_24_lines(width: int) -> None:
    many = tuple(
        segment(f"module-{number:02d}", float(number), float(number), float(number)) for number in range(1, 30)
    )
    run = replace(NORMAL, segments=many, failures=(FAILURE,), notes=("HOME was copied",))
    assert len(screen(run, width)) <= 24


def test_names_cannot_send_commands_to_the_terminal() -> None:
    run = replace(NORMAL, config="\x1b]0;owned\x07", segments=(segment("[red]x\x1b[31m", 1.0),), notes=("\x1b[2J",))
    text = "\n".join(screen(run))
    assert "\x1b" not in text
    assert r"[red]x\e[31m" in text


def test_several_configurations_stand_in_one_table() -> None:
    other = without(replace(NORMAL, config="home", framework="oh-my-zsh"), "latencies", "input_ms", "no echo")
    rows = shown(
        render_set(RunSet(seed=1, order=(), runs=(NORMAL, other)), budgets=BUDGETS, width=80, next_command=NEXT), 80
    )
    header = next(row for row in rows if "prompt" in row)
    assert header.split()[:2] == ["configuration", "prompt"]
    assert next(row for row in rows if row.startswith("builtin")).split()[1:3] == ["32", "±1"]
    assert "unknown" in next(row for row in rows if row.startswith("home"))
    assert rows[-1] == "next     zf explain builtin"


def test_the_table_gives_the_reason_of_each_unknown_below() -> None:
    other = without(replace(NORMAL, config="home"), "latencies", "input_ms", "no echo")
    rows = shown(
        render_set(RunSet(seed=1, order=(), runs=(NORMAL, other)), budgets=BUDGETS, width=80, next_command=NEXT), 80
    )
    assert any("home: input unknown (no echo)" in row for row in rows)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_its_width(width: int) -> None:
    wide = replace(NORMAL, config="/srv/" + "x" * 70, framework="zsh4humans")
    out = io.StringIO()
    renderable = render_set(
        RunSet(seed=1, order=(), runs=(NORMAL, wide)), budgets=BUDGETS, width=width, next_command=NEXT
    )
    Console(file=out, width=500).print(renderable)
    assert max(len(line.rstrip()) for line in out.getvalue().splitlines()) <= width


def test_each_configuration_has_its_own_screen_when_asked_for() -> None:
    rows = shown(
        render_set(
            RunSet(seed=1, order=(), runs=(NORMAL, replace(NORMAL, config="home"))),
            budgets=BUDGETS,
            width=120,
            next_command=NEXT,
            verbose=True,
        )
    )
    assert sum(row.startswith("32 ms to prompt") for row in rows) == 2
    assert sum(row.startswith("next") for row in rows) == 1
