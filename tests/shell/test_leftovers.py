"""Scratch folders have a living owner; what a dead one left is ended and removed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from zshforge.shell.leftovers import OWNER, Scratch, find_leftovers, sweep

OWN_FOLDER = """
import sys, time
from pathlib import Path
from zshforge.shell.leftovers import Scratch
with Scratch(Path(sys.argv[1])) as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


def dead_folder(root: Path, name: str = "zf-dead") -> Path:
    folder = root / name
    (folder / "home").mkdir(parents=True)
    (folder / OWNER).touch()
    return folder


def living_below(folder: Path, variable: str = "HOME") -> subprocess.Popen[bytes]:
    return subprocess.Popen(["/bin/sleep", "60"], env={variable: str(folder / "home")})


def test_a_scratch_folder_is_there_for_its_block_and_gone_after_it(tmp_path: Path) -> None:
    with Scratch(tmp_path) as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith("zf-")
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "home").mkdir(mode=0o500)
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_folder_goes_also_when_its_block_fails(tmp_path: Path) -> None:
    def failing() -> None:
        with Scratch(tmp_path):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing()
    assert list(tmp_path.iterdir()) == []


def test_processes_that_still_live_in_a_scratch_folder_end_with_its_block(tmp_path: Path) -> None:
    with Scratch(tmp_path) as folder:
        child = living_below(folder)
    assert not psutil.pid_exists(child.pid)
    child.wait()


def test_the_folder_of_a_living_owner_is_left_alone(tmp_path: Path) -> None:
    with Scratch(tmp_path) as folder:
        (folder / "home").mkdir()
        child = living_below(folder)
        try:
            assert sweep(tmp_path) == ()
            assert folder.is_dir()
            assert child.poll() is None
        finally:
            child.kill()
            child.wait()


def test_the_folder_of_an_owner_that_was_killed_is_removed_and_named(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWN_FOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    folder = Path(owner.stdout.readline().strip())
    assert sweep(tmp_path) == ()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    done = sweep(tmp_path)
    assert len(done) == 1
    assert str(folder) in done[0]
    assert list(tmp_path.iterdir()) == []
    owner.stdout.close()


@pytest.mark.parametrize("variable", ["HOME", "ZDOTDIR", "TMPDIR"])
def test_processes_that_live_in_a_dead_folder_are_ended_and_named(tmp_path: Path, variable: str) -> None:
    folder = dead_folder(tmp_path)
    child = living_below(folder, variable)
    done = sweep(tmp_path)
    assert any(str(child.pid) in line for line in done)
    assert not psutil.pid_exists(child.pid)
    assert not folder.exists()
    child.wait()


def test_processes_that_live_elsewhere_are_not_ended(tmp_path: Path) -> None:
    dead_folder(tmp_path, "zf-dead")
    child = living_below(tmp_path / "zf-dead2")
    try:
        sweep(tmp_path)
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()


def test_other_folders_files_and_links_stay(tmp_path: Path) -> None:
    target = dead_folder(tmp_path / "elsewhere")
    (tmp_path / "zf-link").symlink_to(target)
    (tmp_path / "zf-file").touch()
    (tmp_path / "zf-ownerless").mkdir()
    (tmp_path / "other").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert sweep(tmp_path) == ()
    assert sorted(tmp_path.rglob("*")) == before


def test_an_owner_file_that_is_a_pipe_or_a_link_is_no_invitation(tmp_path: Path) -> None:
    for name in ("zf-pipe", "zf-link"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "zf-pipe" / OWNER)
    (tmp_path / "zf-link" / OWNER).symlink_to(tmp_path / "nothing")
    assert sweep(tmp_path) == ()
    assert not (tmp_path / "nothing").exists()


def test_a_root_that_is_missing_needs_no_sweep(tmp_path: Path) -> None:
    assert sweep(tmp_path / "nowhere") == ()


def test_two_sweeps_at_once_remove_each_folder_once(tmp_path: Path) -> None:
    names = {str(dead_folder(tmp_path, f"zf-{number}")) for number in range(40)}
    told: list[tuple[str, ...]] = []
    sweeps = [threading.Thread(target=lambda: told.append(sweep(tmp_path))) for _ in range(4)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    lines = [line for done in told for line in done]
    assert len(lines) == len(names)
    assert {name for name in names if any(line.endswith(name) for line in lines)} == names
    assert list(tmp_path.iterdir()) == []


def test_folders_that_are_made_while_a_sweep_runs_are_never_taken(tmp_path: Path) -> None:
    stop = threading.Event()
    swept: list[str] = []

    def sweeping() -> None:
        while not stop.is_set():
            swept.extend(sweep(tmp_path))

    sweeper = threading.Thread(target=sweeping)
    sweeper.start()
    try:
        for _ in range(200):
            with Scratch(tmp_path) as folder:
                assert (folder / OWNER).is_file()
    finally:
        stop.set()
        sweeper.join()
    assert swept == []
    assert list(tmp_path.iterdir()) == []


def test_a_child_of_the_owner_does_not_keep_the_lock(tmp_path: Path) -> None:
    with Scratch(tmp_path) as folder:
        child = subprocess.Popen(["/bin/sleep", "60"])
        try:
            opened = [entry.path for entry in psutil.Process(child.pid).open_files()]
        finally:
            child.kill()
            child.wait()
        assert str(folder / OWNER) not in opened


def test_what_a_dead_owner_left_is_told_without_removing_it(tmp_path: Path) -> None:
    folder = dead_folder(tmp_path)
    child = living_below(folder)
    try:
        for _ in range(2):  # looking changes nothing, so the second look sees the same
            found = find_leftovers(tmp_path)
            assert found.folders == (str(folder),)
            assert any(line.startswith(f"{child.pid} ") for line in found.processes)
        assert child.poll() is None
        assert (folder / "home").is_dir()
    finally:
        sweep(tmp_path)
        child.wait()


def test_the_folder_and_the_processes_of_a_living_owner_are_no_leftovers(tmp_path: Path) -> None:
    with Scratch(tmp_path) as folder:
        child = living_below(folder)
        try:
            found = find_leftovers(tmp_path)
            assert (found.folders, found.processes) == ((), ())
        finally:
            child.kill()
            child.wait()


def test_a_folder_that_nobody_ever_owned_and_a_root_that_is_missing_hold_no_leftovers(tmp_path: Path) -> None:
    (tmp_path / "zf-ownerless").mkdir()
    for root in (tmp_path, tmp_path / "nowhere"):
        assert find_leftovers(root).folders == ()
