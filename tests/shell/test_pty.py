"""A program in a terminal of its own, as a terminal emulator would start it."""

import contextlib
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from zshforge.shell.processes import Descendants, adopt_orphans, processes_below
from zshforge.shell.pty import PtyProcess, Spawn

ZSH = shutil.which("zsh") or "zsh"
pytestmark = pytest.mark.pty


def environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "xterm-256color"}


def read_until(process: PtyProcess, text: bytes, seconds: float = 10) -> bytes:
    data = b""
    end = time.monotonic() + seconds
    while text not in data and time.monotonic() < end:
        data += process.read() or b""
    return data


def spawn(tmp_path: Path, *argv: str, typed: bytes = b"") -> PtyProcess:
    return PtyProcess.spawn(
        Spawn(argv=argv, environment=environment(tmp_path), folder=tmp_path, columns=91, rows=33, typed=typed)
    )


def test_the_shell_has_a_controlling_terminal_job_control_and_the_size_that_was_asked(tmp_path: Path) -> None:
    with spawn(tmp_path, ZSH, "-fi") as process:
        process.release()
        process.write(b"print $options[monitor]-$COLUMNS-$LINES-$(ps -o tpgid= -p $$ | tr -d ' ')-$$\r")
        text = read_until(process, b"on-91-33-").decode()
    assert "on-91-33-" in text


def test_nothing_leaks_into_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZF_LEAK", "1")
    with spawn(tmp_path, "/usr/bin/env") as process:
        process.release()
        text = read_until(process, b"TERM=").decode()
    names = {line.split("=")[0] for line in text.splitlines() if "=" in line}
    assert names <= {"HOME", "PATH", "TERM", "PWD", "OLDPWD", "_"}


def test_the_program_waits_at_the_gate_and_its_start_is_stamped(tmp_path: Path) -> None:
    with spawn(tmp_path, "/bin/echo", "started") as process:
        time.sleep(0.05)
        before = time.time_ns() // 1000
        assert process.read(timeout_s=0) is None
        process.release()
        text = read_until(process, b"started")
        after = time.time_ns() // 1000
    assert b"started" in text
    assert process.spawn_us is not None
    assert before <= process.spawn_us <= after


def test_what_was_typed_before_the_start_is_there_when_the_program_reads(tmp_path: Path) -> None:
    with spawn(tmp_path, "/bin/sh", "-c", "stty -echo; read line; echo got:$line", typed=b"hello\n") as process:
        process.release()
        text = read_until(process, b"got:hello")
    assert b"got:hello" in text


def test_an_exit_status_is_told_with_the_resources_used(tmp_path: Path) -> None:
    with spawn(tmp_path, "/bin/sh", "-c", "exit 3") as process:
        process.release()
        read_until(process, b"never", seconds=0.3)
        status = process.wait(5)
    assert status is not None
    assert status.code == 3
    assert status.peak_rss_kb > 100


def test_a_death_by_signal_is_told_as_such(tmp_path: Path) -> None:
    with spawn(tmp_path, "/bin/sh", "-c", "kill -SEGV $$") as process:
        process.release()
        status = process.wait(5)
    assert status is not None
    assert status.code == -11


def last_words(processes: list[psutil.Process]) -> set[str]:
    """The last word of each command line; processes that have ended meanwhile have none."""
    found = set()
    for process in processes:
        with contextlib.suppress(psutil.Error):
            found.update(process.cmdline()[-1:])
    return found


def test_leaving_the_block_ends_every_process_even_one_that_left_the_session(tmp_path: Path) -> None:
    adopt_orphans()
    script = "trap '' HUP TERM; (setsid sleep 321 &) ; sleep 322 & echo up; wait"
    with spawn(tmp_path, ZSH, "-fc", script) as process:
        process.release()
        read_until(process, b"up")
        time.sleep(0.1)
        assert {"321", "322"} <= last_words(psutil.Process().children(recursive=True))
    remaining = [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [""])[-1] in ("321", "322")]
    assert remaining == []


def test_processes_are_found_by_the_home_they_live_in(tmp_path: Path) -> None:
    child = subprocess.Popen(["/bin/sleep", "30"], env={"HOME": str(tmp_path / "home")})
    try:
        assert [p.pid for p in processes_below(tmp_path)] == [child.pid]
    finally:
        child.kill()
        child.wait()
    assert processes_below(tmp_path) == []


def test_processor_time_of_a_tree_grows_while_it_works_and_rests_when_it_sleeps() -> None:
    work = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"
    child = subprocess.Popen(["/bin/sh", "-c", f"read x; {work}; sleep 5; :"], stdin=subprocess.PIPE)
    tree = Descendants(child.pid)
    time.sleep(0.05)
    first = tree.busy_us()
    assert child.stdin is not None
    child.stdin.write(b"\n")
    child.stdin.flush()
    limit = time.monotonic() + 20
    while len(tree.pids()) < 2 and time.monotonic() < limit:
        time.sleep(0.01)
    time.sleep(0.1)
    rest = tree.busy_us()
    time.sleep(0.1)
    assert first is not None
    assert rest is not None
    assert rest > first
    assert tree.busy_us() == rest
    child.kill()
    child.wait()
