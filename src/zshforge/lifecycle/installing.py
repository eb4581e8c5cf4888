"""Puts the shipped configuration in place for a user: whole, or not at all, whenever it is interrupted.

First everything is made beside; then the record says what will be done; then one rename puts the stub in the place of
``.zshenv``. Before that rename every shell is the old one, after it every shell is the new one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.lifecycle.building import Tools, build
from zshforge.lifecycle.contents import LINES, added_files, changed_files, digest_of, file_digests
from zshforge.lifecycle.places import Places
from zshforge.lifecycle.start_files import NAMES, STUB, is_edited, keep, put_stub, with_stub
from zshforge.model.errors import LifecycleRefused, NothingRecorded, UsageError, ZfError
from zshforge.model.lifecycle import Installation, KeptFile
from zshforge.shell.caches import remove_tree
from zshforge.store.artifacts import read_artifact, write_artifact
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Step = Callable[[str], None]

MAKING = ".making-"
"""What a configuration is named while it is made; what is left of one goes with the next installation."""


class Wish(Struct, frozen=True, kw_only=True):
    """What is to be installed, for whom."""

    source: Path
    """The shipped configuration."""
    version: str
    """The version of zshforge."""
    places: Places
    folders: tuple[Path, ...]
    """Where zsh looks for ``.zshenv`` first; each gets a stub."""
    tools: Tools


def _no_step(_: str) -> None:
    """Nothing happens between two steps of an ordinary installation."""


def install(wish: Wish, *, step: Step = _no_step) -> Installation:
    """Install, or bring an installation up to date.

    Args:
        wish: What, and for whom.
        step: Called with a name between any two steps; a test stops there.

    Returns:
        What was done, as it is recorded.

    Raises:
        LifecycleRefused: A stub was edited since; it is named.
        ZfError: The file system refused, or a plugin that is required is missing; the shell is the old one.
    """
    places = wish.places
    before = read_installation(places)
    _refuse_edited(before)
    try:
        made = _note_missing(places)
        edits = () if before is None else _keep_edits(before, places)
        folder, files = _configuration(wish, before, step)
        notes = build(folder, places, wish.tools, settled=True).notes
        step("built")
        kept = before.kept if before else tuple(with_stub(file, places) for file in keep(wish.folders, places))
        step("start files kept")
        done = Installation(
            version=wish.version,
            home=str(places.home),
            zdotdir=str(places.zdotdir),
            configuration=str(folder),
            files=files,
            kept=kept,
            made=made,
            notes=(*notes, *edits),
        )
        write_artifact(places.record, done)
        step("recorded")
        _lead(places.zdotdir, folder)
        step("linked")
        _put_stubs(kept, places, step)
        _sweep(places, folder)
    except OSError as error:
        hint = "make room, or make its folder writable; the shell is as it was"
        where = str(error.filename or places.data)
        raise ZfError(f"cannot be written: {error.strerror or error}", where=where, hint=hint) from error
    return done


def read_installation(places: Places) -> Installation | None:
    """What the last installation did; ``None`` when nothing is installed.

    Raises:
        ArtifactInvalid: The record is not what it should be.
    """
    try:
        return read_artifact(places.record, Installation)
    except NothingRecorded:
        return None


def _refuse_edited(before: Installation | None) -> None:
    edited = [file.path for file in before.kept if is_edited(file)] if before else []
    if edited:
        what = "was changed since it was installed, and may hold lines of yours"
        hint = "zf uninstall --keep-edits, which puts them beside, then zf install"
        raise LifecycleRefused(what, where=", ".join(edited), hint=hint)


def _configuration(wish: Wish, before: Installation | None, step: Step) -> tuple[Path, dict[str, str]]:
    """The folder with the configuration, made beside its place and put there as a whole."""
    configurations = wish.places.configurations
    making = configurations / f"{MAKING}{token_hex(4)}"
    configurations.mkdir(parents=True, exist_ok=True)
    try:
        _copy(wish.source, making)
        step("copied")
        files = file_digests(making)
        target = configurations / digest_of(files)
        if not target.is_dir() or changed_files(target, files):
            _carry_over(before, making)
            remove_tree(target)
            making.rename(target)
            step("placed")
    finally:
        remove_tree(making)
    return target, files


def _carry_over(before: Installation | None, target: Path) -> None:
    """What programs put beside ``.zshrc`` (a history) moves with the configuration."""
    if before is None:
        return
    folder = Path(before.configuration)
    for name in added_files(folder, before.files):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, target / name, follow_symlinks=False)


def _keep_edits(before: Installation, places: Places) -> tuple[str, ...]:
    """Copy what was edited in the installed configuration to a place that updates leave alone."""
    folder = Path(before.configuration)
    names = changed_files(folder, before.files) if folder.is_dir() else ()
    target = places.state / "edits" / folder.name
    for name in names:
        if (folder / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, target / name)
    kept = [name for name in names if (target / name).exists()]
    return tuple(f"{name} was edited; your edit is kept as {target / name}" for name in kept)


def _lead(link: Path, goal: Path) -> None:
    temporary = link.with_name(f".{link.name}-{token_hex(4)}")
    temporary.symlink_to(os.path.relpath(goal, link.parent))
    try:
        temporary.replace(link)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _put_stubs(kept: Sequence[KeptFile], places: Places, step: Step) -> None:
    for file in kept:
        if file.replaced:
            put_stub(file, places)
            step(f"stub {file.path}")


def _sweep(places: Places, current: Path) -> None:
    for folder in places.configurations.iterdir():
        if folder != current:
            remove_tree(folder)


def _note_missing(places: Places) -> tuple[str, ...]:
    """The folders that this installation makes; also when it was begun before, and interrupted."""
    if not places.made.is_file():
        wanted = (places.configurations, places.kept, places.plugins, places.cache)
        missing = sorted({str(folder) for goal in wanted for folder in _missing(goal)})
        atomic_write(places.made, "\n".join(missing).encode(errors="surrogateescape"))
    return tuple(places.made.read_text(errors="surrogateescape").splitlines())


def _missing(folder: Path) -> Iterator[Path]:
    while not folder.exists():
        yield folder
        folder = folder.parent


def copy_configuration(source: Path, target: Path) -> Path:
    """Copy a configuration to a folder that is new or empty, without what a build makes.

    Raises:
        UsageError: The folder holds something.
        ZfError: The file system refused.
    """
    if target.is_dir() and any(target.iterdir()):
        raise UsageError("is not empty", where=str(target), hint="name a folder that is not there yet")
    try:
        _copy(source, target)
    except OSError as error:
        raise ZfError(f"cannot be written: {error}", where=str(target), hint="make room") from error
    return target


def plan_text(wish: Wish) -> str:
    """What an installation would do, one line for each thing."""
    before = read_installation(wish.places)
    lines = [f"would make     {wish.places.configurations}/…, and {wish.places.zdotdir} leading there"]
    for folder in wish.folders:
        there = [name for name in NAMES if os.path.lexists(folder / name)]
        lines.append(f"would replace  {folder / STUB}" + (", and keep it" if STUB in there else ", which is not there"))
        lines += [f"would not read {folder / name} any more; it stays as it is" for name in there if name != STUB]
    return "\n".join(lines if before is None else [f"would update   {before.configuration}"])


def _copy(source: Path, target: Path) -> None:
    made = shutil.ignore_patterns("*.zwc", "bundle", LINES)
    shutil.copytree(source, target, symlinks=True, ignore=made, dirs_exist_ok=True)
