"""The cost ledger and the variance state as lines."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from msgspec.structs import replace
from recorded_runs import recorded_run
from rich.console import Console

from zshforge.judge.held import held_of
from zshforge.judge.ledger import ledger, ledger_rules
from zshforge.judge.spread import variance_rules
from zshforge.judge.variance import begin, count_run
from zshforge.model.ladder import Ladder, Trial
from zshforge.model.settings import load_settings
from zshforge.report.ledger import render_ledger
from zshforge.report.variance import render_variance

if TYPE_CHECKING:
    from rich.console import RenderableType

    from zshforge.model.run import Run

SETTINGS = load_settings(environ={})
RULES = variance_rules(SETTINGS)


def lines(made: RenderableType) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=200, color_system=None).print(made, soft_wrap=True)
    return out.getvalue().splitlines()


def shown(run: Run, **limits: float) -> list[str]:
    return lines(render_ledger(ledger(held_of(run, "c"), limits, ledger_rules(SETTINGS), (), None), width=200))


def test_a_module_has_its_class_its_cost_and_its_share_and_the_rest_is_told() -> None:
    run = recorded_run(segments={"compinit": [12.0] * 4 + [12.2], "tiny": [0.01, 0.02, 0.01, 0.02, 0.01]})
    text = shown(run, compinit=10.0)
    assert text[0].startswith("fail · compinit costs 12.0 ms")
    assert text[1].split()[:3] == ["heavy", "12", "ms"]
    assert text[1].endswith("compinit  over 10 ms")
    assert text[2].split()[:3] == ["light", "<0.1", "ms"]
    assert "not attributed" in text[3]


def test_control_characters_of_a_name_are_visible() -> None:
    assert any(r"a\e[31mb" in line for line in shown(recorded_run(segments={"a\x1b[31mb": [1.0, 1.1, 1.2, 1.0, 1.3]})))


def test_what_is_unknown_is_told_as_unknown() -> None:
    text = shown(replace(recorded_run(), per_run=()))
    assert text[0].startswith("unknown · ")
    assert any("largest rise unknown" in line for line in text)


def test_the_state_shows_each_metric_what_is_missing_and_the_mode() -> None:
    run = recorded_run()
    text = lines(render_variance(count_run(begin(run, RULES), run, RULES).state, width=200))
    assert text[0] == "candidate · 1 stable run in a row · next enable_warn"
    assert [line.split()[0] for line in text[1:4]] == ["pre_plugin_total", "post_plugin_total", "prompt_ready"]
    assert any(line.startswith("missing  ") and "1 more stable run" in line for line in text)
    assert any(line.startswith("mode     observe · next warn") for line in text)
    trial = Trial(
        identity="t", kind="injected", outcome="detected", before="A", after="B", reason="+9 ms", counts=False
    )
    state = replace(begin(run, RULES), ladder=Ladder(trials=(trial,)))
    told = next(line for line in lines(render_variance(state, width=200)) if line.startswith("trial"))
    assert told == "trial    injected detected · speaks for nothing any more · +9 ms"
    empty = lines(render_variance(begin(run, RULES), width=200))
    assert all("unknown" in line for line in empty[1:4])
    assert empty[-1].endswith("no run yet")
