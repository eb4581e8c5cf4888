"""``zsh -lic exit``: not what a person feels, shown for contrast because it is what most people time."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zshforge.capture.plan import SessionPlan


def exit_ms(plan: SessionPlan) -> float | None:
    """The wall time of a shell that leaves at once, without a terminal; ``None`` when it does not leave in time."""
    flags = "-lic" if plan.login else "-ic"
    begin = time.perf_counter_ns()
    try:
        subprocess.run(
            [plan.zsh, flags, "'builtin' 'exit'"],
            env=plan.environment,
            cwd=plan.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=plan.prompt_deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return (time.perf_counter_ns() - begin) / 1e6
