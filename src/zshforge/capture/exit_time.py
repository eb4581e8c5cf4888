"""``zsh -lic exit``: not what a person feels, shown for contrast because it is what most people time."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from zshforge.shell.processes import Descendants, children_of_ours, end

if TYPE_CHECKING:
    from zshforge.capture.plan import SessionPlan


def exit_ms(plan: SessionPlan) -> float | None:
    """The wall time of a shell that leaves at once, without a terminal; ``None`` when it does not leave in time."""
    before = frozenset(Descendants(os.getpid()).pids())
    begin = time.perf_counter_ns()
    child = subprocess.Popen(
        [plan.zsh, "-lic" if plan.login else "-ic", "'builtin' 'exit'"],
        env=plan.environment,
        cwd=plan.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Waiting with a time limit would look for the end every now and then, and be up to 50 ms late.
    deadline = threading.Timer(plan.prompt_deadline_s, child.kill)
    deadline.start()
    try:
        child.wait()
        took = (time.perf_counter_ns() - begin) / 1e6
    finally:
        deadline.cancel()
        end(children_of_ours(before))
    return None if took >= plan.prompt_deadline_s * 1000 else took
