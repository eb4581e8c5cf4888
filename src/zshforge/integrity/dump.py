"""Completion dumps, which zsh writes anew at will: whether one holds nothing but what zsh itself writes there."""

from __future__ import annotations

import os
import re

_LARGEST = 1 << 24  # bytes; a dump of ten thousand completions has a twentieth of it
_CONTINUED = re.compile(r"(?<=[\w.+:@-] )\\\n(?= {12}_)")
_NAME = r"[\w.+:@-]+"
_TABLE = re.compile(r"_(?:comps|services|patcomps|postpatcomps|compautos)=\(")
_ROW = re.compile(r"'[^'\n]*' '[\w.+:@=/ -]*'")
#: The other lines that Completion/compdump of zsh writes: widgets, keys, names to autoload from ``fpath``.
_LINE = re.compile(
    rf"""
    (?:\#[^\n]*)?
    | zle\ -C\ {_NAME}\ \.?{_NAME}\ {_NAME}
    | bindkey\ '[^'\n]*'\ _{_NAME}
    | autoload\ -Uz(?:\ \+X)?(?:\ +{_NAME})+
    | typeset\ -gUa\ _comp_assocs | _comp_assocs=\(\ '[\w\ ]*'\ \)
    """,
    re.VERBOSE,
)


def is_plain_dump(path: str) -> bool:
    """Whether a file is a completion dump as zsh writes it; functions that it names are read from ``fpath`` alone.

    Args:
        path: A regular file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor has no path
            data = file.read(_LARGEST + 1)
    except OSError:
        return False
    text = data.decode("utf-8", "surrogateescape")
    joined = _CONTINUED.sub(" ", text)  # a comment is not continued
    return len(data) <= _LARGEST and text.startswith("#files: ") and _is_plain(joined)


def _is_plain(text: str) -> bool:
    """Whether each line is one of a dump where it stands: what is a row in a table would be a command elsewhere."""
    inside = False
    for line in text.split("\n"):
        if inside and line == ")":
            inside = False
        elif not inside and _TABLE.fullmatch(line):
            inside = True
        elif not (_ROW if inside else _LINE).fullmatch(line.rstrip(" ")):
            return False
    return not inside
