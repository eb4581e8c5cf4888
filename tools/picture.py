"""A picture of the shipped prompt: installs it in a throw-away HOME, types at it, and draws what the terminal showed.

Usage: ``tools/picture.py [--write FILE]``. Prints the screen with its colours, or writes it as SVG (text only, no font
from elsewhere). What is drawn is what zsh wrote to the terminal, nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyte
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from zshforge.lifecycle.building import Tools
from zshforge.lifecycle.installing import Wish, install
from zshforge.lifecycle.places import find_places
from zshforge.model.errors import SessionFailed
from zshforge.shell.config import BUILTIN
from zshforge.shell.pty import PtyProcess, Spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

COLUMNS, ROWS = 92, 22
QUIET_S, PATIENCE_S = 0.4, 20.0
GIT = ("git", "-c", "user.name=you", "-c", "user.email=you@localhost", "-c", "init.defaultBranch=main")
#: What is typed in a first shell, for the history of the second.
BEFORE = ("git merge --no-ff topic\n", "git merge")
#: What is typed, and what the screen shows before the next is typed.
SCENE = (
    ("cd src/shop\n", "?1"),
    ("git mv cart.py basket.py\n", "+1"),
    ('print "$PWD" | no-such-command\n', "127"),
    ("sleep 3 # and longer\n", "3s"),
    ("sleep 60 &\n", "&1"),
    ("bindkey -v\n", "bindkey"),
    ("git me\x1b", "[N]"),
    ("a", "topic"),
)
#: The colours of a terminal, and their bright ones where they differ.
RED, GREEN, YELLOW = (224, 108, 117), (152, 195, 121), (229, 192, 123)
BLUE, MAGENTA, CYAN = (97, 175, 239), (198, 120, 221), (86, 182, 194)
BLACK, GREY, WHITE = (24, 26, 31), (120, 126, 138), (208, 212, 220)
THEME = TerminalTheme(
    BLACK,
    WHITE,
    [BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE],
    [GREY, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE],
)
NAMES = {"brown": "yellow", "brightblack": "bright_black", "brightbrown": "bright_yellow", "default": None}
FONT = '"Fira Code", "DejaVu Sans Mono", Menlo, Consolas, monospace'


class Place(NamedTuple):
    """A HOME with the configuration in it, and the environment of a shell there."""

    home: Path
    environment: dict[str, str]


class Typist:
    """Types at a shell and reads its screen.

    Args:
        process: The shell in its terminal.
    """

    def __init__(self, process: PtyProcess) -> None:
        self._process = process
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)

    def rest(self, text: str = "") -> None:
        """Reads until the screen shows a text and nothing more comes.

        Raises:
            SessionFailed: It never did.
        """
        end = time.monotonic() + PATIENCE_S
        while (data := self._process.read(QUIET_S)) is not None or text not in "\n".join(self.screen.display):
            if data == b"" or time.monotonic() > end:
                shown = "\n".join(line.rstrip() for line in self.screen.display).strip()
                raise SessionFailed(f"never showed {text!r}", phase="picture", screen=tuple(shown.splitlines()))
            self._stream.feed(data or b"")

    def type(self, keys: str) -> None:
        """Types keys as a person does: each is drawn before the next, and the line looked at before it is accepted."""
        for key in keys:
            if key == "\n":
                self.rest()
            self._process.write(key.encode())
            if data := self._process.read(0.05):
                self._stream.feed(data)


@contextlib.contextmanager
def place(zsh: str, search: str) -> Iterator[Place]:
    """A throw-away HOME in which the configuration is installed, and a repository with something to show."""
    with tempfile.TemporaryDirectory(prefix="zf-picture-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        repository(home / "src" / "shop")
        places = find_places(home, {})
        tools = Tools(zsh=zsh, search=search)
        install(Wish(source=BUILTIN, version="picture", places=places, folders=(home,), tools=tools))
        environment = {"HOME": str(home), "PATH": search, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        yield Place(home, environment | {"GIT_CONFIG_GLOBAL": os.devnull, "ZSH_SSH_AGENT": "0"})


def repository(folder: Path) -> None:
    """A repository that is ahead of its upstream, with a stash, a changed file and a new one."""

    def git(*words: str) -> None:
        subprocess.run([*GIT, *words], cwd=folder, check=True, capture_output=True)

    folder.mkdir(parents=True)
    git("init", "-q")
    for name in ("cart.py", "price.py"):
        (folder / name).write_text("total = 0\n")
    git("add", ".")
    git("commit", "-qm", "a shop")
    git("branch", "upstream")
    git("branch", "-u", "upstream")
    git("commit", "-qm", "prices", "--allow-empty")
    (folder / "price.py").write_text("total = 1\n")
    git("stash", "-q")
    (folder / "price.py").write_text("total = 2\n")
    (folder / "notes.txt").touch()


def played(zsh: str, here: Place, scene: Iterable[tuple[str, str]]) -> Any:
    """The screen when everything has been typed."""
    spawn = Spawn(argv=(zsh, "-i"), environment=here.environment, folder=here.home, columns=COLUMNS, rows=ROWS)
    with PtyProcess.spawn(spawn) as process:
        process.release()
        typist = Typist(process)
        typist.rest("~")
        for keys, shown in scene:
            typist.type(keys)
            typist.rest(shown)
        return typist.screen


def drawn(zsh: str, search: str) -> list[Text]:
    """The screen at the end of the scene, line by line."""
    with place(zsh, search) as here:
        for scene in (BEFORE,), SCENE:  # the second start is the usual one: its caches are there
            screen = played(zsh, here, scene)
    lines = [line(screen, row) for row in range(ROWS)]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    return lines


def line(screen: Any, row: int) -> Text:
    """One line of a screen, with its colours."""
    text = Text()
    for column in range(COLUMNS):
        cell = screen.buffer[row][column]
        here = (column, row) == (screen.cursor.x, screen.cursor.y)
        style = Style(
            color=_colour(cell.fg),
            bgcolor=_colour(cell.bg),
            bold=cell.bold,
            underline=cell.underscore,
            reverse=cell.reverse != here,
        )
        text.append(cell.data, style)
    text.rstrip()
    return text


def _colour(name: str) -> str | None:
    known = NAMES.get(name, name)
    return f"#{known}" if known and len(known) == len("rrggbb") and known.strip("0123456789abcdef") == "" else known


def svg(lines: list[Text]) -> str:
    """The lines as one SVG, without fonts or anything else from another place."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor", legacy_windows=False)
    for text in lines:
        console.print(text, no_wrap=True, crop=False)
    made = console.export_svg(title="zsh", theme=THEME, unique_id="zf")
    head, _, rest = made.partition("@font-face")
    rest = rest[rest.rindex("@font-face") :].partition("}")[2]
    whole = (head + rest.lstrip()).replace("Fira Code, monospace", FONT)
    return "\n".join(part.rstrip() for part in whole.splitlines()) + "\n"


def main(arguments: list[str], search: str, show: Callable[[Text], None]) -> int:
    """Draws the scene; shows it, or writes it to a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", metavar="FILE", type=Path)
    wanted = parser.parse_args(arguments)
    zsh = shutil.which("zsh", path=search)
    if zsh is None:
        print("picture: there is no zsh on PATH", file=sys.stderr)
        return 4
    lines = drawn(zsh, search)
    if wanted.write:
        wanted.write.write_text(svg(lines))
    else:
        for text in lines:
            show(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ.get("PATH", os.defpath), Console(width=COLUMNS).print))
