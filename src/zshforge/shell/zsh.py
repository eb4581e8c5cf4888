"""Finding a zsh that can be measured, and asking it which one it is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from msgspec import Struct

from zshforge.model.errors import ShellUnusable

OLDEST = (5, 8)
"""The first release that is supported: Debian 11 and macOS 11 ship it."""

ANSWER_LIMIT_S = 10.0
"""Seconds that the binary has for saying its version; a cold start from a slow disk takes below one."""

_INSTALL = "apt install zsh (Debian, Ubuntu), dnf install zsh (Fedora), brew install zsh (macOS)"
_ASK = "print -r -- $ZSH_VERSION"


class Zsh(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One zsh binary."""

    path: str
    """Absolute path, symbolic links kept as the user sees them."""
    version: tuple[int, ...]
    """The numbers of the version, such as ``(5, 9)`` or ``(5, 8, 1)``."""
    text: str
    """``$ZSH_VERSION`` as the binary prints it."""


def find_zsh(path: str, explicit: str | None, *, limit_s: float = ANSWER_LIMIT_S) -> Zsh:
    """Find the zsh to measure and make sure that it can be measured.

    Args:
        path: The search path (``PATH`` of the user), folders joined by ``:``.
        explicit: A program that the user named (a path, or a name on ``path``); ``None`` means ``zsh``.
        limit_s: Seconds that the binary has for saying its version.

    Returns:
        The binary with its version.

    Raises:
        ShellUnusable: There is none, it is older than 5.8, it is not a zsh, or it hangs.
    """
    program = _locate(path, explicit)
    text = _ask_version(program, path, limit_s)
    version = tuple(int(number) for number in re.findall(r"\d+", text.partition("-")[0]))
    if version < OLDEST:
        raise ShellUnusable(f"zsh {text} is older than 5.8", where=program, hint=f"a newer one: {_INSTALL}")
    return Zsh(path=program, version=version, text=text)


def _locate(path: str, explicit: str | None) -> str:
    found = shutil.which(explicit or "zsh", path=path)
    if found:
        return str(Path(found).absolute())
    if explicit:
        raise ShellUnusable("no such program", where=explicit, hint="name a zsh that is there and executable")
    raise ShellUnusable("zsh is not installed", hint=_INSTALL)


def _ask_version(program: str, path: str, limit_s: float) -> str:
    # -f still reads /etc/zshenv (zsh(1), STARTUP FILES), which may print: the answer is the last line.
    try:
        asked = subprocess.run(
            [program, "-fc", _ASK],
            env={"PATH": path, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        what = f"no version was told within {limit_s:g} s"
        raise ShellUnusable(what, where=program, hint=f"run it by hand: {program} -fc '{_ASK}'") from error
    except OSError as error:
        what = f"the program cannot be started ({error.strerror})"
        raise ShellUnusable(what, where=program, hint=_INSTALL) from error
    lines = asked.stdout.decode("utf-8", "replace").split()
    answer = lines[-1] if asked.returncode == 0 and lines else ""
    if not re.match(r"\d+\.\d+", answer):
        raise ShellUnusable("the program does not answer like a zsh", where=program, hint=_INSTALL)
    return answer
