"""One session: spawn, prompt, first command, settle, input, command, exit; then nothing of it is left."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.capture.counting import Counting
from zshforge.capture.dialogue import Dialogue
from zshforge.capture.grace import wait_for_marks
from zshforge.capture.observation import Observation
from zshforge.capture.pump import Pipe, Pump
from zshforge.capture.trouble import explain
from zshforge.shell.processes import Descendants
from zshforge.shell.pty import PtyProcess, Spawn, now_us
from zshforge.shell.scheduling import Aside, processors, steady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.capture.plan import SessionPlan

_DRIVER = Path(__file__).parent / "probe" / "driver.zsh"
_CONSUMED_QUIET_MS = 400.0  # a shell that is quiet this long after its prompt has lost the typed line
_EXIT_S = 2.0


def observe(plan: SessionPlan) -> Observation:
    """Run one session.

    Raises:
        SessionFailed: It did not get to the first command in time; every process of it has been ended.
        OSError: No terminal, FIFO or process could be had.
    """
    with contextlib.ExitStack() as stack:
        marks_fd = stack.enter_context(_marks_pipe()) if plan.native else None
        fifos = stack.enter_context(_fifos(plan))
        stack.enter_context(_driver_file(plan))
        stack.enter_context(steady())
        return _Session(plan, marks_fd, fifos, stack).run()


class _Session:
    """The state of one session while it runs."""

    def __init__(
        self,
        plan: SessionPlan,
        marks: tuple[int, int] | None,
        fifos: tuple[int, int],
        stack: contextlib.ExitStack,
    ) -> None:
        self.plan = plan
        self.flags: list[str] = []
        self.reasons: dict[str, str] = {}
        self.peak_rss_kb: int | None = None
        environment = {**plan.environment, **plan.extra}
        if marks is not None:
            environment["ZF_MARK_FD"] = str(marks[1])
        spawn = Spawn(
            argv=plan.argv,
            environment=environment,
            folder=plan.folder,
            columns=plan.columns,
            rows=plan.rows,
            typed=plan.typed,
            pass_fds=(marks[1],) if marks else (),
        )
        self.process = stack.enter_context(PtyProcess.spawn(spawn))
        aside = stack.enter_context(Aside(self.process.pid, processors()))
        self.marks = Pipe(marks[0]) if marks else None
        if marks:
            os.close(marks[1])
        replies = Pipe(fifos[1])
        self.pump = Pump(self.process, plan, aside, tuple(pipe for pipe in (self.marks, replies) if pipe))
        self.dialogue = Dialogue(self.pump, replies, fifos[0])
        self.counting = stack.enter_context(Counting(self.process.pid))

    def run(self) -> Observation:
        """All phases, in order."""
        self.pump.typed.append((now_us(), self.plan.typed))
        self.process.release()
        deadline_us = now_us() + int(self.plan.session_deadline_s * 1e6)
        self._first_command()
        ready = self.dialogue.ready((deadline_us - now_us()) / 1e6)
        idle_us = self._settle(deadline_us)
        wait_for_marks(self.pump, self.marks, self.plan, self.reasons)
        self.pump.end_watch()
        self.peak_rss_kb = _peak_rss_kb(self.process.pid)
        if not self.plan.light:
            self._latencies(deadline_us)
        self.pump.drain()
        return self._observation(ready, idle_us)

    def _first_command(self) -> None:
        """Wait until the first command has printed; a line that the start files swallowed is typed once more."""
        plan, pump = self.plan, self.pump
        if pump.until(lambda: self._command_us() is not None or self._swallowed(), plan.prompt_deadline_s):
            if self._command_us() is not None:
                return
            self.flags.append("typed_again")
            self.reasons["first_command_ms"] = (
                "the start files read the typed line; it was typed again after the prompt"
            )
            pump.type(plan.typed)
            if pump.until(lambda: self._command_us() is not None, plan.prompt_deadline_s):
                return
        pump.drain()
        if self._command_us() is None:
            raise explain(self)

    def _command_us(self) -> int | None:
        return self.pump.transcript.seen(self.plan.token("msg"))

    def _swallowed(self) -> bool:
        """Whether the prompt is there and the shell rests, yet the typed line was never run."""
        last = self.pump.transcript.last_us
        prompt_us, _ = self.prompt()
        if last is None or prompt_us is None or now_us() - last < _CONSUMED_QUIET_MS * 1000:
            return False
        watch = self.pump.watch
        editing = bool(watch and watch.looks and watch.looks[-1][1].editing)
        return editing or self.pump.transcript.raw_after(0).rstrip().endswith(b"\x1b[?2004h")

    def prompt(self) -> tuple[int | None, str | None]:
        """When the first prompt was on the screen, and how that is known."""
        plan, transcript = self.plan, self.pump.transcript
        tokens = [transcript.seen(plan.token(what)) for what in ("folder", "host")]
        command_us = self._command_us()
        before = [us for us in tokens if us is not None and (command_us is None or us <= command_us)]
        if before:
            return min(before), "token"
        for sequence in (b"\x1b]133;B", b"\x1b]133;A"):
            mark = transcript.seen_control(sequence)
            if mark is not None:
                return mark, "osc133"
        native = self.native_mark("prompt_ready")
        if native is not None:
            return native, "native"
        edited = self.pump.watch.edited_us() if self.pump.watch else None
        return (edited, "editor") if edited is not None else (None, None)

    def native_mark(self, name: str) -> int | None:
        """The stamp of a marker that the configuration wrote."""
        wanted = f"MARK name={name} us="
        lines = self.marks.lines if self.marks else []
        return next((int(text[len(wanted) :]) for _, text in lines if text.startswith(wanted)), None)

    def _settle(self, deadline_us: int) -> int | None:
        """Wait until nothing prints and nothing computes and nothing is scheduled; returns when that began."""
        plan = self.plan
        limit_us = min(deadline_us, now_us() + int(plan.settle_max_ms * 1000))
        tree = Descendants(self.process.pid)
        active_us = self._command_us() or now_us()
        busy = tree.busy_us()
        while now_us() < limit_us:
            self.pump.until(bool, 0.01)
            busy, before = tree.busy_us(), busy
            if busy != before or (self.pump.transcript.last_us or 0) > active_us:
                active_us = now_us() if busy != before else self.pump.transcript.last_us or now_us()
            elif now_us() - active_us >= plan.settle_ms * 1000:
                if plan.light or self.dialogue.scheduled() == 0:
                    return active_us
                active_us = now_us()
        self.flags.append("not_idle")
        return None

    def _latencies(self, deadline_us: int) -> None:
        left_s = (deadline_us - now_us()) / 1e6
        self.dialogue.time_input(self.plan.input_line, self.plan.input_repeats, left_s, self.reasons)
        left_s = (deadline_us - now_us()) / 1e6
        self.dialogue.time_prompts(self.plan, left_s, self.reasons)
        self.process.wait(_EXIT_S)

    def _observation(self, ready: dict[str, str], idle_us: int | None) -> Observation:
        prompt_us, prompt_by = self.prompt()
        command_us = self._command_us()
        if prompt_us is None:
            self.reasons["first_prompt_ms"] = (
                "the prompt shows neither the folder nor the host name, marks nothing (OSC 133), "
                "and the line editor could not be watched"
            )
        watch = self.pump.watch
        counted = self.counting.result(prompt_us)
        branch_us = self.pump.transcript.seen(self.plan.token("branch"))
        git_prompt = branch_us is not None and command_us is not None and branch_us <= command_us
        return Observation(
            spawn_us=counted.exec_us or self.process.spawn_us,
            prompt_us=prompt_us,
            prompt_by=prompt_by,
            command_us=command_us,
            idle_us=idle_us,
            input_us=tuple(self.dialogue.input_us),
            prompt_mean_us=self.dialogue.prompt_mean_us,
            marks=tuple(text for _, text in self.marks.lines) if self.marks else (),
            looks=tuple(watch.looks) if watch else (),
            looks_gap_us=watch.gap_us if watch else 0,
            watch_refused=watch.refused if watch else None,
            records=counted.records,
            forks_before_prompt=counted.forks,
            execs_before_prompt=counted.execs,
            instructions_user=counted.instructions,
            capabilities=self.dialogue.capabilities(ready, git_prompt=git_prompt),
            status=self.process.status,
            peak_rss_kb=self.peak_rss_kb,
            flags=tuple(self.flags),
            reasons=self.reasons,
            chunks=self.pump.transcript.chunks,
            typed=tuple(self.pump.typed),
            truncated=self.pump.transcript.truncated,
        )


@contextlib.contextmanager
def _marks_pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    os.set_blocking(read, False)
    try:
        yield read, write
    finally:
        os.close(read)


@contextlib.contextmanager
def _fifos(plan: SessionPlan) -> Iterator[tuple[int, int]]:
    """The two FIFOs, both held open for reading and writing so that neither side ever waits for the other to open."""
    paths = [plan.control / name for name in ("control", "replies")]
    fds: list[int] = []
    try:
        for path in paths:
            os.mkfifo(path, 0o600)
            fds.append(os.open(path, os.O_RDWR | os.O_NONBLOCK))
        yield fds[0], fds[1]
    finally:
        for fd in fds:
            os.close(fd)
        for path in paths:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _driver_file(plan: SessionPlan) -> Iterator[None]:
    """What the typed line sources: first the output of the first command, then the driver."""
    path = plan.folder / plan.driver_file
    control, replies, driver = (_quoted(p) for p in (plan.control / "control", plan.control / "replies", _DRIVER))
    message = plan.token("msg")
    # Two kinds of quotes, because under rc_quotes two single ones are a quote.
    path.write_text(f"'builtin' 'print' '{message[:3]}'\"{message[3:]}\"\n'builtin' '.' {driver} {control} {replies}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


def _peak_rss_kb(pid: int) -> int | None:
    """The shell's own peak; the kernel's rusage would tell that of the process it was forked from."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    return None
