"""What the screen tells of a self-test."""

from __future__ import annotations

from recorded_runs import recorded_run
from rich.console import Console

from zshforge.judge.module_fire import module_fire
from zshforge.judge.required_labels import Requirement
from zshforge.model.settings import load_settings
from zshforge.report.module_fire import render_module_fire

SETTINGS = load_settings(environ={})
SEGMENTS = {"compinit": (12.0, 13.0, 11.0, 12.5, 12.1), "x\x1b[31m": (3.0, 3.1, 2.9, 3.0, 3.2)}


def shown(*required: str, strict: bool = False) -> list[str]:
    wanted = [Requirement(name=name, why="a test wants it") for name in required]
    console = Console(width=120)
    with console.capture() as capture:
        made = module_fire(recorded_run(segments=SEGMENTS), wanted, SETTINGS, strict=strict)
        console.print(render_module_fire(made, width=120))
    return capture.get().splitlines()


def test_the_answer_comes_first_and_each_label_has_a_row() -> None:
    lines = shown("compinit")
    assert lines[0] == "pass"
    row = next(line for line in lines if line.startswith("compinit "))
    assert row.split() == ["compinit", "post_plugin", "native", "5", "12", "12", "0.7", "11", "13"]
    assert "required: 1 of 1 fired" in lines


def test_what_did_not_fire_is_named_with_what_to_do() -> None:
    lines = shown("gone")
    assert lines[0].startswith("fail · gone did not fire")
    assert "  gone missing (a test wants it)" in lines
    assert any(line.startswith("- ") for line in lines)
    assert any("--strict" in line for line in lines)


def test_names_cannot_move_the_cursor() -> None:
    assert not any("\x1b" in line for line in shown())
