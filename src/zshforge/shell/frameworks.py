"""Which framework a configuration uses, told by the files that it sources.

The first file that is a sign of a framework decides: what loads the others comes first (zgenom and antidote can load
oh-my-zsh). To add a framework, add a row to :data:`_RULES`.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from zshforge.shell.config import START_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

FrameworkName = Literal[
    "oh-my-zsh", "prezto", "zim", "zinit", "zgenom", "antidote", "zsh4humans", "plain", "zshforge", "none"
]

_PLAIN_PLUGINS = (
    "*.plugin.zsh",
    "*.zsh-theme",
    "*/zsh-autosuggestions*.zsh",
    "*/zsh-syntax-highlighting*.zsh",
    "*/fast-syntax-highlighting*.zsh",
    "*/zsh-history-substring-search*.zsh",
    "*/zsh-autocomplete*.zsh",
    "*/zsh-defer*.zsh",
    "*/fzf-tab*.zsh",
    "*/pure/pure.zsh",
    "*/plugins/*.zsh",
)


class Framework(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A framework, and where its plugin phase lies."""

    name: FrameworkName
    """``plain`` is a configuration without framework, ``none`` one without any start file."""
    plugins: tuple[str, ...]
    """Globs over whole paths (``*`` matches ``/`` too); the plugin phase goes from the start of the first file
    that one of them matches to the end of the last one."""

    def covers(self, file: str) -> bool:
        """Whether sourcing ``file`` belongs to the plugin phase."""
        return _matches(file, self.plugins)


class _Rule(NamedTuple):
    """How one framework shows itself."""

    name: FrameworkName
    signs: tuple[str, ...]
    """Globs of files that only it sources."""
    plugins: tuple[str, ...]
    function: str
    """A function that it defines, for a configuration whose files were merged into one."""
    words: str
    """A regular expression for the text of start files."""


_RULES = (
    _Rule(
        "zshforge",
        ("*/pre-plugin/00-path-safety*.zsh", "*/post-plugin/00-security-integrity*.zsh"),
        _PLAIN_PLUGINS,
        "zf::trust_anchor_has",
        r"\bpre-plugin\b",
    ),
    _Rule(
        "zsh4humans",
        ("*/z4h.zsh", "*/zsh4humans/main.zsh"),
        ("*/z4h.zsh", "*/zsh4humans/*"),
        "z4h",
        r"\bz4h\.zsh|\bz4h init\b",
    ),
    _Rule(
        "zinit",
        ("*/zinit.zsh",),
        ("*/zinit.zsh", "*/zinit/plugins/*", "*/zinit/snippets/*", "*/.zinit/*"),
        "zinit",
        r"\bzinit\.zsh|\bzinit (?:light|load|ice|snippet)\b",
    ),
    _Rule(
        "zgenom",
        ("*/zgenom.zsh", "*/zgenom/init.zsh", "*/.zgenom/*init.zsh"),
        ("*/zgenom.zsh", "*/zgenom/*", "*/.zgenom/*"),
        "zgenom",
        r"\bzgenom\.zsh|\bzgenom (?:load|save|saved)\b",
    ),
    _Rule(
        "antidote",
        ("*/antidote.zsh", "*zsh_plugins.zsh", "*/antidote/github.com/*", "*/antidote/http*"),
        ("*/antidote.zsh", "*zsh_plugins.zsh", "*/antidote/*"),
        "antidote",
        r"\bantidote\.zsh|\bantidote (?:load|bundle|init)\b|\bzsh_plugins\}?\.zsh",
    ),
    _Rule(
        "zim",
        ("*/zimfw.zsh", "*/.zim/init.zsh", "*/zim/init.zsh"),
        ("*/zimfw.zsh", "*/.zim/*", "*/zim/init.zsh", "*/zim/modules/*"),
        "zimfw",
        r"\bzimfw\b|ZIM_HOME\}?/init\.zsh|\.zim/init\.zsh",
    ),
    _Rule(
        "prezto",
        ("*/.zprezto/init.zsh", "*/prezto/init.zsh"),
        ("*/.zprezto/init.zsh", "*/.zprezto/modules/*", "*/prezto/init.zsh", "*/prezto/modules/*"),
        "pmodload",
        r"prezto/init\.zsh",
    ),
    _Rule("oh-my-zsh", ("*/oh-my-zsh.sh",), ("*/oh-my-zsh.sh",), "omz", r"\boh-my-zsh\.sh"),
)
"""Signs as the frameworks' installers lay their files out (read in their checkouts of 2024 to 2026)."""

_COMMENT = re.compile(r"(?m)^\s*#.*$")


def recognise(
    files: Sequence[str],
    functions: Sequence[str] = (),
    *,
    boundaries: Mapping[str, tuple[str, ...]] | None = None,
) -> Framework:
    """Tell the framework from what a session sourced.

    Args:
        files: The sourced files, whole paths, in order.
        functions: Names of functions of the session; they count when no file is a sign.
        boundaries: The ``[boundaries]`` of ``zf.toml``; ``plugins`` replaces the globs of the framework.

    Returns:
        The framework; ``none`` when no start file was sourced (the system-wide ones have no dot).
    """
    rule = _first_rule(files) or _rule_by_function(functions)
    name: FrameworkName = rule.name if rule else "plain" if any(map(_is_start, files)) else "none"
    plugins = rule.plugins if rule else _PLAIN_PLUGINS
    return Framework(name=name, plugins=(boundaries or {}).get("plugins", plugins))


def recognise_tree(path: Path) -> Framework:
    """Guess the framework from the text of the start files, for messages before anything ran.

    Args:
        path: A HOME, a ZDOTDIR, or one start file.

    Returns:
        The framework whose words come first in the start files, comments left out; ``none`` without start files.
    """
    starts = [path] if path.is_file() else [path / name for name in START_FILES]
    found = [file.read_bytes().decode("utf-8", "replace") for file in starts if file.is_file()]
    text = _COMMENT.sub("", "\n".join(found))
    places = [(match.start(), rule) for rule in _RULES if (match := re.search(rule.words, text))]
    rule = min(places, key=lambda place: place[0])[1] if places else None
    name: FrameworkName = rule.name if rule else "plain" if found else "none"
    return Framework(name=name, plugins=rule.plugins if rule else _PLAIN_PLUGINS)


def _first_rule(files: Iterable[str]) -> _Rule | None:
    signs = (rule for file in files for rule in _RULES if _matches(file, rule.signs))
    return next(signs, None)


def _rule_by_function(functions: Sequence[str]) -> _Rule | None:
    return next((rule for rule in _RULES if rule.function in functions), None)


def _matches(file: str, globs: Iterable[str]) -> bool:
    # A start file is the frame around the plugins, also where its folder is named after a framework.
    return not _is_start(file) and any(fnmatchcase(file, glob) for glob in globs)


def _is_start(file: str) -> bool:
    return file.rpartition("/")[2] in START_FILES
