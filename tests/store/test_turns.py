"""One writer at a time, however many start at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zshforge.model.errors import LockBusy, ZfError
from zshforge.store.turns import sole_writer


def test_two_hundred_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "count"

    def add(_: int) -> None:
        with sole_writer(file.parent, 60):
            number = int(file.read_text()) if file.exists() else 0
            file.write_text(str(number + 1))

    with ThreadPoolExecutor(200) as pool:
        list(pool.map(add, range(200)))
    assert file.read_text() == "200"
    assert [entry.name for entry in file.parent.iterdir()] == ["count"]


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path) -> None:
    with sole_writer(tmp_path, 0), pytest.raises(LockBusy, match="others were writing"), sole_writer(tmp_path, 0.05):
        pass


def test_a_writer_that_was_killed_blocks_nobody(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib; from zshforge.store.turns import sole_writer\n"
        "with sole_writer(pathlib.Path(sys.argv[1]), 5): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LockBusy), sole_writer(tmp_path, 0):
            pass
        child.kill()
        with sole_writer(tmp_path, 5):
            pass


def test_a_place_that_is_no_folder_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ZfError, match="file"), sole_writer(tmp_path / "file", 0):
        pass
