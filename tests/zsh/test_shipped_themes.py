"""Themes that the configuration hosts, and the plugin gitstatus: found, sourced once, timed, or named as missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from live import Live
from repositories import BASE, git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

THEME = "(( ++themed )); typeset seen=global; PROMPT='themed zf-here '\"$themed> \"\n"


def plugin(shell: Shell, name: str, **files: str) -> Path:
    """A plugin's folder where the configuration looks for it."""
    folder = shell.root / "home" / ".local" / "share" / "zshforge" / "plugins" / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file.replace("__", "-").replace("_", ".")).write_text(text)
    return folder


def test_a_theme_is_sourced_once_and_timed(shell: Shell) -> None:
    plugin(shell, "powerlevel10k", powerlevel10k_zsh__theme=THEME)
    (shell.root / "home" / ".p10k.zsh").write_text("configured=no\n")
    (shell.zdotdir / ".p10k.zsh").write_text("configured=yes\n")
    session = shell.session("source $ZDOTDIR/.zshrc; print -r -- $seen $themed $configured", ZF_PROMPT="powerlevel10k")
    assert "global 1 yes\r\n" in session.screen
    assert "themed zf-here 1>" in session.screen
    phase, _, start, end = session.segments()["p10k_theme"]
    assert phase == "post_plugin"
    assert session.segments()["60-ui-prompt"][2] <= start <= end <= session.segments()["60-ui-prompt"][3]


def test_pure_is_sourced_with_its_library(shell: Shell) -> None:
    folder = plugin(shell, "pure", async_zsh="library=1\n", pure_zsh="pure=$library$fpath[-1]\n" + THEME)
    assert f"<1{folder}>" in shell.session('print -r -- "<$pure>"', ZF_PROMPT="pure").screen


def test_what_starship_prints_is_kept_and_starship_is_run_once(shell: Shell) -> None:
    program = shell.root / "bin" / "starship"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho run >>{shell.root}/runs\ncat <<'EOF'\n{THEME}EOF\n")
    program.chmod(0o755)
    for _ in range(3):
        assert "themed zf-here 1>" in shell.session(ZF_PROMPT="starship", PATH=f"{program.parent}:/usr/bin:/bin").screen
    assert (shell.root / "runs").read_text() == "run\n"


@pytest.mark.parametrize("name", ["powerlevel10k", "pure", "starship", "/no/such/file", "no-such-theme"])
def test_a_theme_that_is_not_there_is_named_and_the_built_in_prompt_stands(shell: Shell, name: str) -> None:
    with Live(shell, size=(200, 24), ZF_PROMPT=name) as live:
        live.until(f"ZF_PROMPT={name}: not found")
        live.until("Try:")
        live.until(lambda: bool(re.search("zf-here [#%]$", live.last)))


def test_a_broken_theme_keeps_no_prompt_away(shell: Shell) -> None:
    theme = shell.root / "theme.zsh"
    theme.write_text("PROMPT='zf-here> '\nif then fi )\n")
    with Live(shell, ZF_PROMPT=str(theme)) as live:
        live.rest()
        live.run("print -r -- alive")
        assert "alive" in live.lines()


def test_a_theme_that_replaces_the_built_in_prompt_is_not_painted_over(shell: Shell) -> None:
    with Live(shell) as live:
        live.rest(0.5)
    theme = shell.root / "theme.zsh"
    theme.write_text(THEME)
    shell.write_local("pre/theme", f"ZF_PROMPT={theme}")
    with Live(shell) as live:
        live.rest(0.5)
        assert live.last == "themed zf-here 1>"
    with Live(shell) as live:
        live.rest(0.5)
        assert b"\x1b7" not in live.raw


GITSTATUS = """
gitstatus_start() { print -r -- "start $*" >>$HOME/log; return ${start_fails:-0} }
gitstatus_query() {
  print -r -- "query $*" >>$HOME/log
  typeset -g callback=${@[${@[(i)-c]}+1]}
  typeset -g VCS_STATUS_RESULT=tout
  exec {answer}</dev/null
  zle -F $answer answered
}
answered() {
  zle -F $1; exec {answer}<&-
  VCS_STATUS_RESULT=ok-async VCS_STATUS_LOCAL_BRANCH=main VCS_STATUS_COMMIT=abc VCS_STATUS_TAG= VCS_STATUS_STASHES=0
  VCS_STATUS_COMMITS_AHEAD=7 VCS_STATUS_COMMITS_BEHIND=0 VCS_STATUS_NUM_CONFLICTED=0 VCS_STATUS_NUM_STAGED=0
  VCS_STATUS_NUM_UNSTAGED=8 VCS_STATUS_NUM_UNTRACKED=0
  # As the plugin itself calls what it was given.
  emulate zsh -c "${${:-"1 $callback"}#* }"
}
"""


def test_gitstatus_is_used_where_it_is_there(shell: Shell) -> None:
    git(shell.root / "zf-here", BASE)
    plugin(shell, "gitstatus", gitstatus_plugin_zsh=GITSTATUS)
    with Live(shell) as live:
        live.until(lambda: "main ⇡7 !8" in live.last)
        live.run(":")
        live.rest(0.5)
        log = (shell.root / "home" / "log").read_text()
        assert live.last.endswith(("main ⇡7 !8 #", "main ⇡7 !8 %"))
    assert log.count("start ") == 1
    assert "start -s -1 -u -1 -c -1 -d -1 " in log, "without a limit the plugin counts to one"
    assert log.count("query ") == 2
    assert "gitstatus_init" in shell.session().segments()


def test_git_is_asked_when_gitstatus_does_not_start(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    plugin(shell, "gitstatus", gitstatus_plugin_zsh=GITSTATUS)
    with Live(shell, start_fails="1") as live:
        live.until("main ?1")
