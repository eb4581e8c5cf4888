"""The shell compares what it reads with the list of a lock, by itself, and never before the prompt."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from zshforge.shell.pty import PtyProcess, Spawn
from zshforge.shell.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

ZSH = shutil.which("zsh") or "zsh"
LOAD = 'autoload -Uz "$ZDOTDIR"/functions/{-zf-security-scan,plugin_{scan_now,security_status}}; '
ODD = ("plain.zsh", "with space.zsh", "new\nline.zsh", "$(touch ran).zsh", "it's", "-rf")
LATER = """
zmodload zsh/datetime
first() { [[ -e $HOME/prompt ]] || print -r -- $EPOCHREALTIME > $HOME/prompt }
autoload -Uz add-zle-hook-widget; add-zle-hook-widget line-init first
autoload -Uz "$ZDOTDIR"/functions/{-zf-security-scan,plugin_{scan_now,security_status}}
later() { zle -F $1; exec {fd}<&-; -zf-security-scan }
begin() { exec {fd}</dev/null; zle -F $fd later; add-zsh-hook -d precmd begin }
autoload -Uz add-zsh-hook; add-zsh-hook precmd begin
"""


def spelt(name: str) -> str:
    return re.sub(r"[\n\\]", lambda found: f"\\x{ord(found[0]):02x}", name)


@pytest.fixture
def listed(shell: Shell) -> Path:
    """A folder with a plugin of odd names, all of them in the list."""
    folder = shell.zdotdir / "plugins/odd"
    folder.mkdir(parents=True)
    for name in ODD:
        (folder / name).write_text(f"# {name}\n")
    write_list(shell)
    (shell.root / "home/.cache/zshforge").mkdir(parents=True)
    return folder


def write_list(shell: Shell) -> None:
    files = [file for file in shell.zdotdir.rglob("*") if file.is_file() and file.name != "integrity.list"]
    rows = (
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}\todd\tZDOTDIR/{spelt(str(file.relative_to(shell.zdotdir)))}\n"
        for file in files
    )
    (shell.zdotdir / "integrity.list").write_text("# list\n" + "".join(rows))


def test_a_shell_whose_files_are_the_listed_ones_is_well(shell: Shell, listed: Path) -> None:
    done = shell.run(LOAD + "plugin_scan_now")
    assert (done.returncode, done.stderr) == (0, "")
    count = len((shell.zdotdir / "integrity.list").read_text().splitlines()) - 1
    assert f"verified {count} · changed 0 · missing 0 · unexpected 0" in done.stdout
    assert not (listed / "ran").exists()


def test_changed_missing_and_unexpected_files_are_named(shell: Shell, listed: Path) -> None:
    (listed / "new\nline.zsh").write_text("changed\n")
    (listed / "plain.zsh").unlink()
    (listed / "with space.zsh.zwc").write_text("compiled by somebody\n")
    done = shell.run(LOAD + "plugin_scan_now; print status $?; plugin_security_status >/dev/null; print $?")
    assert "changed 1 · missing 1 · unexpected 1" in done.stdout
    assert f"edited {listed}/new\\nline.zsh (odd)" in done.stdout
    assert f"missing {listed}/plain.zsh (odd)" in done.stdout
    assert f"unexpected {listed}/with space.zsh.zwc" in done.stdout
    assert done.stdout.endswith("status 1\n1\n")


def test_unexpected_files_alone_are_degraded_and_no_failure(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh.zwc").write_text("x")
    assert shell.run(LOAD + "plugin_scan_now").returncode == 0


def test_a_changed_byte_with_its_time_set_back_is_found_also_when_digests_are_remembered(
    shell: Shell, listed: Path
) -> None:
    file = listed / "plain.zsh"
    for old in shell.zdotdir.rglob("*"):
        os.utime(old, (1, 1))
    time.sleep(3)  # what was changed less than two seconds ago is not remembered
    shell.run(LOAD + "plugin_scan_now")
    kept = shell.root / "home/.cache/zshforge/scan.cache"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(kept.read_text().splitlines()) > len(ODD)
    file.write_text("# PLAIN.zsh\n")
    os.utime(file, (1, 1))
    assert "changed 1" in shell.run(LOAD + "plugin_scan_now").stdout


def test_full_believes_nothing_that_is_remembered(shell: Shell, listed: Path) -> None:
    file = listed / "plain.zsh"
    facts = file.stat()
    cache = shell.root / "home/.cache/zshforge/scan.cache"
    key = f"{facts.st_dev}:{facts.st_ino}:{facts.st_size}:"
    times = ":".join(f"{ns // 10**9}.{ns % 10**9:09}" for ns in (facts.st_mtime_ns, facts.st_ctime_ns))
    cache.write_text(f"{key}{times} {'0' * 64}\n")
    cache.chmod(0o600)
    assert "changed 1" in shell.run(LOAD + "plugin_scan_now").stdout
    assert "changed 0" in shell.run(LOAD + "plugin_scan_now --full").stdout
    cache.write_text(f"{key}{times} {'0' * 64}\n")
    cache.chmod(0o666)
    assert "changed 0" in shell.run(LOAD + "plugin_scan_now").stdout


def test_a_list_that_is_not_the_anchored_one_is_found(shell: Shell, listed: Path) -> None:
    assert listed.is_dir()
    right = hashlib.sha256((shell.zdotdir / "integrity.list").read_bytes()).hexdigest()
    for sha, changed in ((right, 0), ("0" * 64, 1)):
        anchors = f"zf::trust_anchor_get() {{ [[ $1 == integrity-list ]] && print {sha} }}; "
        done = shell.run(LOAD + anchors + "plugin_scan_now")
        assert f"changed {changed} " in done.stdout
        assert (f"edited {shell.zdotdir}/integrity.list" in done.stdout) == bool(changed)


@pytest.mark.timeout(60)
def test_what_is_no_file_is_not_opened(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh").unlink()
    os.mkfifo(listed / "plain.zsh")
    assert "changed 1" in shell.run(LOAD + "plugin_scan_now").stdout


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("listed")
def test_a_program_that_hangs_is_killed_at_the_limit_and_leaves_nobody(shell: Shell) -> None:
    tools = shell.root / "tools"
    tools.mkdir()
    (tools / "sha256sum").write_text('#!/bin/sh\necho $$ > "$HOME/pid"\nexec sleep 50\n')
    (tools / "sha256sum").chmod(0o755)
    done = shell.run(LOAD + "plugin_scan_now", PATH=f"{tools}:{os.defpath}", ZF_INTEGRITY_LIMIT="1")
    assert done.returncode == 1
    assert "verified 0" in done.stdout
    pid = int((shell.root / "home/pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("listed")
def test_a_program_that_floods_its_pipe_is_killed(shell: Shell) -> None:
    tools = shell.root / "tools"
    tools.mkdir()
    (tools / "sha256sum").write_text('#!/bin/sh\necho $$ > "$HOME/pid"\nexec yes flood\n')
    (tools / "sha256sum").chmod(0o755)
    done = shell.run(LOAD + "plugin_scan_now", PATH=f"{tools}:{os.defpath}", ZF_INTEGRITY_LIMIT="30")
    assert (done.returncode, "verified 0" in done.stdout) == (1, True)
    with pytest.raises(ProcessLookupError):
        os.kill(int((shell.root / "home/pid").read_text()), 0)


def test_without_a_list_the_shell_is_degraded_and_says_how_to_get_one(shell: Shell) -> None:
    done = shell.run(LOAD + "plugin_scan_now")
    assert done.returncode == 0
    assert "degraded: there is no list" in done.stdout
    assert shell.run(LOAD + "-zf-security-scan; print ${_zf_scan_state-none}").stdout == "none\n"


def test_commands_refuse_what_they_do_not_know(shell: Shell) -> None:
    assert shell.run(LOAD + "plugin_scan_now --fast").returncode == 2
    assert shell.run(LOAD + "plugin_security_status x").returncode == 2


def converse(shell: Shell, lines: int, typed: str) -> str:
    """The screen of an interactive shell in which something is typed once the scan's log has so many lines."""
    log = shell.root / "home/.cache/zshforge/scan.log"
    terminal = Terminal(200, 24)
    spawn = Spawn(argv=(ZSH, "-i"), environment=shell.environment(), folder=shell.root / "zf-here", columns=200)
    screen, end, told = b"", time.monotonic() + 20, False
    with PtyProcess.spawn(spawn) as process:
        process.release()
        while process.poll() is None:
            assert time.monotonic() < end, screen
            data = process.read() or b""
            screen += data
            process.write(terminal.feed(data))
            if not told and log.exists() and len(log.read_text().splitlines()) >= lines:
                told = True
                process.write(f"{typed}\nexit\n".encode())
    return screen.decode(errors="replace")


@pytest.mark.pty
def test_the_scan_runs_after_the_prompt_and_shows_a_finding_once(shell: Shell, listed: Path) -> None:
    shell.write_local("post/scan", LATER)
    write_list(shell)
    (listed / "plain.zsh").write_text("changed\n")
    screen = converse(shell, 4, "plugin_security_status")
    log = (shell.root / "home/.cache/zshforge/scan.log").read_text()
    states = re.findall(r"SCAN state=(\w+) us=(\d{16}) pid=\d+\n", log)
    assert [state for state, _ in states] == ["QUEUED", "RUNNING", "SCANNING", "COMPLETE"]
    stamps = [int(us) for _, us in states]
    assert stamps == sorted(stamps)
    whole, _, part = (shell.root / "home/prompt").read_text().strip().partition(".")
    assert int(whole + part[:6]) < stamps[0]
    before, _, after = screen.rpartition("state COMPLETE")
    assert before.count("zf: integrity: edited") == 1
    assert after.count("zf: integrity: edited") == 1


@pytest.mark.pty
@pytest.mark.usefixtures("listed")
def test_a_worker_that_is_killed_is_a_failed_scan_and_a_living_prompt(shell: Shell) -> None:
    tools = shell.root / "tools"
    tools.mkdir()
    (tools / "sha256sum").write_text("#!/bin/sh\nkill -9 $PPID\n")
    (tools / "sha256sum").chmod(0o755)
    shell.write_local("post/scan", f"path=({tools} $path)\n{LATER}")
    write_list(shell)
    screen = converse(shell, 8, "print living; plugin_security_status >/dev/null; print status $?")
    log = (shell.root / "home/.cache/zshforge/scan.log").read_text()
    assert re.findall(r"state=(\w+)", log) == ["QUEUED", "RUNNING", "SCANNING", "FAILED"] * 2
    assert "living" in screen
    assert "status 1" in screen
