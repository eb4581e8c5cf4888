"""Whether this machine can measure: tried on real children, files and terminals."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from zshforge.capture import doctor
from zshforge.model.doctor import Check, Doctor
from zshforge.shell.inside import StackReader, WatchRefused
from zshforge.shell.perf import CountersRefused
from zshforge.store.lock import Holder, capture_lock

PATH = "/usr/local/bin:/usr/bin:/bin"
ZSH = shutil.which("zsh", path=PATH) or "zsh"


def surroundings(folder: Path) -> doctor.Surroundings:
    return doctor.Surroundings(
        search_path=PATH, locale="C.UTF-8", load_limit=0.7, scratch=folder, lock=folder / "lock", now="2026-09-04"
    )


def test_the_shell_is_named_with_its_version() -> None:
    found = doctor.shell(PATH)
    assert found.status == "ok"
    assert found.what.startswith(f"{ZSH} 5.")


def test_without_a_zsh_nothing_can_be_measured(tmp_path: Path) -> None:
    found = doctor.shell(str(tmp_path))
    assert found.status == "missing"
    assert "apt install zsh" in found.fix


@pytest.mark.pty
def test_a_terminal_gives_the_shell_job_control(tmp_path: Path) -> None:
    assert doctor.terminal(ZSH, tmp_path).status == "ok"


@pytest.mark.pty
def test_a_program_without_job_control_cannot_be_measured(tmp_path: Path) -> None:
    found = doctor.terminal("/bin/echo", tmp_path)
    assert found.status == "missing"
    assert "job control" in found.what


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_child_that_is_no_zsh_cannot_be_watched() -> None:
    found = doctor.watching("/bin/cat")
    assert found.status == "warn"
    assert "symbol" in found.what


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_the_doctor_says_about_watching_is_what_the_watcher_meets() -> None:
    with subprocess.Popen([ZSH, "-fc", "read -r"], stdin=subprocess.PIPE) as child:
        try:
            StackReader(child.pid, ZSH)
            met = "ok"
        except WatchRefused:
            met = "warn"
    assert doctor.watching(ZSH).status == met


def test_a_shell_that_is_caught_while_it_starts_is_looked_at_again() -> None:
    looks = iter([None, None, "stack"])
    assert doctor._first_look(lambda: next(looks)) == "stack"


@pytest.mark.parametrize(
    ("reason", "fix"),
    [("denied (kernel.perf_event_paranoid is 3)", "sysctl"), ("No such file or directory", "a machine with")],
)
def test_what_to_do_about_a_refused_counter_depends_on_the_refusal(reason: str, fix: str) -> None:
    assert fix in doctor._refused("instructions", CountersRefused(reason)).fix


def test_a_counter_that_the_kernel_refuses_gives_its_reason() -> None:
    for check in (doctor.instructions(), doctor.process_records()):
        assert check.status in {"ok", "warn"}
        assert check.what


def test_a_folder_that_can_be_written_is_left_empty(tmp_path: Path) -> None:
    assert doctor.writable(tmp_path).status == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_folder_that_is_none_stops_measuring(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = doctor.writable(tmp_path / "file")
    assert found.status == "missing"
    assert "TMPDIR" in found.fix


def test_a_lock_that_nobody_holds_is_free_and_is_not_made(tmp_path: Path) -> None:
    assert doctor.lock(tmp_path / "lock", "now").status == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_left_behind_is_free(tmp_path: Path) -> None:
    with capture_lock(tmp_path / "lock", 0, Holder(pid=1, since="then", what="zf capture")):
        pass
    assert doctor.lock(tmp_path / "lock", "now").status == "ok"


def test_a_lock_that_is_held_names_its_holder(tmp_path: Path) -> None:
    with capture_lock(tmp_path / "lock", 0, Holder(pid=77, since="then", what="zf capture home")):
        found = doctor.lock(tmp_path / "lock", "now")
    assert found.status == "warn"
    assert "zf capture home (pid 77, since then)" in found.what


def test_the_busiest_processes_are_found_by_the_time_they_use() -> None:
    spinner = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        found = doctor.busiest(0.3)
    finally:
        spinner.kill()
        spinner.wait()
    assert spinner.pid in [pid for _, pid, _ in found]
    assert len(found) <= 3
    assert [percent for percent, _, _ in found] == sorted((percent for percent, _, _ in found), reverse=True)


def test_the_locales_of_the_system_are_listed() -> None:
    assert doctor.locales(str(Path("/nonexistent"))) is None
    offered = doctor.locales(PATH)
    assert offered is None or "C" in offered


def test_a_check_that_fails_itself_is_unknown_and_stops_no_other() -> None:
    def broken() -> Check:
        raise ZeroDivisionError("x / 0")

    found = doctor.guarded("odd", broken)
    assert found.status == "unknown"
    assert "ZeroDivisionError: x / 0" in found.what


@pytest.mark.pty
def test_the_whole_examination_names_every_check_once(tmp_path: Path) -> None:
    found = doctor.examine(surroundings(tmp_path))
    names = [check.name for check in found.checks]
    assert len(names) == len(set(names))
    for expected in ("zsh", "python", "terminal", "watching", "instructions", "process records", "load", "git", "lock"):
        assert expected in names
    assert not any("the check itself failed" in check.what for check in found.checks)


@pytest.mark.pty
def test_everything_that_is_not_ok_says_what_to_do_or_that_nothing_is_known(tmp_path: Path) -> None:
    for check in doctor.examine(surroundings(tmp_path)).checks:
        assert check.what
        assert check.fix or check.status in {"ok", "unknown"}


def test_an_examination_without_zsh_and_without_proc_still_ends(tmp_path: Path) -> None:
    place = replace(surroundings(tmp_path), search_path=str(tmp_path), root=tmp_path)
    found = doctor.examine(place)
    states = {check.name: check.status for check in found.checks}
    assert states["zsh"] == "missing"
    assert states["terminal"] == states["watching"] == states["governor"] == "unknown"
    assert not found.can_measure


def test_a_warning_does_not_keep_anybody_from_measuring() -> None:
    assert Doctor(checks=(Check(name="a", status="warn", what="w", fix="f"),)).can_measure
