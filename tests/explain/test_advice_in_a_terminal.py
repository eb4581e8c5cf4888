"""Advice on real starts: one configuration for each group of rules, in which each fault is really there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from explaining import request_for

from zshforge.explain.advise import advise
from zshforge.explain.explain import explain
from zshforge.explain.prove import prove

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zshforge.model.advice import Advice

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]

CLEAN = "PS1='%1~ %# '\ntypeset -U path fpath\nHISTFILE=$ZDOTDIR/history\n"


_TRIES = 5  # on a busy machine nobody looks at the shell for a while, and what happened then is not advised about


@pytest.fixture
def advised(zdotdir: Callable[..., Path], tmp_path: Path) -> Callable[..., dict[str, Advice]]:
    """The findings on a configuration, by code, once the wanted ones are among them; of one code the first."""

    def run(*wanted: str, settings: dict[str, object] | None = None, **files: str) -> dict[str, Advice]:
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        asked = request_for(zdotdir(**files), scratch, **(settings or {}))
        found: dict[str, Advice] = {}
        for _ in range(_TRIES):
            found = {}
            for one in explain(asked, advisers=(advise,)).advice:
                found.setdefault(one.code, one)
            if set(wanted) <= set(found):
                break
        assert set(wanted) <= set(found)
        return found

    return run


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_a_clean_configuration_gets_no_advice(advised: Callable[..., dict[str, Advice]]) -> None:
    assert advised(zshrc=CLEAN) == {}


def test_completion(advised: Callable[..., dict[str, Advice]]) -> None:
    found = advised("ZF101", zshrc=f"{CLEAN}autoload -Uz compinit\ncompinit -u\n:\ncompinit -u\n")
    assert found["ZF101"].line == 7
    assert found["ZF101"].count == 2
    assert "ZF102" not in found
    assert "ZF103" not in found
    undumped = advised("ZF102", zshrc=f"{CLEAN}autoload -Uz compinit\ncompinit -u -D\n")
    assert undumped["ZF102"].line == 5
    assert undumped["ZF102"].saving_ms
    thrown_away = advised("ZF103", zshrc=f"{CLEAN}rm -f $ZDOTDIR/.zcompdump\nautoload -Uz compinit\ncompinit -u\n")
    assert thrown_away["ZF103"].line == 6


def test_inits(advised: Callable[..., dict[str, Advice]], tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "zoxide", "#!/bin/sh\nsleep 0.03\necho 'z() { cd $1; }'\n")
    (tmp_path / "zdotdir").mkdir()
    (tmp_path / "zdotdir" / "nvm.sh").write_text("zmodload zsh/zselect; zselect -t 3\nnvm() { :; }\n")
    found = advised(
        "ZF111", "ZF112", zshrc=f'{CLEAN}path=({tmp_path}/bin $path)\neval "$(zoxide init zsh)"\n. @/nvm.sh\n'
    )
    assert found["ZF111"].line == 5
    assert (found["ZF111"].saving_ms or 0) > 15
    assert found["ZF111"].fix is not None
    assert found["ZF112"].line == 6


def test_loading(advised: Callable[..., dict[str, Advice]], tmp_path: Path) -> None:
    for place in ("one", "two"):
        folder = tmp_path / "zdotdir" / place
        folder.mkdir(parents=True)
        (folder / "zsh-abbr.plugin.zsh").write_text("zselect -t 1\n")
    big = "".join(f"function f{n}() {{ local a=$1; print -r -- ${{a:t}} ${{(q)a}}; }}\n" for n in range(4000))
    found = advised(
        *("ZF121", "ZF122", "ZF123"),
        zshrc=f"{CLEAN}zmodload zsh/zselect\nfor one in 1 2; do source @/again.zsh; :; done\nsource @/again.zsh\n"
        "source @/one/zsh-abbr.plugin.zsh\nsource @/two/zsh-abbr.plugin.zsh\nsource @/big.zsh\n",
        again="zselect -t 1\n",
        big=big,
    )
    assert found["ZF121"].file
    assert found["ZF122"].line == 8
    assert found["ZF123"].file
    assert found["ZF123"].file.endswith("big.zsh")
    assert "ZF124" not in found


def test_processes(advised: Callable[..., dict[str, Advice]], tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "curl", "#!/bin/sh\nsleep 0.02\n")
    executable(tmp_path / "bin" / "node", "#!/bin/sh\nexec env env env sleep 0.02\n")
    found = advised(
        *("ZF131", "ZF132", "ZF133", "ZF134"),
        zshrc=f"{CLEAN}path=({tmp_path}/bin $path)\nnow=$(date +%s)\nwho=$(whoami)\nsleep 0.03\ncurl -s x\nnode -v\n",
        settings={"advice__least_ms": 0.1},
    )
    assert found["ZF131"].line in {5, 6}
    assert found["ZF131"].count in {1, 2}  # a process whose line no look showed is not counted
    # The line of a process is told, or said to be unknown.
    assert found["ZF133"].line in {7, None}
    assert found["ZF134"].line in {8, None}
    assert found["ZF132"].line in {9, None}


def test_places(advised: Callable[..., dict[str, Advice]], tmp_path: Path) -> None:
    (tmp_path / "zdotdir").mkdir()
    lines = "".join(f": {n}:0;command number {n} with some words\n" for n in range(120_000))
    (tmp_path / "zdotdir" / "history").write_text(lines)
    found = advised(
        *("ZF141", "ZF142", "ZF144"),
        zshrc="PS1='%1~ %# '\npath=(/no/such/folder $path)\npath=(/usr/bin /usr/bin $path)\n"
        "HISTFILE=$ZDOTDIR/history HISTSIZE=200000 SAVEHIST=200000\n",
    )
    assert found["ZF141"].line == 2
    assert "ZF142" in found
    assert (found["ZF144"].saving_ms or 0) > 1
    assert "ZF143" not in found


def test_screen(advised: Callable[..., dict[str, Advice]]) -> None:
    found = advised(
        *("ZF151", "ZF152"),
        zshrc=f"{CLEAN}zmodload zsh/zselect\nprint hello there; zselect -t 2\n"
        "print -n '\\e[6n'; read -t 1 -rs -d R answer; zselect -t 2\n",
    )
    assert found["ZF151"].line == 5
    assert found["ZF152"].line == 6


def test_prompt(advised: Callable[..., dict[str, Advice]]) -> None:
    found = advised(
        "ZF161",
        zshrc=f"{CLEAN}precmd() {{\n  branch=$(git rev-parse --abbrev-ref HEAD 2>/dev/null)\n}}\n",
        settings={"capture__repository": "empty", "advice__least_ms": 0.1},
    )
    assert found["ZF161"].line == 5


def test_what_a_change_brings_is_proven_in_a_copy(zdotdir: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    folder = zdotdir(zshrc=f"{CLEAN}autoload -Uz compinit\ncompinit -u\n:\ncompinit -u\n")
    before = (folder / ".zshrc").read_text()
    proof = prove(request_for(folder, tmp_path / "scratch", explain__prove_pairs=6), "ZF101")
    assert proof.cost_ms > 1
    assert proof.removed == (f"{folder}/.zshrc:7",)
    assert (folder / ".zshrc").read_text() == before
