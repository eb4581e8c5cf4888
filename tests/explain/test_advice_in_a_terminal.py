"""Advice on real starts: one configuration for each group of rules, in which each fault is really there."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from explaining import request_for

from zshforge.explain import gathering
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


def test_folders_that_are_checked_at_each_start(advised: Callable[..., dict[str, Advice]]) -> None:
    lines = f"{CLEAN}autoload -Uz compinit\n"
    found = advised("ZF104", zshrc=f"{lines}compinit -i\n", settings={"advice__least_ms": 0.1})
    assert found["ZF104"].line == 5
    assert found["ZF104"].saving_ms
    unchecked = advised(zshrc=f"{lines}compinit -C\n", settings={"advice__least_ms": 0.1})
    assert "ZF104" not in unchecked


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


def test_a_compiled_file_that_is_too_old(advised: Callable[..., dict[str, Advice]], tmp_path: Path) -> None:
    compiled = tmp_path / "zdotdir" / "big.zsh.zwc"
    compiled.parent.mkdir()
    text = "".join(f"function f{n}() {{ local a=$1; print -r -- ${{a:t}} ${{(q)a}}; }}\n" for n in range(4000))
    (compiled.parent / "big.zsh").write_text(text)
    subprocess.run(["zsh", "-fc", f"zcompile {compiled.with_suffix('')}"], check=True)
    young = {"zshrc": f"{CLEAN}source @/big.zsh\n"}
    assert "ZF124" not in advised(**young)
    os.utime(compiled, (1e9, 1e9))
    found = advised("ZF124", **young)
    assert found["ZF124"].file == str(compiled.with_suffix(""))
    assert (found["ZF124"].saving_ms or 0) > 1


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


def test_a_full_history(advised: Callable[..., dict[str, Advice]], tmp_path: Path) -> None:
    (tmp_path / "zdotdir").mkdir()
    lines = "".join(f": {n}:0;command number {n} with some words\n" for n in range(14_000))
    (tmp_path / "zdotdir" / "history").write_text(lines)
    for size, fires in ((10_000, True), (20_000, False)):
        found = advised(
            *(["ZF145"] if fires else []),
            zshrc=f"{CLEAN}HISTFILE=$ZDOTDIR/history HISTSIZE={size} SAVEHIST=10000\n"
            "setopt hist_expire_dups_first hist_ignore_all_dups\n",
        )
        assert ("ZF145" in found) == fires
        assert not fires or (found["ZF145"].saving_ms or 0) > 10


def test_folders_of_other_machines(
    advised: Callable[..., dict[str, Advice]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # To mount a folder is not for a test: the start is real, the table of mounts is ours.
    net = tmp_path / "net"
    (net / "bin").mkdir(parents=True)
    table = tmp_path / "mounts"
    files = {"zshrc": f"{CLEAN}path=($path {net}/bin)\n"}
    for kind, fires in (("nfs4", True), ("ext4", False)):
        table.write_text(f"/dev/vda1 / ext4 rw 0 0\nhost:/net {net} {kind} rw 0 0\n")
        monkeypatch.setattr(gathering, "MOUNTS", table)
        found = advised(*(["ZF143"] if fires else []), **files)
        assert ("ZF143" in found) == fires
        assert not fires or (found["ZF143"].line, found["ZF143"].count) == (4, 1)


def test_screen(advised: Callable[..., dict[str, Advice]]) -> None:
    found = advised(
        *("ZF151", "ZF152"),
        settings={"explain__budget_s": 5.0},  # as for a user: what most of several sessions show, one late look cannot
        zshrc=f"{CLEAN}zmodload zsh/zselect\nprint hello there; zselect -t 2\n"
        "print -n '\\e[6n'; read -t 1 -rs -d R answer; zselect -t 2\n",
    )
    assert found["ZF151"].line == 5
    assert found["ZF152"].line == 6


def test_locales(advised: Callable[..., dict[str, Advice]]) -> None:
    found = advised("ZF153", zshrc=f"{CLEAN}repeat 500; do LC_ALL=C; LC_ALL=C.UTF-8; done\n")
    assert found["ZF153"].line == 4
    assert (found["ZF153"].saving_ms or 0) > 1
    assert "ZF153" not in advised(zshrc=f"{CLEAN}LC_ALL=C.UTF-8\n")


@pytest.mark.parametrize(("turns", "fires"), [(3000, True), (1, False)])
def test_highlighting(advised: Callable[..., dict[str, Advice]], turns: int, fires: bool) -> None:
    highlighter = (
        "zmodload zsh/zselect; zselect -t 1\nZSH_HIGHLIGHT_VERSION=1\nautoload -Uz add-zle-hook-widget\n"
        f"colour() {{ repeat {turns} {{ : }} }}\nadd-zle-hook-widget line-pre-redraw colour\n"
    )
    files = {"zshrc": f"{CLEAN}source $ZDOTDIR/zsh-syntax-highlighting.zsh\n", "zsh-syntax-highlighting": highlighter}
    found = advised(*(["ZF162"] if fires else []), settings={"advice__least_ms": 0.1}, **files)
    assert ("ZF162" in found) == fires
    assert not fires or found["ZF162"].metric == "input"


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
