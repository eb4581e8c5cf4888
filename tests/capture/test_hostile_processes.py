"""What a session leaves behind: nothing, whoever tried to stay, and however the observer ended."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from zshforge.capture.observation import Observation
from zshforge.capture.plan import SessionPlan
from zshforge.model.errors import ShellUnusable
from zshforge.shell.leftovers import sweep
from zshforge.shell.processes import processes_below
from zshforge.shell.zsh import find_zsh

pytestmark = [pytest.mark.pty, pytest.mark.usefixtures("nothing_left")]
Observe = Callable[..., Observation]

STAYING = {
    "disowned": "sleep 300 &!",
    "in a session of its own": "(setsid sleep 300 &)",
    "a stubborn one": "(trap '' HUP TERM INT; exec setsid sleep 300) &!",
    "an agent": "eval $(ssh-agent) >/dev/null",
    "one that holds the terminal": "(trap '' HUP; exec setsid sleep 300) <$TTY &!",
    "one that keeps the shell's output": "(trap '' HUP; while :; do sleep 0.01; print; done) &!",
    "a family": "(trap '' HUP; (setsid sleep 300 &); (setsid sleep 301 &); exec setsid sleep 302) &!",
    "a coprocess": "coproc { trap '' HUP; sleep 300 }; disown",
}


@pytest.mark.parametrize("light", [False, True], ids=["whole", "light"])
@pytest.mark.parametrize("stays", STAYING.values(), ids=list(STAYING))
def test_a_process_that_outlives_the_shell_is_flagged_and_gone(observed: Observe, stays: str, *, light: bool) -> None:
    seen = observed(f"setopt no_prompt_sp\n{stays}", light=light, settle_max_ms=300.0)
    assert seen.command_us is not None
    assert "background_children" in seen.flags
    assert light or len(seen.input_us) == 2


@pytest.mark.parametrize("ends", ["", "sleep 300 &", "(sleep 0.05 &)", "coproc cat", "/bin/true &!"])
def test_a_process_that_leaves_with_the_shell_is_not_flagged(observed: Observe, ends: str) -> None:
    seen = observed(f"unsetopt check_jobs\n{ends}")
    assert seen.flags == ()
    assert seen.prompt_mean_us is not None


def test_every_fork_of_a_start_file_with_thousands_is_counted(observed: Observe) -> None:
    seen = observed("repeat 3000; do (:); done", prompt_deadline_s=30.0)
    assert seen.forks_before_prompt.value == 3000 or seen.forks_before_prompt.reason


def test_the_children_of_others_are_left_alone(observed: Observe) -> None:
    other = subprocess.Popen(["/bin/sleep", "60"])
    try:
        observed("(setsid sleep 300 &)")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_shell_that_cannot_be_measured_is_refused_before_a_session_starts(tmp_path: Path) -> None:
    old = tmp_path / "zsh"
    old.write_text("#!/bin/sh\necho 5.7\n")
    old.chmod(0o755)
    with pytest.raises(ShellUnusable, match=r"zsh 5\.7 is older than 5\.8"):
        find_zsh(str(tmp_path), None)
    old.unlink()
    with pytest.raises(ShellUnusable, match="zsh is not installed"):
        find_zsh(str(tmp_path), None)


def test_a_session_holds_no_descriptor_and_no_processor_when_it_is_over(observed: Observe) -> None:
    observed(light=True)
    before = len(list(Path("/proc/self/fd").iterdir())), os.sched_getaffinity(0)
    observed(light=True)
    assert (len(list(Path("/proc/self/fd").iterdir())), os.sched_getaffinity(0)) == before


def test_the_pipe_of_a_configuration_that_closes_its_marks_is_at_its_end(observed: Observe) -> None:
    seen = observed("exec {ZF_MARK_FD}>&-", native=True, prompt_grace_ms=3000.0)
    assert "closed its descriptor" in seen.reasons["prompt_ready_ms"]


OBSERVER = """
import sys
from pathlib import Path
from zshforge.capture.plan import SessionPlan
from zshforge.capture.session import observe
from zshforge.shell.leftovers import Scratch
root, zsh, zshrc = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with Scratch(root) as scratch:
    for name in ("home", "zf12345-folder", "control"):
        (scratch / name).mkdir()
    (scratch / "home/.zshrc").write_text(zshrc)
    environment = {"HOME": str(scratch / "home"), "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "SHELL": zsh,
                   "TMUX_TMPDIR": str(scratch)}
    observe(SessionPlan(zsh=zsh, environment=environment, folder=scratch / "zf12345-folder",
                        control=scratch / "control", prefix="zf12345-", prompt_deadline_s=60, session_deadline_s=60))
"""
LIVES_ON = "trap '' HUP TERM INT\n(setsid sleep 300 &)\nsleep 300 &!\nprint up > $HOME/up\nwhile :; do sleep 0.1; done"


@pytest.fixture
def observer(tmp_path: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Another process that observes a session, in the middle of it."""
    root = tmp_path / "scratch"
    root.mkdir()

    def start(zshrc: str) -> subprocess.Popen[str]:
        zsh = shutil.which("zsh") or "zsh"
        process = subprocess.Popen(
            [sys.executable, "-c", OBSERVER, str(root), zsh, zshrc], stderr=subprocess.PIPE, text=True
        )
        limit = time.monotonic() + 10
        while not list(root.glob("zf-*/home/up")) and time.monotonic() < limit:
            time.sleep(0.02)
        assert processes_below(root)
        return process

    return start


@pytest.mark.parametrize(
    "zshrc",
    [LIVES_ON, "print up > $HOME/up; sleep 300", "[[ -n $TMUX ]] || exec tmux\nprint up > $HOME/up\nsleep 300"],
    ids=["a stubborn shell", "a plain shell", "tmux"],
)
def test_a_killed_observer_leaves_nothing_that_the_next_sweep_does_not_end(
    observer: Callable[[str], subprocess.Popen[str]], tmp_path: Path, zshrc: str
) -> None:
    process = observer(zshrc)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = sweep(tmp_path / "scratch")
    assert any(line.startswith("removed") for line in done)
    assert processes_below(tmp_path) == []
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("times", [1, 3])
def test_an_interrupt_ends_and_removes_everything_and_passes_on(
    observer: Callable[[str], subprocess.Popen[str]], tmp_path: Path, times: int
) -> None:
    process = observer(LIVES_ON)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.03)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in errors
    assert [p.cmdline() for p in processes_below(tmp_path)] == []
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_observer_that_is_killed_before_the_gate_opens_leaves_no_shell(
    session_plan: Callable[..., SessionPlan], tmp_path: Path
) -> None:
    plan = session_plan("print started > $HOME/started")
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from zshforge.shell.pty import PtyProcess, Spawn\n"
        "PtyProcess.spawn(Spawn(argv=('/bin/sh', '-c', 'echo > $HOME/started; sleep 60'), folder=Path('/'),"
        "environment={'HOME': sys.argv[1], 'PATH': '/usr/bin:/bin'}))\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, plan.environment["HOME"]], check=False)
    limit = time.monotonic() + 5
    while processes_below(tmp_path) and time.monotonic() < limit:
        time.sleep(0.01)
    assert processes_below(tmp_path) == []
    assert not (tmp_path / "home/started").exists()


def test_signals_that_the_observer_ignores_are_not_ignored_by_the_shell(observed: Observe, tmp_path: Path) -> None:
    old = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)}
    try:
        observed("grep SigIgn /proc/self/status > $HOME/ignored", light=True)
        assert all(signal.getsignal(number) is signal.SIG_IGN for number in old)
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
    mask = int((tmp_path / "home/ignored").read_text().split()[1], 16)
    assert [number for number in old if mask >> (number - 1) & 1] == []


def test_a_light_session_leaves_no_child_of_ours(observed: Observe) -> None:
    before = psutil.Process().children(recursive=True)
    assert observed("sleep 300 &", light=True).command_us is not None
    assert psutil.Process().children(recursive=True) == before
