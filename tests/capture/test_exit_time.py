"""How long ``zsh -lic exit`` takes, measured to the end of the process and not to the next look at it."""

import time
from collections.abc import Callable

import psutil
import pytest

from zshforge.capture.exit_time import exit_ms
from zshforge.capture.plan import SessionPlan
from zshforge.shell.processes import adopt_orphans

pytestmark = pytest.mark.pty
Plan = Callable[..., SessionPlan]


def test_the_time_is_that_of_the_shell_and_not_of_a_polling_loop(session_plan: Plan) -> None:
    plan = session_plan("zmodload zsh/zselect; zselect -t 12")
    times = [exit_ms(plan) for _ in range(3)]
    assert all(took is not None and took >= 120 for took in times)
    assert min(took for took in times if took is not None) < 120 + 20


def test_a_shell_that_does_not_leave_is_ended_at_the_deadline(session_plan: Plan) -> None:
    plan = session_plan("while true; do :; done", prompt_deadline_s=0.3)
    begin = time.monotonic()
    assert exit_ms(plan) is None
    assert time.monotonic() - begin < 3


def test_what_it_left_in_the_background_is_gone(session_plan: Plan) -> None:
    adopt_orphans()
    assert exit_ms(session_plan("(sleep 86 &); (setsid sleep 86 &)")) is not None
    assert not [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[-1:] == ["86"]]
