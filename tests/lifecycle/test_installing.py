"""Installing and uninstalling: the old shell or the new one, and at the end what there was, to the byte."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
from typing import TYPE_CHECKING

import pytest
from installed_home import snapshot, told_by_shell, wish_for

from zshforge.lifecycle.installing import install, read_installation
from zshforge.lifecycle.places import Places, find_places
from zshforge.lifecycle.uninstalling import uninstall
from zshforge.model.errors import LifecycleRefused, NothingRecorded, ZfError
from zshforge.shell.config import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHICH = "print -r -- ${+_LOADED_POST_PLUGIN_PROMPT_READY} ${old-} ${mine-} $options[interactive]"
OLD, NEW = "0 rc on", "1 1 on"
_KILLED = 42


def killed_after(steps: int, action: Callable[[Callable[[str], None]], object]) -> bool:
    """Runs an action in a process that dies at once after so many steps; whether it died of that."""
    child = os.fork()
    if child == 0:
        left = [steps]

        def step(_: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                os._exit(_KILLED)

        action(step)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in {0, _KILLED}
    return status == _KILLED


def shell_is(home: Path) -> str:
    return " ".join(told_by_shell(home, WHICH).split())


def test_an_installation_is_the_new_shell_with_the_persons_own_lines(home: Path, places: Places) -> None:
    assert shell_is(home) == OLD
    install(wish_for(places))
    assert shell_is(home) == NEW


def test_what_was_installed_runs_from_its_bundle(home: Path, places: Places) -> None:
    install(wish_for(places))
    assert "autoload -X" not in told_by_shell(home, "functions zf::log")
    assert (places.zdotdir / "bundle" / "key").is_file()


def test_uninstalling_gives_back_every_byte_mode_time_and_link(home: Path, places: Places) -> None:
    before = snapshot(home)
    install(wish_for(places))
    told_by_shell(home, ":")
    uninstall(places)
    assert snapshot(home) == before
    assert shell_is(home) == OLD


def test_a_home_without_start_files_is_without_them_again(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    places = find_places(empty, {})
    install(wish_for(places))
    uninstall(places)
    assert snapshot(empty) == {}


def test_every_start_file_is_kept_and_listed(home: Path, places: Places) -> None:
    done = install(wish_for(places))
    kept = {file.path: file for file in done.kept}
    assert {str(home / ".zshenv"): True, str(home / ".zshrc"): False} == {
        path: file.replaced for path, file in kept.items()
    }
    assert os.readlink(kept[str(home / ".zshenv")].backup or "") == "dotfiles/zshenv"  # noqa: PTH115  the text
    rc = home / ".zshrc"
    backup = places.kept / "home" / "zshrc"
    assert (backup.read_bytes(), backup.stat().st_mtime_ns) == (rc.read_bytes(), rc.stat().st_mtime_ns)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o640


def test_installing_again_changes_nothing_and_uninstalling_still_gives_back(home: Path, places: Places) -> None:
    before = snapshot(home)
    first = install(wish_for(places))
    second = install(wish_for(places))
    assert (second.kept, second.configuration, second.made) == (first.kept, first.configuration, first.made)
    uninstall(places)
    assert snapshot(home) == before


def newer(tmp_path: Path) -> Path:
    source = tmp_path / "newer"
    shutil.copytree(BUILTIN, source)
    with (source / "post-plugin" / "90-splash.zsh").open("a") as file:
        file.write("typeset -g newer=1\n")
    return source


def test_an_update_takes_effect_and_carries_over_what_programs_put_beside(
    home: Path, places: Places, tmp_path: Path
) -> None:
    install(wish_for(places))
    (places.zdotdir / ".zsh_history").write_text("ls\n")
    install(wish_for(places, source=newer(tmp_path)))
    assert told_by_shell(home, "print $newer") == "1"
    assert (places.zdotdir / ".zsh_history").read_text() == "ls\n"
    assert len(list(places.configurations.iterdir())) == 1


def test_an_edit_inside_is_kept_by_an_update_and_told(places: Places, tmp_path: Path) -> None:
    install(wish_for(places))
    with (places.zdotdir / ".zshrc").open("a") as file:
        file.write("mine_too=1\n")
    done = install(wish_for(places, source=newer(tmp_path)))
    (note,) = [note for note in done.notes if ".zshrc was edited" in note]
    (edit,) = (places.state / "edits").glob("*/.zshrc")
    assert str(edit) in note
    assert edit.read_text().endswith("mine_too=1\n")


@pytest.mark.parametrize("inside", [False, True])
def test_an_edited_file_of_ours_is_never_lost(home: Path, places: Places, *, inside: bool) -> None:
    install(wish_for(places))
    edited = places.zdotdir / ".zshrc" if inside else home / ".zshenv"
    with edited.open("a") as file:
        file.write("export MINE=1\n")
    with pytest.raises(LifecycleRefused, match="keep-edits"):
        uninstall(places)
    assert edited.read_text().endswith("MINE=1\n")
    (kept,) = uninstall(places, keep_edits=True).edits
    with open(kept) as file:  # noqa: PTH123  a name, not a path
        assert file.read().endswith("MINE=1\n")
    assert shell_is(home) == OLD


def test_a_second_installation_refuses_an_edited_stub(home: Path, places: Places) -> None:
    install(wish_for(places))
    (home / ".zshenv").write_text("export MINE=1\n")
    with pytest.raises(LifecycleRefused, match=r"zshenv: was changed"):
        install(wish_for(places))
    assert (home / ".zshenv").read_text() == "export MINE=1\n"


def test_uninstalling_nothing_says_so(places: Places) -> None:
    with pytest.raises(NothingRecorded, match="nothing is installed"):
        uninstall(places)


def test_an_installation_that_is_killed_between_any_two_steps_leaves_a_whole_shell(home: Path, places: Places) -> None:
    before = snapshot(home)
    seen = set()
    for steps in range(100):
        dead = killed_after(steps, lambda step: install(wish_for(places), step=step))
        seen.add(shell_is(home))
        if not dead:
            break
        install(wish_for(places))
        assert shell_is(home) == NEW
        uninstall(places)
        assert snapshot(home) == before
    assert steps > 5
    assert seen == {OLD, NEW}


def test_a_removal_that_is_killed_between_any_two_steps_can_be_finished(home: Path, places: Places) -> None:
    before = snapshot(home)
    for steps in range(100):
        install(wish_for(places))
        dead = killed_after(steps, lambda step: uninstall(places, step=step))
        assert shell_is(home) in {OLD, NEW}
        if not dead:
            break
        if read_installation(places) is not None:
            uninstall(places)
        shutil.rmtree(home / ".cache", ignore_errors=True)
        assert shell_is(home) == OLD
    assert steps > 5
    shutil.rmtree(home / ".cache", ignore_errors=True)
    assert snapshot(home) == before


@pytest.mark.parametrize("room", [0, 50, 3000, 30000])
def test_a_full_disk_leaves_the_old_shell(home: Path, places: Places, room: int) -> None:
    def limited(_: object) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        with pytest.raises(ZfError):
            install(wish_for(places))

    assert not killed_after(100, limited)
    assert shell_is(home) == OLD


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes wherever it likes")
def test_a_home_that_cannot_be_written_to_is_left_alone(home: Path, places: Places) -> None:
    before = snapshot(home)
    home.chmod(0o555)
    try:
        with pytest.raises(ZfError, match="cannot be written"):
            install(wish_for(places))
    finally:
        home.chmod(0o755)
    assert snapshot(home) == before


def test_a_home_in_which_nothing_can_be_made_gives_one_message(tmp_path: Path) -> None:
    file = tmp_path / "home"
    file.mkdir()
    (file / ".local").write_text("in the way\n")
    with pytest.raises(ZfError, match="Not a directory"):
        install(wish_for(find_places(file, {})))
    assert (file / ".local").read_text() == "in the way\n"


def test_without_its_configuration_the_shell_is_the_old_one(home: Path, places: Places) -> None:
    install(wish_for(places))
    shutil.rmtree(places.data)
    assert shell_is(home) == OLD


def test_a_zdotdir_that_programs_hand_on_is_led_too_and_given_back(home: Path, places: Places) -> None:
    own = home / ".config" / "zsh"
    own.mkdir()
    (own / ".zshrc").write_text("old=zdotdir\n")
    before = snapshot(home)
    install(wish_for(places, home, own))
    assert told_by_shell(home, WHICH, {"ZDOTDIR": str(own)}).split()[0] == "1"
    uninstall(places)
    assert snapshot(home) == before


def test_safe_mode_gives_a_prompt_when_a_module_and_the_bundle_are_broken(home: Path, places: Places) -> None:
    install(wish_for(places))
    (places.zdotdir / "bundle" / "walk.zsh.zwc").unlink()
    (places.zdotdir / "bundle" / "walk.zsh.zwc").write_bytes(os.urandom(5000))
    (places.config / "local" / "post" / "mine.zsh").write_text("exit 9\n")
    assert told_by_shell(home, "print safe", {"ZF_SAFE": "1"}) == "safe"
