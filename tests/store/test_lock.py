"""Two captures at once would spoil each other's numbers."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from zshforge.model.errors import CaptureBusy, ZfError
from zshforge.store.lock import Holder, capture_lock

ME = Holder(pid=4711, since="2026-11-22T10:00:00Z", what="zf capture builtin")
OTHER = Holder(pid=4712, since="2026-11-22T10:00:09Z", what="zf capture home")

HOLD = """
import sys, time
from pathlib import Path
from zshforge.store.lock import Holder, capture_lock
with capture_lock(Path(sys.argv[1]), 0.0, Holder(pid=1, since="then", what="another zf")):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_capture_is_told_who_is_at_it_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "state" / "capture.lock"
    with capture_lock(path, 0.0, ME), pytest.raises(CaptureBusy) as caught, capture_lock(path, 0.0, OTHER):
        pass
    for told in ("4711", "2026-11-22T10:00:00Z", "zf capture builtin"):
        assert told in str(caught.value)


def test_the_lock_is_free_again_after_its_holder_ended(tmp_path: Path) -> None:
    path = tmp_path / "capture.lock"
    with capture_lock(path, 0.0, ME):
        pass
    with capture_lock(path, 0.0, OTHER):
        pass


def test_the_lock_is_free_again_after_its_holder_failed(tmp_path: Path) -> None:
    path = tmp_path / "capture.lock"
    with pytest.raises(RuntimeError, match="in the middle"), capture_lock(path, 0.0, ME):
        raise RuntimeError("in the middle")
    with capture_lock(path, 0.0, OTHER):
        pass


def test_a_waiting_capture_gets_the_lock_when_the_first_one_ends(tmp_path: Path) -> None:
    path = tmp_path / "capture.lock"
    got: list[str] = []

    def wait_for_it() -> None:
        with capture_lock(path, 30.0, OTHER):
            got.append("the lock")

    waiting = threading.Thread(target=wait_for_it)
    with capture_lock(path, 0.0, ME):
        waiting.start()
        assert got == []
    waiting.join(30)
    assert got == ["the lock"]


def test_a_holder_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "capture.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CaptureBusy, match="another zf"), capture_lock(path, 0.0, ME):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with capture_lock(path, 0.0, ME):
        pass


def test_a_lock_whose_holder_is_not_known_still_excludes(tmp_path: Path) -> None:
    path = tmp_path / "capture.lock"
    with capture_lock(path, 0.0, ME):
        for note in tmp_path.glob("*.holder"):
            note.write_bytes(b"{")
        with pytest.raises(CaptureBusy, match="another capture"), capture_lock(path, 0.0, OTHER):
            pass


def test_a_folder_that_cannot_be_made_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")
    with pytest.raises(ZfError, match=r"capture\.lock"), capture_lock(tmp_path / "state" / "capture.lock", 0.0, ME):
        pass
