"""The start files that were there before: kept, replaced by a stub, and given back to the byte."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from zshforge.model.lifecycle import FileKind, KeptFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.lifecycle.places import Places

STUB = ".zshenv"
"""The one start file that is replaced: zsh reads it first, so that one rename decides which configuration counts."""

NAMES = (".zshenv", ".zprofile", ".zshrc", ".zlogin", ".zlogout")
"""Every start file of zsh(1), STARTUP/SHUTDOWN FILES."""


def stub_text(places: Places, place: Path, backup: str | None) -> str:
    """What stands in ``.zshenv``: it leads to the configuration, and to what was before when that has gone.

    Args:
        places: The folders of the installation.
        place: The folder that the stub is for.
        backup: Where the ``.zshenv`` of before is kept, if there was one.
    """
    back = "unset ZDOTDIR" if place == places.home else f"ZDOTDIR={_shell_path(place, places.home)}"
    if backup:
        kept = _shell_path(Path(backup), places.home)
        back += f"; [[ ! -r {kept} ]] || source {kept}"
    return (
        "# Leads zsh to zshforge, with ZF_MARK_FD; `zf uninstall` gives back what was here.\n"
        f"ZDOTDIR={_shell_path(places.zdotdir, places.home)}\n"
        f'if [[ -r "$ZDOTDIR/.zshenv" ]]; then source "$ZDOTDIR/.zshenv"; else {back}; fi\n'
    )


def keep(folders: Sequence[Path], places: Places) -> Iterator[KeptFile]:
    """Keep every start file of the folders; nothing of theirs changes.

    Args:
        folders: The folders in which zsh looks for start files before it is led elsewhere.
        places: The folders of the installation.

    Yields:
        What was kept, and where.

    Raises:
        OSError: The file system refused.
    """
    for number, folder in enumerate(folders):
        target = places.kept / (f"{number}" if number else "home")
        for name in NAMES:
            if os.path.lexists(folder / name) or name == STUB:
                yield _keep(folder / name, target / name.lstrip("."), replaced=name == STUB)


def with_stub(kept: KeptFile, places: Places) -> KeptFile:
    """The same, with the digest of the stub that is to replace it."""
    if not kept.replaced:
        return kept
    text = stub_text(places, Path(kept.path).parent, kept.backup)
    return msgspec.structs.replace(kept, stub_sha256=hashlib.sha256(text.encode()).hexdigest())


def put_stub(kept: KeptFile, places: Places) -> None:
    """Put the stub in the place of the file that is kept, in one step."""
    path = Path(kept.path)
    temporary = _beside(path)
    try:
        temporary.write_text(stub_text(places, path.parent, kept.backup))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def give_back(kept: KeptFile) -> bool:
    """Put back what was there, in one step: bytes, mode, times, or the link.

    Returns:
        Whether anything had to be done.
    """
    path = Path(kept.path)
    if not kept.replaced or state_of(path) == (kept.kind, kept.sha256):
        return False
    if kept.backup is None:
        path.unlink(missing_ok=True)
        return True
    temporary = _beside(path)
    try:
        _same(Path(kept.backup), temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def state_of(path: Path) -> tuple[FileKind, str | None]:
    """What stands somewhere: kind, and the digest of its bytes or of a link's goal."""
    try:
        if path.is_symlink():
            return "link", hashlib.sha256(os.fsencode(path.readlink())).hexdigest()
        return "file", hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "absent", None


def is_edited(kept: KeptFile) -> bool:
    """Whether neither our stub nor what was there before stands in the place."""
    return kept.replaced and state_of(Path(kept.path)) not in (
        ("file", kept.stub_sha256),
        (kept.kind, kept.sha256),
    )


def _keep(path: Path, backup: Path, *, replaced: bool) -> KeptFile:
    kind, digest = state_of(path)
    if kind == "absent":
        return KeptFile(path=str(path), kind="absent", replaced=replaced)
    backup.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(backup)
    _same(path, temporary)
    temporary.replace(backup)
    return KeptFile(path=str(path), kind=kind, backup=str(backup), sha256=digest, replaced=replaced)


def _same(source: Path, target: Path) -> None:
    """The same file or link under another name: bytes, mode, times, owner where that is allowed."""
    shutil.copy2(source, target, follow_symlinks=False)
    facts = source.lstat()
    with suppress(PermissionError):
        os.chown(target, facts.st_uid, facts.st_gid, follow_symlinks=False)
    if not stat.S_ISLNK(facts.st_mode):
        target.chmod(stat.S_IMODE(facts.st_mode))  # chown takes the bits for set-user-ID away
    os.utime(target, ns=(facts.st_atime_ns, facts.st_mtime_ns), follow_symlinks=False)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name.lstrip('.')}.zshforge-{token_hex(4)}")


def _shell_path(path: Path, home: Path) -> str:
    """A path as zsh source; below HOME it follows HOME, so that a copy of HOME works too."""
    if path.is_relative_to(home):
        return f'"$HOME"/{shlex.quote(str(path.relative_to(home)))}'
    return shlex.quote(str(path))
