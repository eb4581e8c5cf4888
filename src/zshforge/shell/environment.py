"""The environment of a session: explicit, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Terminal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the shell is told about its terminal."""

    term: str
    locale: str
    columns: int
    rows: int


def session_environment(
    *,
    home: Path,
    zdotdir: Path | None,
    tmp: Path,
    zsh_path: str,
    search_path: str,
    user: str,
    host: str,
    terminal: Terminal,
    extra: Mapping[str, str],
) -> dict[str, str]:
    """Build the whole environment of one session.

    Nothing is taken over from the caller's own environment: no ``GIT_*``, ``SSH_*``, ``TMUX``, ``LC_*``, and no
    ``XDG_RUNTIME_DIR``, behind which the user's living sockets are. ``LINES`` and ``COLUMNS`` are set as
    zsh-bench sets them. zsh takes ``HOST`` over when it is set (Src/params.c), so ``%m`` shows the token.

    Args:
        home: HOME of the session.
        zdotdir: ZDOTDIR of the session; ``None`` leaves it unset.
        tmp: The folder for temporary files and tmux sockets, inside of the scratch folder.
        zsh_path: The zsh, for ``SHELL``.
        search_path: ``PATH``.
        user: ``USER`` and ``LOGNAME``.
        host: The token that stands for the host's name on the screen.
        terminal: Kind, size and locale.
        extra: Variables that are added last and win.

    Returns:
        Names and values.

    Raises:
        ValueError: A name or value that no program could receive (``=`` in a name, a null byte).
    """
    environment = {
        "HOME": str(home),
        "USER": user,
        "LOGNAME": user,
        "SHELL": zsh_path,
        "PATH": search_path,
        "TERM": terminal.term,
        "LANG": terminal.locale,
        "HOST": host,
        "TMPDIR": str(tmp),
        "TMUX_TMPDIR": str(tmp),
        "COLUMNS": str(terminal.columns),
        "LINES": str(terminal.rows),
    }
    if zdotdir is not None:
        environment["ZDOTDIR"] = str(zdotdir)
    environment.update(extra)
    for name, value in environment.items():
        if not name or "=" in name or "\0" in name + value:
            raise ValueError(f"not a variable of an environment: {name!r}")
    return environment
