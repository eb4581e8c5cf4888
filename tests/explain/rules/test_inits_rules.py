"""Rules on what tools print for the shell, and on version managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from advising import RC, command, evidence, file, findings, session

if TYPE_CHECKING:
    from zshforge.explain.trace import Trace


def line_that_runs(name: str, ms: float, own_ms: float = 1.0, source: str = RC) -> Trace:
    """Line 2 of a file waits for a program."""
    return session((own_ms, (file(source, 2),)), (ms, (file(source, 2), command(name, (source, 2)))))


@pytest.mark.parametrize(
    "text",
    [
        'eval "$(starship init zsh)"',
        "eval $(starship init zsh)",
        "source <(starship init zsh --print-full-init)",
        ". <(/usr/bin/starship init zsh)",
        '(( $+commands[starship] )) && eval "$(command starship init zsh)"',
        "eval `starship init zsh`",
    ],
)
def test_what_a_tool_prints_at_every_start_can_be_kept(text: str) -> None:
    (found,) = findings("ZF111", evidence(line_that_runs("starship", 30), texts={RC: f"\n{text}\n"}))
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(30)
    assert found.spot == (RC, 2)
    assert "starship" in found.message


def test_a_plain_line_is_changed_into_one_that_keeps_the_text() -> None:
    seen = evidence(line_that_runs("zoxide", 9), texts={RC: '\neval "$(zoxide init zsh)"\n'})
    (found,) = findings("ZF111", seen)
    assert found.fix is not None
    (edit,) = found.fix.edits
    assert edit.remove == ('eval "$(zoxide init zsh)"',)
    assert "zoxide init zsh" in "\n".join(edit.insert)


@pytest.mark.parametrize("text", ['eval "$(ssh-agent -s)"', 'eval "$(keychain --eval id)"'])
def test_what_differs_from_start_to_start_is_not_to_be_kept(text: str) -> None:
    assert findings("ZF111", evidence(line_that_runs("ssh-agent", 30), texts={RC: f"\n{text}\n"})) == []


def test_a_tool_that_nobody_knows_is_told_but_not_changed() -> None:
    seen = evidence(line_that_runs("mytool", 30), texts={RC: '\neval "$(mytool hook zsh)"\n'})
    (found,) = findings("ZF111", seen)
    assert found.fix is None


@pytest.mark.parametrize("text", ["x=$(starship --version)", "source ~/.cache/starship.zsh", '# eval "$(a b)"'])
def test_other_lines_are_no_init(text: str) -> None:
    assert findings("ZF111", evidence(line_that_runs("starship", 30), texts={RC: f"\n{text}\n"})) == []


def test_an_init_that_costs_nothing_is_not_told() -> None:
    assert findings("ZF111", evidence(line_that_runs("zoxide", 0.2), texts={RC: '\neval "$(zoxide init zsh)"\n'})) == []


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("/h/.nvm/nvm.sh", "nvm"),
        ("/h/.sdkman/bin/sdkman-init.sh", "sdkman"),
        ("/h/.rvm/scripts/rvm", "rvm"),
        ("/opt/conda/etc/profile.d/conda.sh", "conda"),
    ],
)
def test_a_version_manager_that_is_read_at_every_start_is_found(script: str, name: str) -> None:
    seen = evidence(
        session((1, (file(RC, 2),)), (200, (file(RC, 2), file(script, 40)))),
        texts={RC: f"\n. {script}\n"},
    )
    (found,) = findings("ZF112", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(200)
    assert name in found.message
    assert found.spot == (RC, 2)


@pytest.mark.parametrize(
    "text", ['eval "$(pyenv init -)"', 'eval "$(rbenv init - zsh)"', '__s="$(conda "shell.zsh" "hook" 2>/dev/null)"']
)
def test_a_version_manager_that_is_asked_at_every_start_is_found_once(text: str) -> None:
    seen = evidence(line_that_runs("pyenv", 60, own_ms=5), texts={RC: f"\n{text}\n"})
    (found,) = findings("ZF112", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(65)
    assert findings("ZF111", seen) == []


def test_a_version_manager_that_waits_for_its_first_use_is_right() -> None:
    text = "\nnvm() { unfunction nvm; . ~/.nvm/nvm.sh; nvm $@ }\n"
    assert findings("ZF112", evidence(session((1, (file(RC, 2),))), texts={RC: text})) == []
