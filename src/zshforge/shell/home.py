"""A throw-away HOME and ZDOTDIR for sessions: they may write what they like, and nothing of the user's changes."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from zshforge.model.run import Isolation
from zshforge.shell.bundle import can_build
from zshforge.shell.caches import clear_caches, remove_tree
from zshforge.shell.config import START_FILES
from zshforge.shell.copying import Copied, copy_tree
from zshforge.shell.digest import WHOLE_BYTES, digest_tree, walk_files
from zshforge.shell.git import export_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from zshforge.shell.config import Config
    from zshforge.shell.copying import CopyLimits

    Advise = Callable[[int, int, int, int], None]
    Build = Callable[[Path], object]

POLICY_FILES = ("guidelines.md", ".config/zsh/guidelines.md", ".config/zshforge/guidelines.md")
"""Where the policy of a configuration is looked for; the first one counts."""

_ADVISE: Advise | None = getattr(os, "posix_fadvise", None)  # not on macOS
_DONTNEED: int = getattr(os, "POSIX_FADV_DONTNEED", 4)
_NAMES_HOME = re.compile(rb"^[^#\n]*(?:~|\$HOME|\$\{HOME\})/", re.MULTILINE)
_TOLD = 5  # names in one note
_NOTHING = Copied(linked=(), skipped=(), shared=0, searched_all=True)
_METHODS = {
    "home": "copied HOME, its visible entries linked",
    "home_dir": "copied HOME",
    "zdotdir": "copied ZDOTDIR, empty HOME",
    "file": "linked .zshrc, empty HOME",
}


class Home:
    """What a session lives in. Made by :func:`prepare`; everything is below one scratch folder.

    Attributes:
        home: HOME.
        zdotdir: ZDOTDIR; ``None`` when it is to be unset.
        tmp: The folder for temporary files.
        isolation: How the user's files are kept out of reach, and where that has its limits.
        digest: The fingerprint of the configuration (SHA-256); does not depend on the scratch folder.
        policy_checksum: SHA-256 of its ``guidelines.md``; ``None`` when it has none.
    """

    def __init__(self, config: Config, scratch: Path, limits: CopyLimits, build: Build | None = None) -> None:
        self._config, self._scratch, self._limits = config, scratch, limits
        self.home = scratch / "home"
        self.tmp = scratch / "tmp"
        self.zdotdir = _zdotdir(config, scratch)
        self._notes: list[str] = []
        self._source = config.path
        copied = self._make()
        if build is not None and self.zdotdir is not None and _is_built(config, self.zdotdir):
            build(self.zdotdir)
        content = digest_tree(self._source, shell_only=config.kind == "home", skip=copied.linked)
        used = f"{config.shape} {config.checkout or ''} {content}"
        self.digest = hashlib.sha256(used.encode()).hexdigest()
        self.policy_checksum = _policy(self._source)
        self.isolation = self._isolation(copied)

    def reset(self, advise: Advise | None = _ADVISE) -> Literal["advised", "not controlled"]:
        """Make everything anew and cold: a fresh copy without dumps, compiled files and the cache folder.

        Files that are linked, and zsh's own, are not touched.

        Args:
            advise: The system's ``posix_fadvise``; ``None`` where there is none.

        Returns:
            What became of the page cache: the system was advised to drop the files, or it is not controlled.

        Raises:
            ZfError: There is no room for the copy.
        """
        for place in ("home", "zdotdir", "tmp", "source"):
            remove_tree(self._scratch / place)
        self._notes.clear()
        self._make()
        roots = [root for root in (self.home, self._scratch / "zdotdir") if root.is_dir()]
        for root in roots:
            with _unlocked(root):
                clear_caches(root)
        if advise is None:
            return "not controlled"
        os.sync()  # only pages that are on disk can be dropped
        _drop((file for root in roots for file in _real_files(root)), advise)
        return "advised"

    def remove(self) -> None:
        """Remove the scratch folder with everything in it; never raises."""
        remove_tree(self._scratch)

    def _make(self) -> Copied:
        copied = self._fill()
        place = self.zdotdir or self.home
        if place.is_dir() and not any(os.path.lexists(place / name) for name in START_FILES):
            # zsh/newuser asks its questions when none of the four is there; only a login shell reads this one.
            with _unlocked(place):
                (place / ".zlogin").touch()
            self._notes.append("there is no start file; an empty .zlogin keeps zsh's wizard for new users away")
        return copied

    def _fill(self) -> Copied:
        config = self._config
        self.tmp.mkdir(mode=0o700)
        if config.kind == "git":
            self._source = self._export()
        if config.kind == "home":
            return self._copy_own()
        if config.checkout is not None:
            return self._copy_checkout(config.checkout)
        if config.shape == "home_dir":
            return self._copy(self._source, self.home)
        self.home.mkdir(mode=0o700)
        zdotdir = self._scratch / "zdotdir"
        if config.shape == "zdotdir":
            return self._copy(self._source, zdotdir)
        zdotdir.mkdir(mode=0o700)
        (zdotdir / ".zshrc").symlink_to(self._source)
        return _NOTHING

    def _copy(self, source: Path, target: Path) -> Copied:
        return copy_tree(source, target, self._limits, avoid=self._scratch)

    def _copy_own(self) -> Copied:
        own, zdotdir = self._config.path, self._config.zdotdir
        inside = zdotdir.relative_to(own).parts[:1] if zdotdir and zdotdir.is_relative_to(own) else ()
        if zdotdir is not None and not zdotdir.is_relative_to(own):
            self._copy(zdotdir, self._scratch / "zdotdir")
        return copy_tree(own, self.home, self._limits, link_visible=True, copy_too=inside, avoid=self._scratch)

    def _copy_checkout(self, folder: str) -> Copied:
        self.home.mkdir(mode=0o700)
        for name, goal in self._config.links:
            (self.home / name).symlink_to(goal)
        return self._copy(self._source, self.home / folder)

    def _export(self) -> Path:
        """Write the revision out, and note what a checkout would have had besides."""
        config = self._config
        if config.repo is None or config.rev is None or config.git is None:
            raise ValueError("a configuration of kind git has repo, rev and git")
        target = self._scratch / "source"
        done = export_tree(config.repo, config.rev, config.path.as_posix(), target, git=config.git)
        if done.submodules:
            self._notes.append(f"submodules are not included: {_some(done.submodules)}")
        if done.omitted:
            self._notes.append(f"left out by the repository's export-ignore: {_some(done.omitted)}")
        return target / posixpath.basename(config.path.as_posix()) if config.shape == "file" else target

    def _isolation(self, copied: Copied) -> Isolation:
        config = self._config
        method = _METHODS["home" if config.kind == "home" else config.shape]
        if config.rev is not None:
            method = f"{config.rev[:10]} written out; {method}"
        notes = [*self._notes, *_copy_notes(copied), *_name_notes(config, self._source, copied.linked)]
        return Isolation(method=method, linked=copied.linked, note="; ".join(notes) or None)


def prepare(config: Config, scratch: Path, limits: CopyLimits, build: Build | None = None) -> Home:
    """Put a configuration into a scratch folder, where sessions can run on it.

    ``builtin`` and a ZDOTDIR are copied, with an empty HOME; a HOME is copied, with ZDOTDIR unset; of the user's own
    HOME the visible entries are linked instead; a single file becomes a link named ``.zshrc``; a revision is
    written out first. What is above the limits is linked, but never a history file.

    Args:
        config: The configuration.
        scratch: An empty folder, for this and nothing else; :meth:`Home.remove` removes it.
        limits: What is linked instead of copied.
        build: Compiles a configuration of the shipped kind, as installing it would have done.

    Returns:
        The place where sessions live.

    Raises:
        ZfError: There is no room for the copy, or git failed.
    """
    return Home(config, scratch, limits, build)


def _is_built(config: Config, zdotdir: Path) -> bool:
    """Whether this configuration is compiled wherever it is in daily use; a bundle is no good for its copy."""
    return can_build(zdotdir) and (config.kind == "builtin" or (zdotdir / "bundle").is_dir())


def _zdotdir(config: Config, scratch: Path) -> Path | None:
    if config.zdotdir is not None and config.zdotdir.is_relative_to(config.path):
        return scratch / "home" / config.zdotdir.relative_to(config.path)
    return None if config.shape == "home_dir" and config.zdotdir is None else scratch / "zdotdir"


def _policy(source: Path) -> str | None:
    folder = source if source.is_dir() else source.parent
    for name in POLICY_FILES:
        with suppress(OSError):
            return hashlib.sha256((folder / name).read_bytes()).hexdigest()
    return None


def _copy_notes(copied: Copied) -> Iterator[str]:
    if copied.linked:
        yield f"linked because of their size, so that sessions reach the originals: {_some(copied.linked)}"
    if copied.shared:
        yield f"{copied.shared} visible entries of HOME are links to the originals"
    if copied.skipped:
        yield f"not readable, left out: {_some(copied.skipped)}"
    if not copied.searched_all:
        yield "linked folders hold too many entries to search all of them for history files"


def _name_notes(config: Config, source: Path, linked: Sequence[str]) -> Iterator[str]:
    """What the files say about places that are not where they were."""
    if config.shape != "home_dir":
        starts = [source] if config.shape == "file" else [source / name for name in START_FILES]
        if config.kind != "builtin" and any(_NAMES_HOME.search(_text(file)) for file in starts):
            yield "the start files name HOME, which is empty here: if they need it, measure home or home:PATH"
    elif config.kind != "git":
        place = os.fsencode(source) + b"/"
        files = sorted(walk_files(source, shell_only=config.kind == "home", skip=linked))
        naming = [name for name, file in files if _is_text(file) and place in _text(file)]
        if naming:
            yield f"these name the original folder by its place, and use it there: {_some(naming)}"


def _is_text(file: Path) -> bool:
    return file.suffix in {".zsh", ".sh"} or file.name in START_FILES


def _text(file: Path) -> bytes:
    with suppress(OSError):
        if file.stat().st_size <= WHOLE_BYTES:
            return file.read_bytes()
    return b""


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _TOLD} more" if len(every) > _TOLD else ""
    return ", ".join(every[:_TOLD]) + more


@contextmanager
def _unlocked(folder: Path) -> Iterator[None]:
    """Make a folder that is unwritable on purpose writable for a moment."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    folder.chmod(mode | stat.S_IRWXU)
    try:
        yield
    finally:
        folder.chmod(mode)


def _real_files(root: Path) -> Iterator[Path]:
    for top, _, names in os.walk(root):
        yield from (Path(top) / name for name in names if not (Path(top) / name).is_symlink())


def _drop(files: Iterable[Path], advise: Advise) -> None:
    for file in files:
        with suppress(OSError):
            descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                advise(descriptor, 0, 0, _DONTNEED)
            finally:
                os.close(descriptor)
