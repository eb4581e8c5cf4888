"""What a child inherits, and when an interrupt takes effect."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from zshforge.shell.signals import none_ignored, uninterrupted


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Interrupts raise, as in a terminal; whoever runs the tests in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def inherited() -> set[int]:
    """The signals that a child of ours ignores."""
    shown = subprocess.run(["/bin/grep", "SigIgn", "/proc/self/status"], capture_output=True, check=True).stdout
    mask = int(shown.split()[1], 16)
    return {number for number in range(1, 32) if mask >> (number - 1) & 1}


def test_signals_that_we_ignore_are_not_ignored_by_a_child_that_starts_inside() -> None:
    before = signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    try:
        assert signal.SIGQUIT in inherited()
        with none_ignored():
            assert signal.SIGQUIT not in inherited()
        assert signal.SIGQUIT in inherited()
    finally:
        signal.signal(signal.SIGQUIT, before)


def test_handlers_stay_as_they_are() -> None:
    before = signal.getsignal(signal.SIGINT)
    with none_ignored():
        assert signal.getsignal(signal.SIGINT) is before
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_waits_until_the_block_is_over() -> None:
    steps = []

    def clean() -> None:
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            steps.append("cleaned")

    with pytest.raises(KeyboardInterrupt):
        clean()
    assert steps == ["cleaned"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_of_the_block_is_told_rather_than_an_interrupt() -> None:
    def fail() -> None:
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        fail()


@pytest.mark.parametrize(("handler", "status"), [("SIG_DFL", -signal.SIGINT), ("SIG_IGN", 0)])
def test_an_interrupt_that_is_not_python_s_business_takes_its_course(handler: str, status: int) -> None:
    code = (
        f"import os, signal; from zshforge.shell.signals import uninterrupted; signal.signal(2, signal.{handler})\n"
        "with uninterrupted(): os.kill(os.getpid(), 2); print('inside', flush=True)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.stdout == b"inside\n"
    assert done.returncode == status


def test_other_threads_may_use_both() -> None:
    done: list[bool] = []

    def body() -> None:
        with uninterrupted(), none_ignored():
            done.append(True)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert done == [True]
