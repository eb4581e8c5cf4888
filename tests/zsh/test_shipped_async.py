"""Tasks beside the shell: after the prompt, in a process of their own, killed at their limit, and no orphan."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live import Live

from zshforge.integrity.states import check_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.zsh.conftest import Shell

pytestmark = [pytest.mark.pty, pytest.mark.timeout(120)]
TAKES = "take() { got=$1 }\n"


class Tasks:
    """A home with tasks of the user's own, and the log of its shells."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.home = shell.root / "home"
        self.log = self.home / ".cache/zshforge/async-state.log"
        self.log.parent.mkdir(parents=True)

    def name(self, *lines: str, code: str) -> None:
        """Writes the manifest, and the functions that it names."""
        self.shell.write_local("post/tasks", code)
        manifest = self.home / ".config/zshforge/async-tasks"
        manifest.write_text("".join(f"{line}\n" for line in lines))

    def steps(self, task: str | None = None) -> list[str]:
        """The states in the log, of one task or of all as TASK:STATE."""
        text = self.log.read_text() if self.log.exists() else ""
        found = re.findall(r"ASYNC_STATE task=(\S+) state=(\w+)", text)
        return [state if task else f"{name}:{state}" for name, state in found if task in (None, name)]

    def until_steps(self, live: Live, wanted: list[str], task: str = "one") -> None:
        live.until(lambda: self.steps(task) == wanted)

    def pids(self) -> list[int]:
        """The processes that a worker has written down."""
        file = self.home / "pids"
        return [int(word) for word in file.read_text().split()] if file.exists() else []


def alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be reaped does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def until_gone(pids: list[int]) -> None:
    end = time.monotonic() + 20
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < end, pids
        time.sleep(0.05)


@pytest.fixture
def tasks(shell: Shell) -> Iterator[Tasks]:
    made = Tasks(shell)
    yield made
    for pid in made.pids():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


WELL = ["IDLE", "QUEUED", "RUNNING", "SCANNING", "COMPLETE"]


def test_a_task_runs_in_another_process_and_its_text_comes_back_byte_for_byte(tasks: Tasks, shell: Shell) -> None:
    say = r"say() { zmodload zsh/system; print -r -- $sysparams[pid]; print -rn -- $'\xff $(touch ran)\n \n' }"
    tasks.name("one normal 9000 0 - - say take", code='take() { print -rn -- "$1" >$HOME/got }\n' + say)
    with Live(shell) as live:
        tasks.until_steps(live, WELL)
        shell_pid = live.child.pid
    pid, text = (tasks.home / "got").read_bytes().split(b"\n", 1)
    assert text == b"\xff $(touch ran)\n \n"
    assert int(pid) != shell_pid
    assert not list(shell.root.rglob("ran"))


def test_the_log_shows_on_stamps_that_nothing_ran_before_the_prompt(tasks: Tasks, shell: Shell) -> None:
    tasks.name("one normal 9000 0 - - say take", code=TAKES + "say() { print x }")
    marks = tasks.home / "marks"
    with Live(shell, PERF_SEGMENT_LOG=str(marks)) as live:
        tasks.until_steps(live, WELL)
        live.press("\r")  # the log is written at the second prompt
        live.until(marks.exists)
        live.rest()
    made = check_states(tasks.log.read_bytes(), label="log")
    assert (made.verdict, made.faults, made.prompts) == ("pass", (), {"marker": 1, "editor": 0})
    ready = int(re.findall(r"MARK name=prompt_ready us=(\d+)", marks.read_text())[0])
    assert f"PROMPT us={ready} " in tasks.log.read_text()
    assert int(re.findall(r"state=RUNNING us=(\d+)", tasks.log.read_text())[0]) > ready


def test_without_a_harness_the_editor_is_the_witness_of_the_prompt(tasks: Tasks, shell: Shell) -> None:
    tasks.name("one normal 9000 0 - - say take", code=TAKES + "say() { print x }")
    with Live(shell) as live:
        tasks.until_steps(live, WELL)
    made = check_states(tasks.log.read_bytes(), label="log")
    assert (made.verdict, made.prompts) == ("pass", {"marker": 0, "editor": 1})


def test_the_most_urgent_runs_first_and_so_many_at_a_time(tasks: Tasks, shell: Shell) -> None:
    names = {"last": "cosmetic", "second": "60", "third": "normal", "first": "critical"}
    tasks.name(
        *(f"{name} {rank} 9000 0 - - say take" for name, rank in names.items()), code=TAKES + "say() { print x }"
    )
    with Live(shell, ZF_ASYNC_JOBS="1") as live:
        live.until(lambda: tasks.steps().count("last:COMPLETE") == 1)
    running = [step for step in tasks.steps() if step.endswith((":RUNNING", ":COMPLETE"))]
    order = ("first", "second", "third", "last")
    assert running == [f"{name}:{state}" for name in order for state in ("RUNNING", "COMPLETE")]


@pytest.mark.parametrize("value", ["0", "false", "no", "off"])
def test_a_flag_or_a_function_that_fails_keeps_a_task_idle(tasks: Tasks, shell: Shell, value: str) -> None:
    tasks.name(
        *("one normal 9000 0 MY_FLAG - say take", "two normal 9000 0 - never say take"),
        "three normal 9000 0 MY_OTHER always say take",
        code=TAKES + "say() { print x }\nnever() { false }\nalways() { true }",
    )
    with Live(shell, MY_FLAG=value, MY_OTHER="1") as live:
        tasks.until_steps(live, WELL, "three")
        assert (tasks.steps("one"), tasks.steps("two")) == (["IDLE"], ["IDLE"])


@pytest.mark.parametrize("env", [{"ZF_ASYNC": "off"}, {"ASYNC_MODE": "off"}, {"ZF_ASYNC": "sometimes"}])
def test_off_starts_nothing_at_all(tasks: Tasks, shell: Shell, env: dict[str, str]) -> None:
    tasks.name("one normal 9000 0 - - say take", code=TAKES + "say() { print x >$HOME/ran }")
    with Live(shell, env=env) as live:
        live.rest(0.5)
        live.run("zf::async status")
        assert any("mode off" in line for line in live.lines())
    assert not tasks.log.exists()
    assert not (tasks.home / "ran").exists()


def test_at_its_limit_a_task_is_killed_with_all_that_it_started_and_tried_again(tasks: Tasks, shell: Shell) -> None:
    tasks.name(
        "one normal 400 1 - - hang take",
        code=TAKES
        + "hang() { trap '' TERM HUP INT; sleep 900 & print $! >>$HOME/pids; sleep 901 & print $! >>$HOME/pids; wait }",
    )
    with Live(shell) as live:
        tasks.until_steps(live, ["IDLE", *["QUEUED", "RUNNING", "SCANNING", "FAILED"] * 2])
        until_gone(tasks.pids())
        assert len(tasks.pids()) == 4
        live.run("zf::async status; print -r -- got ${+got}")
        assert "got 0" in live.lines()
        assert "killed at its limit" in live.text
    assert tasks.log.read_text().count("reason=limit") == 2


def test_what_a_task_leaves_behind_ends_with_it(tasks: Tasks, shell: Shell) -> None:
    tasks.name(
        "one normal 9000 0 - - leave take",
        code=TAKES + "leave() { sleep 900 >/dev/null & print $! >>$HOME/pids; print done }",
    )
    with Live(shell) as live:
        tasks.until_steps(live, WELL)
        until_gone(tasks.pids())


def test_a_flood_is_cut_off(tasks: Tasks, shell: Shell) -> None:
    tasks.name("one normal 9000 0 - - flood take", code=TAKES + "flood() { yes & print $! >>$HOME/pids; wait }")
    with Live(shell) as live:
        tasks.until_steps(live, [*WELL[:4], "FAILED"])
        until_gone(tasks.pids())
        live.run("print -r -- alive ${+got}")
        assert "alive 0" in live.lines()
    assert "reason=flood" in tasks.log.read_text()


@pytest.mark.parametrize(("code", "reason"), [("kill -KILL $sysparams[ppid]", "gone"), ("return 7", "status-7")])
def test_a_worker_that_is_killed_or_fails_is_a_failure_with_its_reason(
    tasks: Tasks, shell: Shell, code: str, reason: str
) -> None:
    body = f"zmodload zsh/system; sleep 900 >/dev/null & print $! >>$HOME/pids; {code}; sleep 900"
    tasks.name("one normal 9000 0 - - die take", code=TAKES + f"die() {{ {body} }}")
    with Live(shell) as live:
        tasks.until_steps(live, [*WELL[:4], "FAILED"])
        until_gone(tasks.pids())
        live.run("print -r -- alive")
    assert f"reason={reason}\n" in tasks.log.read_text()


def test_a_shell_that_is_killed_leaves_no_worker(tasks: Tasks, shell: Shell) -> None:
    tasks.name(
        "one normal 900000 0 - - hang take",
        code=TAKES + "zmodload zsh/system; hang() { print $sysparams[pid] $sysparams[ppid] >>$HOME/pids; sleep 900 }",
    )
    with Live(shell) as live:
        live.until(lambda: len(tasks.pids()) == 2)
        os.kill(live.child.pid, signal.SIGKILL)
        until_gone(tasks.pids())


def test_a_result_that_its_taker_refuses_is_a_failure(tasks: Tasks, shell: Shell) -> None:
    tasks.name("one normal 9000 0 - - say refuse", code="refuse() { return 1 }\nsay() { print x }")
    with Live(shell) as live:
        tasks.until_steps(live, [*WELL[:4], "FAILED"])
    assert "reason=answer\n" in tasks.log.read_text()


def test_shadow_runs_and_compares_and_changes_nothing(tasks: Tasks, shell: Shell) -> None:
    tasks.name(
        "one normal 9000 0 - - say take", code=TAKES + "say() { print -r -- $(<$HOME/text) }\nprint one >$HOME/text"
    )
    with Live(shell, ZF_ASYNC="shadow") as live:
        tasks.until_steps(live, WELL)
        live.run("zf::async run one")
        tasks.until_steps(live, [*WELL, *WELL[1:]])
        live.run("print two >|$HOME/text; zf::async run one")
        tasks.until_steps(live, [*WELL, *WELL[1:], *WELL[1:]])
        live.run("print -r -- got ${+got}")
        assert "got 0" in live.lines()
    assert re.findall(r"compared=(\w+)", tasks.log.read_text()) == ["nothing", "same", "different"]
    compared = check_states(tasks.log.read_bytes(), label="log").tasks[0].compared
    assert compared == {"nothing": 1, "same": 1, "different": 1}


def test_what_is_no_task_is_told_and_the_others_run(tasks: Tasks, shell: Shell) -> None:
    tasks.name(
        *("# mine", "", "two normal 9000", "three soon 9000 0 - - say take", "four normal x 0 - - say take"),
        *(
            "fi/ve normal 9 0 - - say take",
            "six normal 9000 0 - - $(touch${IFS}ran) take",
            "one normal 9000 0 - - say take",
        ),
        code=TAKES + "say() { print x }",
    )
    with Live(shell, size=(160, 24)) as live:
        tasks.until_steps(live, WELL)
        live.until(lambda: live.text.count("no task:") == 5)
        assert {step.partition(":")[0] for step in tasks.steps()} == {"one", "security_scan"}
    assert not list(shell.root.rglob("ran"))


def test_a_manifest_that_others_can_write_is_not_read(tasks: Tasks, shell: Shell) -> None:
    tasks.name("one normal 9000 0 - - say take", code=TAKES + "say() { print x }")
    (tasks.home / ".config/zshforge/async-tasks").chmod(0o666)
    with Live(shell, size=(200, 24)) as live:
        live.until("others can write to it")
    assert tasks.steps("one") == []


def test_a_task_is_named_once_and_added_by_hand(tasks: Tasks, shell: Shell) -> None:
    with Live(shell) as live:
        live.rest()
        live.run("say() { print x }; take() { got=$1 }; zf::async add one normal 9000 0 - - say take")
        tasks.until_steps(live, WELL)
        live.run("zf::async add one normal 9000 0 - - say take; zf::async add one; print -r -- status $?")
        assert "status 2" in live.lines()
        live.run("zf::async run nobody; print -r -- status $?; zf::async perhaps; print -r -- other $?")
        assert {"status 1", "other 2"} <= set(live.lines())
        assert tasks.steps("one") == WELL


def test_metrics_count_what_was_seen(tasks: Tasks, shell: Shell) -> None:
    tasks.name(
        *("one normal 9000 0 - - say take", "two normal 300 1 - - hang take", "off normal 9 0 - never say take"),
        code=TAKES + "say() { print x }\nhang() { sleep 900 }\nnever() { false }",
    )
    with Live(shell) as live:
        tasks.until_steps(live, ["IDLE", *["QUEUED", "RUNNING", "SCANNING", "FAILED"] * 2], "two")
        tasks.until_steps(live, WELL)
        live.run("zf::async metrics >$HOME/metrics")
    metrics = dict(line.split("=") for line in (tasks.home / "metrics").read_text().splitlines())
    seen = {key: metrics[f"async_tasks_{key}"] for key in ("total", "done", "fail", "timeout", "running", "pending")}
    assert seen == {"total": "4", "done": "1", "fail": "2", "timeout": "2", "running": "0", "pending": "0"}
    assert metrics["async_mode"] == "on"
    assert float(metrics["async_worker_ms"]) >= 600 > float(metrics["async_overhead_ms"]) > 0


def test_a_log_that_has_grown_is_turned_over(tasks: Tasks, shell: Shell) -> None:
    tasks.log.write_text("PROMPT us=1700000000000000 pid=7 seen=editor\n" * 12000)
    tasks.name("one normal 9000 0 - - say take", code=TAKES + "say() { print x }")
    old = tasks.log.with_name("async-state.log.1")
    with Live(shell) as live:
        live.until(old.exists)
        live.until(
            lambda: "state=COMPLETE" in (old.read_text() + (tasks.log.read_text() if tasks.log.exists() else ""))
        )
    assert old.stat().st_size > 500_000


@pytest.mark.parametrize("what", ["fifo", "folder", "full"])
def test_a_log_that_cannot_be_written_stops_nobody(tasks: Tasks, shell: Shell, what: str) -> None:
    tasks.name("one normal 9000 0 - - say take", code="take() { print -r -- $1 >$HOME/took }\nsay() { print x }")
    if what == "fifo":
        os.mkfifo(tasks.log)
    elif what == "folder":
        tasks.log.mkdir()
    else:
        tasks.log.symlink_to("/dev/full")
    with Live(shell) as live:
        live.until((tasks.home / "took").exists)
        live.run("print -r -- alive")
        assert "alive" in live.lines()
        assert "error" not in live.text


def test_what_is_being_typed_stays_when_a_result_arrives(tasks: Tasks, shell: Shell) -> None:
    code = "show() { zle -I; print -r -- shown }\nsay() { while [[ ! -e $HOME/go ]]; do sleep 0.05; done; print x }"
    tasks.name("one normal 9000 0 - - say show", code=code)
    with Live(shell) as live:
        tasks.until_steps(live, WELL[:4])
        live.press("print -r -- ty")
        live.until(lambda: live.last.endswith("print -r -- ty"))
        (tasks.home / "go").touch()
        live.until("shown")
        live.until(lambda: live.last.endswith("print -r -- ty"))
        live.press("ped\n")
        live.until(lambda: "typed" in live.lines())
        assert live.lines().count("shown") == 1
