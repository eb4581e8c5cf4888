"""The scan in a shell that somebody types in: never before the prompt, shown once, ended by its keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live import Live
from scan_lists import FAILED, WELL, put_hasher, states

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty


def test_the_scan_runs_after_the_prompt_and_shows_a_finding_once_above_what_is_typed(
    shell: Shell, listed: Path
) -> None:
    (listed / "plain.zsh").write_text("changed\n")
    with Live(shell, size=(160, 24), typed=b"print -r -- ty") as live:
        live.until("zf: integrity: edited")
        live.until(lambda: live.last.endswith("print -r -- ty"))
        live.until(lambda: states(shell) == WELL)
        live.press("ped\n")
        live.until(lambda: "typed" in live.lines())
        live.run("plugin_security_status >$HOME/told; print status $?")
        assert "status 1" in live.lines()
        assert sum("zf: integrity: edited" in line for line in live.lines()) == 1
    told = (shell.root / "home/told").read_text()
    assert told.startswith("state COMPLETE · last scan 20")
    assert f"edited {listed}/plain.zsh (odd)" in told


@pytest.mark.parametrize(("level", "shown"), [("warn", False), ("strict", True)])
def test_strict_offers_the_safe_mode_and_warn_does_not(shell: Shell, listed: Path, level: str, shown: bool) -> None:
    (listed / "plain.zsh").write_text("changed\n")
    with Live(shell, size=(160, 24), ZF_INTEGRITY=level) as live:
        live.until("zf: integrity: what to do")
        live.until(lambda: states(shell) == WELL)
        live.rest()
        assert ("ZF_SAFE=1 zsh" in live.text) == shown


def test_off_scans_nothing_and_a_person_still_may(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh").write_text("changed\n")
    with Live(shell, size=(160, 24), ZF_INTEGRITY="off") as live:
        live.rest(1.0)
        assert states(shell) == []
        live.run("plugin_scan_now >$HOME/told; print status $?")
        assert "status 1" in live.lines()
    assert states(shell) == WELL


def test_a_clean_scan_says_nothing(shell: Shell, listed: Path) -> None:
    assert listed.is_dir()
    with Live(shell) as live:
        live.until(lambda: states(shell) == WELL)
        live.rest()
        assert "integrity" not in live.text


def test_what_the_shell_itself_keeps_in_its_cache_is_no_finding_unless_others_can_write_it(
    shell: Shell, listed: Path
) -> None:
    assert listed.is_dir()
    dump = shell.root / "home/.cache/zshforge/compdump-5.9"
    dump.write_text("kept() { print kept }\n")
    with Live(shell, size=(200, 24), ZF_INTEGRITY="off") as live:
        live.rest()
        live.run(f"source {dump}; plugin_scan_now >$HOME/told; chmod 666 {dump}; plugin_scan_now >$HOME/later")
    assert "unexpected 0" in (shell.root / "home/told").read_text()
    assert f"permissions {dump}" in (shell.root / "home/later").read_text()


def test_a_scan_in_shadow_shows_nothing_and_compares(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh").write_text("changed\n")
    with Live(shell, size=(160, 24), ZF_ASYNC="shadow") as live:
        live.until(lambda: states(shell) == WELL)
        live.run("plugin_security_status; zf::async run security_scan")
        assert any("last scan never" in line for line in live.lines())
        live.until(lambda: states(shell) == [*WELL, *WELL[1:]])
        assert "edited" not in live.text
    log = (shell.root / "home/.cache/zshforge/async-state.log").read_text()
    assert re.findall(r"compared=(\w+)", log) == ["nothing", "same"]


def test_a_function_from_elsewhere_is_unexpected(shell: Shell, listed: Path, tmp_path: Path) -> None:
    assert listed.is_dir()
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil/grep").write_text("print gotcha\n")
    with Live(shell, size=(200, 24)) as live:
        live.rest()
        live.run(f"fpath=({tmp_path}/evil $fpath); autoload +X grep; plugin_scan_now >$HOME/told; print status $?")
        assert "status 0" in live.lines()
    assert f"unexpected {tmp_path}/evil/grep" in (shell.root / "home/told").read_text()


@pytest.mark.usefixtures("listed")
def test_a_worker_that_is_killed_is_a_failed_scan_and_a_living_prompt(shell: Shell) -> None:
    put_hasher(shell, "kill -9 $PPID")
    shell.write_local("pre/scan", f"path=({shell.root}/tools $path)")
    with Live(shell, size=(160, 24)) as live:
        live.until(lambda: states(shell) == [*FAILED, *FAILED[1:]])
        live.run("plugin_security_status; print status $?")
        assert "status 1" in live.lines()
        assert "failed:" in live.text


@pytest.mark.usefixtures("listed")
def test_a_scan_by_hand_ends_the_one_that_runs(shell: Shell) -> None:
    put_hasher(
        shell, 'echo $$ >>"$HOME/pids"; [ -e "$HOME/go" ] && PATH=/usr/bin:/bin exec sha256sum "$@"; exec sleep 900'
    )
    shell.write_local("pre/scan", f"path=({shell.root}/tools $path)")
    with Live(shell, size=(160, 24)) as live:
        live.until(lambda: states(shell) == WELL[:4])
        live.until(
            lambda: (shell.root / "home/pids").exists() and (shell.root / "home/pids").read_text().endswith("\n")
        )
        live.run("touch $HOME/go; plugin_scan_now >$HOME/told; print status $?")
        assert "status 0" in live.lines()
        assert states(shell) == [*FAILED, *WELL[1:]]
    first = int((shell.root / "home/pids").read_text().split()[0])
    assert not Path(f"/proc/{first}/stat").exists() or ") Z" in Path(f"/proc/{first}/stat").read_text()


@pytest.mark.usefixtures("listed")
def test_ctrl_c_ends_a_scan_by_hand_and_what_it_started(shell: Shell) -> None:
    put_hasher(shell, 'echo $$ >>"$HOME/pids"; exec sleep 900')
    shell.write_local("pre/scan", f"path=({shell.root}/tools $path)")
    with Live(shell, size=(160, 24), ZF_INTEGRITY="off") as live:
        live.rest()
        live.press("plugin_scan_now\n")
        live.until(
            lambda: (shell.root / "home/pids").exists() and (shell.root / "home/pids").read_text().endswith("\n")
        )
        live.press("\x03")
        live.run("print alive")
        pid = int((shell.root / "home/pids").read_text().split()[0])
        live.until(lambda: not Path(f"/proc/{pid}/stat").exists() or ") Z" in Path(f"/proc/{pid}/stat").read_text())


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plugin_scan_now --f", "plugin_scan_now --full"),
        ("plugin_security_s", "plugin_security_status"),
        ("zf::async met", "zf::async metrics"),
        ("zf::async run secu", "zf::async run security_scan"),
    ],
)
def test_its_words_are_completed(shell: Shell, listed: Path, typed: str, shown: str) -> None:
    assert listed.is_dir()
    with Live(shell) as live:
        live.until(lambda: states(shell) == WELL)
        live.press(f"{typed}\t")
        live.until(lambda: live.last.endswith(shown))
