"""What a ``CONFIG`` argument names.

The words ``builtin`` and ``home`` come first; write ``./home`` for a folder of that name. Then an existing path;
then ``REV:PATH`` in the git repository of the current folder. **An existing path wins over REV:PATH.**

A folder is a ZDOTDIR when it has start files (``.zshenv .zprofile .zshrc .zlogin``) and nothing that only a HOME
has. It is a HOME when it is named ``home``, is the home of an account, or has other entries of a HOME beside its
start files (``.oh-my-zsh``, ``.config``, ``.cache`` …: :data:`HOME_SIGNS`). ``home:PATH`` and ``zdotdir:PATH``
override that, also for a folder without start files, and also before ``REV:PATH``. A file of any name is used as
``.zshrc``. A checkout of oh-my-zsh or prezto itself becomes the HOME that its installer would make.
"""

from __future__ import annotations

import os
import pwd
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from zshforge.model.errors import UsageError
from zshforge.shell.git import Git, Tree, resolve_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

Shape = Literal["home_dir", "zdotdir", "file"]

BUILTIN = Path(__file__).parents[1] / "zsh"
"""The shipped configuration, data of this package."""

SEARCH_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"
"""Where git is looked for when the caller does not say: the usual places of Linux, BSD and macOS."""

START_FILES = (".zshenv", ".zprofile", ".zshrc", ".zlogin")
"""What an interactive login zsh reads, in its order (zsh(1), STARTUP/SHUTDOWN FILES)."""

HOME_SIGNS = frozenset(
    [
        ".oh-my-zsh",
        ".zprezto",
        ".zim",
        ".zinit",
        ".zi",
        ".zplug",
        ".zgen",
        ".zgenom",
        ".antidote",
        ".antigen",
        ".antibody",
        ".p10k.zsh",
        ".config",
        ".local",
        ".cache",
        ".ssh",
        ".gnupg",
        ".gitconfig",
        ".profile",
        ".bashrc",
        ".bash_profile",
        ".bash_history",
        ".cargo",
        ".nvm",
        ".vimrc",
        ".tmux.conf",
    ]
)
"""Entries that show that a folder is a HOME: of frameworks that install there, and of other programs."""


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A configuration that exists, and how it is to be used."""

    kind: Literal["builtin", "home", "home_dir", "zdotdir", "file", "git"]
    argument: str
    """As the user wrote it."""
    label: str
    """As a report prints it."""
    path: Path
    """Absolute; for ``git`` from the top of the repository."""
    shape: Shape
    """How the content is used: as HOME, as ZDOTDIR, or as ``.zshrc``."""
    repo: Path | None = None
    rev: str | None = None
    """The commit, 40 hexadecimal digits."""
    tree: str | None = None
    """The object of the folder or file in that commit."""
    git: Git | None = None
    zdotdir: Path | None = None
    """Only for ``home``: the user's ZDOTDIR when the environment sets one."""
    checkout: str | None = None
    """The folder of HOME in which a checkout of a framework is to lie; ``None`` for everything else."""
    links: tuple[tuple[str, str], ...] = ()
    """The links in HOME, with their goals, that the installer of such a framework makes."""


class _Place(NamedTuple):
    """From where, and as whom, an argument is read."""

    cwd: Path
    home: Path
    accounts: Collection[Path] | None
    git: Git


def resolve(
    argument: str,
    *,
    cwd: Path,
    home: Path,
    search: str = SEARCH_PATH,
    zdotdir: Path | None = None,
    builtin: Path = BUILTIN,
    accounts: Collection[Path] | None = None,
) -> Config:
    """Find what ``argument`` names, by the rules on top of this module.

    Args:
        argument: What the user wrote.
        cwd: The current folder; paths and the git repository count from it.
        home: The user's HOME.
        search: The search path for git.
        zdotdir: The user's ZDOTDIR, when the environment sets one.
        builtin: The folder of the shipped configuration.
        accounts: The homes of the accounts here; ``None`` asks the account database.

    Returns:
        The configuration.

    Raises:
        UsageError: It names nothing that zsh could start with; says what was tried, and what may be meant.
    """
    place = _Place(cwd, home, accounts, Git(search=search, home=home))
    if not argument:
        raise UsageError("CONFIG is empty", hint="builtin, home, a path, or REV:PATH")
    if argument == "builtin":
        return _builtin(builtin)
    if argument == "home":
        return _home(argument, home, zdotdir)
    try:
        found = _find(argument, place, None)
    except OSError as error:
        raise UsageError(str(error.strerror), where=argument[:200], hint="a path that can be read") from error
    same = found.kind == "home_dir" and found.checkout is None and _same(found.path, [home])
    return _home(argument, home, zdotdir) if same and not argument.startswith("home:") else found


def _builtin(folder: Path) -> Config:
    if not folder.is_dir():
        what = "the shipped configuration is missing"
        raise UsageError(what, where=str(folder), hint="install zshforge again")
    return Config(kind="builtin", argument="builtin", label="builtin", path=folder, shape="zdotdir")


def _home(argument: str, home: Path, zdotdir: Path | None) -> Config:
    if not home.is_dir():
        raise UsageError("HOME is not a folder", where=str(home), hint="a path, or builtin")
    return Config(kind="home", argument=argument, label="home", path=home, shape="home_dir", zdotdir=zdotdir)


def _find(argument: str, place: _Place, forced: Shape | None) -> Config:
    written = place.home / argument[2:] if argument.startswith("~/") else Path(argument)
    path = Path(os.path.abspath(place.cwd / written))  # noqa: PTH100  keeps links, unlike Path.resolve
    if path.is_dir():
        return _folder(argument, path, place, forced)
    if path.is_file():
        return Config(kind="file", argument=argument, label=_label(path, place), path=path, shape="file")
    if path.exists():
        raise UsageError("neither a folder nor a file", where=str(path), hint="a ZDOTDIR, a HOME, or a .zshrc")
    prefix, colon, rest = argument.partition(":")
    if colon and rest and forced is None and prefix in {"home", "zdotdir"}:
        return _find(rest, place, "home_dir" if prefix == "home" else "zdotdir")
    if colon:
        return _revision(argument, path, place, forced)
    raise _nothing(argument, [f"the path {path}"], path)


def _folder(argument: str, path: Path, place: _Place, forced: Shape | None) -> Config:
    names = {entry.name for entry in path.iterdir()}
    shape = forced or _shape(path.name, names, account=_is_account(path, place))
    label = _label(path, place)
    if shape:
        kind: Literal["home_dir", "zdotdir"] = "home_dir" if shape == "home_dir" else "zdotdir"
        return Config(kind=kind, argument=argument, label=label, path=path, shape=shape)
    folder, links = _checkout(path)
    if not links:
        raise UsageError(f"no .zshrc in {path}", hint=_start_hint(argument, path))
    return Config(
        kind="home_dir",
        argument=argument,
        label=label,
        path=path,
        shape="home_dir",
        checkout=folder,
        links=links,
    )


def _shape(name: str, names: Collection[str], *, account: bool) -> Shape | None:
    if not any(start in names for start in START_FILES):
        return None
    return "home_dir" if account or name == "home" or HOME_SIGNS.intersection(names) else "zdotdir"


def _is_account(path: Path, place: _Place) -> bool:
    known = place.accounts
    if known is None:
        known = [Path(entry.pw_dir) for entry in pwd.getpwall()]
    return _same(path, [place.home, *known])


def _same(path: Path, others: Collection[Path]) -> bool:
    return path.resolve() in {other.resolve() for other in others}


def _checkout(path: Path) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The folder and the links that oh-my-zsh's ``tools/install.sh`` and prezto's README make."""
    template = "templates/zshrc.zsh-template"
    if (path / "oh-my-zsh.sh").is_file() and (path / template).is_file():
        return ".oh-my-zsh", ((".zshrc", f".oh-my-zsh/{template}"),)
    if (path / "init.zsh").is_file() and (path / "runcoms" / "zshrc").is_file():
        names = sorted(entry.name for entry in (path / "runcoms").glob("z*"))
        return ".zprezto", tuple((f".{name}", f".zprezto/runcoms/{name}") for name in names)
    return "", ()


def _revision(argument: str, tried: Path, place: _Place, forced: Shape | None) -> Config:
    rev, _, inside = argument.partition(":")
    try:
        tree = resolve_tree(place.cwd, rev, inside, git=place.git)
    except UsageError as error:
        words = [f"the path {tried}", f"REV:PATH ({error})"]
        raise _nothing(argument, words, tried) from error
    return Config(
        kind="git",
        argument=argument,
        label=f"{argument}@{tree.commit[:10]}",
        path=Path(tree.path),
        shape=_tree_shape(argument, tree, forced),
        repo=tree.repo,
        rev=tree.commit,
        tree=tree.oid,
        git=place.git,
    )


def _tree_shape(argument: str, tree: Tree, forced: Shape | None) -> Shape:
    if tree.kind == "blob":
        return "file"
    shape = forced or _shape(Path(tree.path).name, tree.names, account=False)
    if shape is None:
        raise UsageError(f"no .zshrc in {argument}", where=str(tree.repo), hint="there is: " + ", ".join(tree.names))
    return shape


def _nothing(argument: str, tried: list[str], path: Path) -> UsageError:
    siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, ["builtin", "home", *siblings], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "builtin, home, a path, or REV:PATH"
    return UsageError(f"nothing is named '{argument}'; tried {' and '.join(tried)}", hint=hint)


def _start_hint(argument: str, path: Path) -> str:
    below = [str(Path(argument) / place) for place in _candidates(path)]
    if below:
        return f"{' or '.join(below[:3])}; or home:{argument} to measure it as it is"
    return f"home:{argument} measures it as it is"


def _candidates(path: Path) -> Iterator[str]:
    for start in (*START_FILES, *(name[1:] for name in START_FILES)):
        places = [*path.glob(f"*/{start}"), *path.glob(f".config/zsh/{start}")] if start[0] == "." else []
        yield from sorted({str(place.parent.relative_to(path)) for place in places})
        if start[0] != "." and (path / start).is_file():
            yield start
    yield from sorted(place.name for place in path.glob("*.plugin.zsh"))


def _label(path: Path, place: _Place) -> str:
    return f"~/{path.relative_to(place.home)}" if path.is_relative_to(place.home) else str(path)
