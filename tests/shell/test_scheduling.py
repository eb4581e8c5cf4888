"""The observer stays off the processor that the shell runs on."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zshforge.shell.scheduling import Aside, steady

several = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="there is one processor, or they are not told"
)


def processor(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[36])


@several
def test_the_observer_leaves_the_processor_of_the_shell() -> None:
    child = subprocess.Popen(["/bin/sh", "-c", "while :; do :; done"])
    try:
        with steady():
            os.sched_setaffinity(0, {processor(child.pid)})
            allowed = os.sched_getaffinity(child.pid)
            with Aside(child.pid, allowed) as aside:
                time.sleep(0.05)
                aside.step()
                assert processor(child.pid) not in os.sched_getaffinity(0)
    finally:
        child.kill()
        child.wait()


@several
def test_the_shell_itself_may_still_run_everywhere() -> None:
    child = subprocess.Popen(["/bin/sleep", "5"])
    before = os.sched_getaffinity(child.pid)
    with steady(), Aside(child.pid, os.sched_getaffinity(0)) as aside:
        aside.step()
        assert os.sched_getaffinity(child.pid) == before
    child.kill()
    child.wait()


def test_afterwards_the_observer_may_run_where_it_could_before() -> None:
    before = os.sched_getaffinity(0)
    child = subprocess.Popen(["/bin/sleep", "5"])
    with steady(), Aside(child.pid, before) as aside:
        aside.step()
    assert os.sched_getaffinity(0) == before
    child.kill()
    child.wait()


def test_a_process_that_is_gone_is_no_trouble() -> None:
    child = subprocess.Popen(["/bin/true"])
    child.wait()
    with Aside(child.pid, os.sched_getaffinity(0)) as aside:
        aside.step()
