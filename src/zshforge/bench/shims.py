"""Functions that only stand in for others: to time them says nothing about what they stand for."""

from __future__ import annotations

_NOTHING = frozenset({":", "true", "builtin :", "builtin true", "return", "return 0"})
_UNREAD = "builtin autoload -X"

#: How the reason of a function without a definition begins.
NEVER_DEFINED = "never defined"


def shim_reason(body: str) -> str | None:
    """Why a function with this body is a stand-in, or ``None``.

    Args:
        body: What zsh's ``$functions`` holds, after an autoloaded function was read.
    """
    if _UNREAD in body:
        return f"{NEVER_DEFINED}: it is marked for autoload, and no file on fpath defines it"
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    if not lines:
        return "empty"
    return "does nothing" if all(line in _NOTHING for line in lines) else None
