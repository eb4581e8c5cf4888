"""A folder of completions that belongs to the test, a compinit that counts, and what a fresh shell knows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

#: A compinit before zsh's own in fpath, which counts and then is zsh's own.
COUNTING = """
print -r -- "${(j: :)@}" >> $HOME/compinit.log
local real; () { local dir; for dir in $fpath; do
  [[ $dir == */count || ! -e $dir/compinit ]] || { real=$dir/compinit; break }
done }
builtin source $real "$@"
"""


def make_site(shell: Shell) -> Path:
    """Puts a folder into fpath that belongs to the test; the calls of zsh's compinit are written down."""
    folder = shell.root / "site"
    for name in ("site", "count"):
        (shell.root / name).mkdir()
    (shell.root / "count" / "compinit").write_text(COUNTING)
    shell.write_local("pre/site", f"fpath=({shell.root}/count {folder} $fpath)\n")
    return folder


def ask(shell: Shell, *names: str) -> str:
    """What a fresh shell knows for these commands, told by its first command."""
    session = shell.session("print -r -- 'known:' " + " ".join(f"${{_comps[{name}]:-none}}" for name in names) + " .")
    return session.screen.rpartition("known: ")[2].partition(" .")[0]


def settle() -> None:
    """Lets the second pass in which something was changed: within it nothing counts as seen."""
    time.sleep(1.1 - time.time() % 1)


def ready(shell: Shell) -> None:
    """Leaves a dump that is true."""
    settle()
    ask(shell, "cd")
