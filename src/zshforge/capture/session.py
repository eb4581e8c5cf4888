"""One session: spawn, prompt, first command, settle, input, command, exit; then nothing of it is left."""

from __future__ import annotations

import contextlib
import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.capture.channels import channels
from zshforge.capture.counting import Counting
from zshforge.capture.dialogue import Dialogue
from zshforge.capture.grace import wait_for_marks
from zshforge.capture.observation import Observation
from zshforge.capture.pump import Pipe, Pump
from zshforge.capture.stamps import guide_lines
from zshforge.capture.trouble import explain
from zshforge.capture.watch import LineWatch, StackWatch
from zshforge.shell.processes import adopt_orphans, busy_us, program
from zshforge.shell.pty import PtyProcess, Spawn, now_us
from zshforge.shell.scheduling import Aside, processors, steady
from zshforge.shell.signals import uninterrupted

if TYPE_CHECKING:
    from zshforge.capture.channels import Channels
    from zshforge.capture.plan import SessionPlan

_CANCEL = b"\x03"  # Ctrl-C: what is left of a half-read line goes away
_AGAIN = (b"", _CANCEL, _CANCEL)  # what is pressed before the line, each time that it is typed again
_EDITING = b"\x1b[?2004h"  # zsh's editor switches bracketed paste on when the prompt is there (zle_bracketed_paste)
_SETTLE_LOOK_S = 0.01
_EXIT_S = 2.0
_LEAVE_S = 0.25
_OWN_TTY_EXIT_S = 0.2  # after this a shell around a tmux is told to leave, too


def observe(plan: SessionPlan) -> Observation:
    """Run one session; afterwards no process and no file of it is left, also when it is interrupted.

    Raises:
        SessionFailed: It did not get to the first command in time; every process of it has been ended.
        OSError: No terminal, FIFO or process could be had.
    """
    adopt_orphans()
    with contextlib.ExitStack() as last, contextlib.ExitStack() as stack:
        ways = stack.enter_context(channels(plan))
        stack.enter_context(steady())
        session = _Session(plan, ways, stack)
        stack.callback(last.enter_context, uninterrupted())  # from the first clean-up to the last
        return session.run()


class _Session:
    """The state of one session while it runs."""

    def __init__(self, plan: SessionPlan, ways: Channels, stack: contextlib.ExitStack) -> None:
        self.plan = plan
        self.flags: list[str] = []
        self.reasons: dict[str, str] = {}
        self.peak_rss_kb: int | None = None
        self.process = stack.enter_context(PtyProcess.spawn(_spawn(plan, ways)))
        ways.handed_over()
        aside = stack.enter_context(Aside(self.process.pid, processors()))
        self.marks = Pipe(ways.marks, awaited=False, unfold=guide_lines) if ways.marks is not None else None
        replies = Pipe(ways.replies)
        self.pump = Pump(self.process, plan, aside, tuple(pipe for pipe in (self.marks, replies) if pipe))
        stack.callback(self.pump.end_watch)
        self.pump.transcript.expect(*(plan.token(what) for what in ("folder", "host", "branch", "msg")))
        self.dialogue = Dialogue(self.pump, replies, ways.control)
        self.counting = stack.enter_context(Counting(self.process.pid, switches=plan.lines))
        self.pump.gather = self.counting.gather
        self.typed_times = 1

    def run(self) -> Observation:
        """All phases, in order."""
        self.pump.typed.append((now_us(), self.plan.typed))
        self.process.release()
        self.pump.deadline = time.monotonic() + self.plan.session_deadline_s
        self._first_command()
        self.dialogue.ready(self._rests)
        idle_us = self._settle()
        wait_for_marks(self.pump, self.marks, self.plan, self.reasons)
        self.pump.end_watch()
        self._peak_rss()
        if not self.plan.light:
            self._latencies()
        self.pump.drain()
        return self._observation(idle_us)

    def _first_command(self) -> None:
        """Wait until the first command has printed; a line that the start files swallowed is typed again."""
        if self._commanded(self.plan.prompt_deadline_s):
            return
        limit = time.monotonic() + self.plan.prompt_deadline_s
        for before in _AGAIN:
            if not self._swallowed():
                break
            self.typed_times += 1
            self.reasons["first_command_ms"] = (
                "the typed line was read by the start files, or was not run; it was typed again after the prompt"
            )
            self.pump.type(before + self.plan.typed_again)
            if self._commanded(limit - time.monotonic()):
                return
        raise explain(self)

    def _commanded(self, seconds: float) -> bool:
        """Whether the first command printed in time; waits no longer when the line is known to be lost."""
        self.pump.until(lambda: self._command_us() is not None or self._swallowed(), seconds)
        return self._command_us() is not None

    def _command_us(self) -> int | None:
        return self.pump.transcript.seen(self.plan.token("msg"))

    def _swallowed(self) -> bool:
        """Whether the prompt is there and the shell rests, yet the typed line was never run."""
        return self._rests() and self.prompt()[0] is not None

    def _rests(self) -> bool:
        """Whether the shell has been waiting for keys for a while."""
        if self.pump.quiet_us() < self.plan.lost_line_ms * 1000 or self.process.status is not None:
            return False
        watch = self.pump.watch
        return self.pump.raw() or bool(watch and watch.looks and watch.looks[-1][1].editing)

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
        edited = (self.pump.watch.edited_us() if self.pump.watch else None, transcript.seen_control(_EDITING))
        # An editor that was seen only after the first command is that of the second prompt.
        before = [us for us in edited if us is not None and (command_us is None or us <= command_us)]
        return (min(before), "editor") if before else (None, None)

    def _edited_us(self) -> int | None:
        """When the editor that read the first command was at work; an instant prompt only looks like one."""
        looked, command_us = self.pump.watch.edited_us() if self.pump.watch else None, self._command_us()
        shown = self.pump.transcript.seen_control_before(_EDITING, self.plan.token("msg"))
        before = [us for us in (looked, shown) if us is not None and command_us is not None and us <= command_us]
        return min(before, default=None)

    def _ready_us(self, prompt_us: int | None) -> int | None:
        """When keys were read: what a configuration does behind a painted prompt belongs to its start."""
        if prompt_us is None:
            return None
        return max(prompt_us, self.native_mark("prompt_ready") or self._edited_us() or 0)

    def native_mark(self, name: str) -> int | None:
        """The stamp of a marker that the configuration wrote."""
        wanted = f"MARK name={name} us="
        lines = self.marks.lines if self.marks else []
        return next((int(text[len(wanted) :]) for _, text in lines if text.startswith(wanted)), None)

    def _settle(self) -> int | None:
        """Wait until nothing prints and nothing computes and nothing is scheduled; returns when that began."""
        plan = self.plan
        limit = time.monotonic() + plan.settle_max_ms / 1000
        active_us = self._command_us() or now_us()
        busy = busy_us(self.process.family())
        while time.monotonic() < min(limit, self.pump.deadline) and self.process.status is None:
            self.pump.until(bool, _SETTLE_LOOK_S)
            busy, before = busy_us(self.process.family()), busy
            if busy != before or (self.pump.transcript.last_us or 0) > active_us:
                active_us = now_us() if busy != before else self.pump.transcript.last_us or now_us()
            elif now_us() - active_us >= plan.settle_ms * 1000:
                if plan.light or self.dialogue.scheduled() == 0:
                    return active_us
                active_us = now_us()
        self.flags.append("not_idle")
        return None

    def _latencies(self) -> None:
        status = self.process.poll()
        if status is not None:
            why = f"the shell ended with status {status.code} after its first command"
            self.reasons |= {"input_ms": why, "command_ms": why}
            return
        if "input_ms" in self.plan.asked:
            self.dialogue.time_input(self.plan.input_line, self.plan.input_repeats, self.reasons)
        if "command_ms" in self.plan.asked:
            self.dialogue.time_prompts(self.plan, self.reasons)
        if self.dialogue.prompt_mean_us is not None:
            self._see_out()

    def _see_out(self) -> None:
        """The driver has ended its shell; one around it, in whose terminal it was, is told to leave, too."""
        if self.dialogue.own_tty:
            self.pump.until(lambda: self.process.status is not None, _OWN_TTY_EXIT_S)
            self.pump.type(b"\r 'builtin' 'exit'\r")
        self.pump.until(lambda: self.process.status is not None, _EXIT_S)

    def _leave(self) -> None:
        """A shell that is only hung up on would write its history."""
        self.dialogue.leave()
        self.pump.deadline = math.inf
        self.pump.until(lambda: self.process.status is not None or bool(self.dialogue.refused), _LEAVE_S)

    def _peak_rss(self) -> None:
        """The shell's own peak; the kernel's rusage would tell that of the process it was forked from."""
        pid = self.process.pid
        if program(pid) != os.path.realpath(self.plan.zsh) or self.dialogue.own_tty:
            self.reasons["peak_rss_kb"] = "the shell that was measured is not the session's first process"
            return
        with contextlib.suppress(OSError, ValueError, StopIteration):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            self.peak_rss_kb = int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])

    def _observation(self, idle_us: int | None) -> Observation:
        prompt_us, prompt_by = self.prompt()
        command_us = self._command_us()
        if prompt_us is None:
            self.reasons["first_prompt_ms"] = (
                "the prompt shows neither the folder nor the host name, marks nothing (OSC 133), "
                "and the line editor could not be watched"
            )
        watch = self.pump.watch
        counted, status = self.counting.result(self._ready_us(prompt_us)), self.process.poll()
        if status is None:
            self._leave()
        self.process.hang_up()
        if self.typed_times > 1:
            self.flags.append("typed_again")
        if self.process.stayed:
            self.flags.append("background_children")
        branch_us = self.pump.transcript.seen(self.plan.token("branch"))
        git_prompt = branch_us is not None and command_us is not None and branch_us <= command_us
        return Observation(
            spawn_us=counted.exec_us or self.process.spawn_us,
            prompt_us=prompt_us,
            prompt_by=prompt_by,
            edited_us=self._edited_us(),
            command_us=command_us,
            idle_us=idle_us,
            input_us=tuple(self.dialogue.input_us),
            prompt_mean_us=self.dialogue.prompt_mean_us,
            marks=tuple(text for _, text in self.marks.lines) if self.marks else (),
            looks=tuple(watch.looks) if isinstance(watch, StackWatch) else (),
            moments=tuple(watch.looks) if isinstance(watch, LineWatch) else (),
            unseen_us=tuple(watch.unseen_us) if watch else (),
            looks_gap_us=watch.gap_us if watch else 0,
            looks_taken=watch.taken_by(prompt_us) if watch else 0,
            watch_refused=watch.refused if watch else None,
            records=counted.records,
            forks_before_prompt=counted.forks,
            execs_before_prompt=counted.execs,
            instructions_user=counted.instructions,
            capabilities=self.dialogue.capabilities(git_prompt=git_prompt),
            status=status,
            peak_rss_kb=self.peak_rss_kb,
            flags=tuple(self.flags),
            reasons=self.reasons,
            chunks=self.pump.transcript.chunks,
            typed=tuple(self.pump.typed),
            truncated=self.pump.transcript.truncated,
        )


def _spawn(plan: SessionPlan, ways: Channels) -> Spawn:
    own = {"ZF_MARK_FD": str(fd) for fd in ways.inherited}  # noqa: B035  there is one, or none
    return Spawn(
        argv=plan.argv,
        environment={**plan.environment, **plan.extra, **own},
        folder=plan.folder,
        columns=plan.columns,
        rows=plan.rows,
        typed=plan.typed,
        pass_fds=ways.inherited,
    )
