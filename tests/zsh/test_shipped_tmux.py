"""The shipped configuration inside tmux: keys through it, its screen, its title, its resize, two panes at once."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from live import DEADLINE_S, ZSH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.zsh.conftest import Shell

pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


class Tmux:
    """A server of its own, with a window of 80 columns in which the shell runs.

    Args:
        shell: The home and the configuration.
    """

    def __init__(self, shell: Shell) -> None:
        self._socket = str(shell.root / "tmux")
        self._env = shell.environment({"PATH": "/usr/local/bin:/usr/bin:/bin", "SHELL": ZSH, "TERM": "xterm-256color"})
        self._call = ["tmux", "-S", self._socket, "-f", "/dev/null"]
        folder = str(shell.root / "zf-here")
        self(
            "set-option",
            "-g",
            "default-command",
            f"exec {ZSH} -i",
            ";",
            "new-session",
            "-d",
            "-x",
            "80",
            "-y",
            "24",
            "-c",
            folder,
        )

    def __call__(self, *words: str) -> str:
        """One command to the server, and what it says."""
        done = subprocess.run(
            [*self._call, *words], env=self._env, capture_output=True, text=True, timeout=DEADLINE_S, check=True
        )
        return done.stdout

    def screen(self, pane: str = "0") -> str:
        """What a pane shows, without blanks at the ends of its lines."""
        text = self("capture-pane", "-p", "-t", f":0.{pane}")
        return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")

    def last(self, pane: str = "0") -> str:
        """The lowest line with text."""
        return self.screen(pane).rpartition("\n")[2]

    def type(self, text: str, pane: str = "0") -> None:
        """Text, key by key."""
        self("send-keys", "-t", f":0.{pane}", "-l", text)

    def key(self, *names: str, pane: str = "0") -> None:
        """Keys by their names."""
        self("send-keys", "-t", f":0.{pane}", *names)

    def until(self, wanted: Callable[[], bool]) -> None:
        """Waits until something holds.

        Raises:
            AssertionError: It did not in time.
        """
        end = time.monotonic() + DEADLINE_S
        while not wanted():
            assert time.monotonic() < end, f"the screen: {self.screen()}"
            time.sleep(0.05)

    def close(self) -> None:
        """Ends the server and every shell in it."""
        subprocess.run([*self._call, "kill-server"], env=self._env, check=False, capture_output=True)


@pytest.fixture
def tmux_of(shell: Shell) -> Iterator[Callable[[], Tmux]]:
    """Opens a shell inside tmux, and waits for its first prompt."""
    with contextlib.ExitStack() as stack:

        def opened() -> Tmux:
            server = Tmux(shell)
            stack.callback(server.close)
            server.until(lambda: "zf-here" in server.last())
            return server

        yield opened


@pytest.fixture
def tmux(tmux_of: Callable[[], Tmux]) -> Tmux:
    """A shell at its first prompt, inside tmux."""
    return tmux_of()


def test_keys_and_colours_come_through(tmux: Tmux) -> None:
    for line in (": one first", ": two", ": one second"):
        tmux.type(line)
        tmux.key("Enter")
    tmux.until(lambda: tmux.screen().count("zf-here") == 4)
    tmux.type(": one")
    tmux.key("Up")
    tmux.until(lambda: tmux.last().endswith(": one second"))
    tmux.key("Up")
    tmux.until(lambda: tmux.last().endswith(": one first"))
    tmux.key("Home")
    tmux.type("echo ")
    tmux.until(lambda: "\x1b[32mecho" in tmux("capture-pane", "-p", "-e", "-t", ":0.0"))


#: Work that is done beside every key: each Ctrl-C has to come a second time (ADR 0020).
NEVER_CALM = "-zf-interrupt-calm() { [[ -n ${_zf_again-} ]] && unset _zf_again }\n"


@pytest.mark.parametrize("beside", ["", NEVER_CALM], ids=["calm", "beside work"])
def test_a_menu_of_completions_opens_and_goes(shell: Shell, tmux_of: Callable[[], Tmux], beside: str) -> None:
    shell.write_local("post/beside", beside)
    tmux = tmux_of()
    for name in ("left", "right"):
        (shell.root / "zf-here" / name).touch()
    tmux.type("print ")
    tmux.key("Tab")
    tmux.until(lambda: "-- file --" in tmux.screen())
    tmux.key("Tab")
    tmux.until(lambda: "print left" in tmux.screen())
    tmux.key("BTab")
    tmux.until(lambda: "print right" in tmux.screen())
    # The first interrupt leaves the menu, which gives the line back as it was; the second ends the line.
    tmux.key("C-c")
    tmux.until(lambda: tmux.last().endswith("# print"))
    tmux.key("C-c")
    tmux.until(lambda: "130" in tmux.last())


def test_the_title_of_the_pane_is_the_folder(tmux: Tmux) -> None:
    tmux.until(lambda: tmux("display-message", "-p", "#{pane_title}").strip().endswith("zf-here"))


def test_the_line_survives_a_resize(tmux: Tmux) -> None:
    tmux.type("print one two")
    tmux.until(lambda: tmux.last().endswith("two"))
    tmux("resize-window", "-x", "30")
    tmux.until(lambda: tmux.screen().startswith("zf-here"))
    tmux.type(" three")
    tmux("resize-window", "-x", "80")
    tmux.key("Enter")
    tmux.until(lambda: "\none two three\n" in tmux.screen())


def test_two_panes_share_their_history_at_once(tmux: Tmux, shell: Shell) -> None:
    tmux("split-window", "-c", str(shell.root / "zf-here"))
    tmux.until(lambda: "zf-here" in tmux.last("1"))
    tmux.type(": from the first pane")
    tmux.key("Enter")
    tmux.until(lambda: tmux.screen().count("zf-here") > 1)
    tmux.key("Enter", pane="1")
    tmux.type(": from", pane="1")
    tmux.key("Up", pane="1")
    tmux.until(lambda: tmux.last("1").endswith(": from the first pane"))


def test_the_second_window_is_painted_and_in_the_end_looks_like_the_first(tmux: Tmux, shell: Shell) -> None:
    cache = shell.root / "home" / ".cache" / "zshforge"
    tmux.until(lambda: any(file.name.startswith("paint-") for file in cache.iterdir()))
    first = tmux.last()
    tmux("respawn-pane", "-k", "-c", str(shell.root / "zf-here"))
    tmux.type("print -r -- typed ahead")
    tmux.key("Enter")
    tmux.until(lambda: "\ntyped ahead\n" in tmux.screen())
    tmux.until(lambda: tmux.last() == first)
