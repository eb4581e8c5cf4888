"""What a lock holds, and what it never holds."""

import os
import shutil
from pathlib import Path

import msgspec
from locked_place import Place, compile_file, git, put

from zshforge.model.integrity import Lock, LockedPlugin
from zshforge.model.schema import encode


def plugin(lock: Lock, name: str) -> LockedPlugin:
    return next(plugin for plugin in lock.plugins if plugin.name == name)


def test_files_are_grouped_by_their_plugin_and_told_by_their_use(place: Place) -> None:
    lock = place.lock()
    assert [(plugin.name, plugin.root, plugin.whole) for plugin in lock.plugins] == [
        ("cloned", "ZDOTDIR/plugins/cloned", True),
        ("configuration", "ZDOTDIR", False),
        ("plain", "ZDOTDIR/plugins/plain", True),
    ]
    uses = {file.path: file.use for one in lock.plugins for file in one.files}
    assert uses == {
        ".zshrc": "sourced",
        "functions/hello": "autoloaded",
        "init.zsh": "sourced",
        "later/hidden": "present",
        "lib/more.zsh": "present",
        "lib/one.zsh": "present",
        "plain.plugin.zsh": "sourced",
    }


def test_a_checkout_is_locked_with_its_commit_its_tags_and_its_source_without_passwords(place: Place) -> None:
    cloned = plugin(place.lock(), "cloned")
    assert cloned.commit == git(place.cloned, "rev-parse", "HEAD")
    assert cloned.tags == {"v1": cloned.commit}
    assert cloned.source == "https://example.org/cloned.git"
    assert plugin(place.lock(), "plain").commit is None


def test_the_same_content_elsewhere_and_later_is_the_same_lock_to_the_byte(place: Place, tmp_path: Path) -> None:
    first = encode(place.lock())
    elsewhere = tmp_path / "an/other place"
    elsewhere.parent.mkdir()
    shutil.copytree(place.zdotdir, elsewhere, symlinks=True)
    for file in elsewhere.rglob("*"):
        os.utime(file, (1, 1), follow_symlinks=False)
    above = {"ZDOTDIR/..": "", "ZDOTDIR/../..": ""}
    moved = Place(elsewhere, place.scratch, place.cache).lock()
    before = msgspec.json.decode(first, type=Lock)
    assert moved.plugins == before.plugins
    assert {folder.path for folder in before.above} >= set(above)
    assert str(tmp_path).encode() not in first
    assert encode(place.lock()) == first


def test_compiled_files_are_told_by_what_they_are_to_their_sources(place: Place) -> None:
    compile_file(place.plain / "plain.plugin.zsh")
    other = put(place.plain, "lib/other.zsh", "other=1\n")
    shutil.move(compile_file(other), place.plain / "lib/more.zsh.zwc")
    put(place.plain, "lib/damaged.zwc", "no code")
    states = {file.path: file.compiled for file in plugin(place.lock(), "plain").files}
    assert states["plain.plugin.zsh.zwc"] == "source"
    assert states["lib/more.zsh.zwc"] == "foreign"
    assert states["lib/damaged.zwc"] == "foreign"
    assert states["plain.plugin.zsh"] == "none"


def test_a_folder_of_fpath_that_is_not_there_yet_is_watched(place: Place) -> None:
    place.fpath.append("not/there")
    watched = plugin(place.lock(), "configuration").watched
    assert ("not/there", "fpath") in [(entry.path, entry.rule) for entry in watched]


def test_odd_names_are_locked_and_unchanged(place: Place) -> None:
    names = [
        "with space",
        "new\nline",
        "it's",
        '"quoted"',
        "$(touch ran)",
        "-rf",
        os.fsdecode(b"\xff\xfe.zsh"),
        "a\\x41",
    ]
    for name in names:
        put(place.plain, name)
    lock = place.lock()
    assert len(plugin(lock, "plain").files) == 2 + len(names)
    assert msgspec.json.decode(encode(lock), type=Lock) == lock
    assert place.found(lock) == []
    (place.plain / "new\nline").unlink()
    (place.plain / os.fsdecode(b"\xff\xfe.zsh")).write_text("changed\n")
    assert place.found(lock) == [
        ("edited", "ZDOTDIR/plugins/plain/\\xff\\xfe.zsh", "plain"),
        ("missing", "ZDOTDIR/plugins/plain/new\\x0aline", "plain"),
    ]
    assert not list(place.zdotdir.rglob("ran"))
