"""A real zsh with the shipped configuration: in a terminal of its own, or reading one command."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import shutil
import struct
import subprocess
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from completion_site import make_site
from live import DEADLINE_S, ON_TERMINAL, ZSH
from live import Live as Screen
from scan_lists import list_odd_plugin

from zshforge.capture.stamps import guide_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHIPPED = Path(__file__).parents[2] / "src" / "zshforge" / "zsh"
#: With ZF_TESTS_BUILT=1 every test runs on a configuration that is compiled as `zf install` does it.
BUILT = os.environ.get("ZF_TESTS_BUILT") == "1"
BUILD = "autoload -Uz $ZDOTDIR/functions/-zf-build-bundle; -zf-build-bundle $ZDOTDIR"


# The title of the window is not on the screen.
TITLE = re.compile(r"\x1b\]2;([^\x07]*)\x07")


@dataclass(frozen=True, kw_only=True)
class Session:
    """What one zsh did: everything on its screen, its titles, every marker line, its exit status, its children."""

    screen: str
    marks: list[str]
    status: int
    children_faults: int | None = None
    titles: list[str] = field(default_factory=list)

    def before_prompt(self) -> str:
        """What was on the screen before the prompt: no escapes, no end-of-line sign, no host, no upper folders."""
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]", "", self.screen.split("zf-here")[0])
        return re.sub(r"(\S+@\S+ )?[~/….]\S*/$", "", plain.replace("%", "").replace("#", "")).strip()

    def names(self) -> list[str]:
        """The markers, in the order in which they were written."""
        return [found[1] for line in self.marks if (found := re.match(r"MARK name=(\w+) us=\d{16}$", line))]

    def stamps(self) -> list[int]:
        """The stamps of the markers, in microseconds, in the order in which they were written."""
        return [int(found[1]) for line in self.marks if (found := re.match(r"MARK name=\w+ us=(\d+)$", line))]

    def segments(self) -> dict[str, tuple[str, int, int, int]]:
        """Phase, whole milliseconds, start and end of each segment."""
        form = re.compile(r"SEGMENT name=(\S+) ms=(\d+) phase=(\w+) sample=(\S+) start_us=(\d{16}) end_us=(\d{16})$")
        found = [match for line in self.marks if (match := form.match(line))]
        assert len({match[1] for match in found}) == len(found), "a segment was written twice"
        return {match[1]: (match[3], int(match[2]), int(match[5]), int(match[6])) for match in found}


@dataclass
class Shell:
    """A home with a copy of the shipped configuration, and ways to run a zsh in it."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def zdotdir(self) -> Path:
        """The copy of the configuration."""
        return self.root / "zdotdir"

    @property
    def local(self) -> Path:
        """The folder of the user's own lines."""
        return self.root / "home" / ".config" / "zshforge" / "local"

    def write_local(self, where: str, text: str) -> None:
        """Puts one of the user's own files in place; `where` is `pre/NAME` or `post/NAME`."""
        file = self.local / f"{where}.zsh"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, command: str, *options: str, **env: str | None) -> subprocess.CompletedProcess[str]:
        """One command in a zsh without a terminal; a variable that is None is not set at all."""
        return subprocess.run(
            [ZSH, *options, "-c", command],
            env=self.environment(env),
            cwd=self.root / "zf-here",
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def session(self, *lines: str, options: tuple[str, ...] = (), marked: bool = True, **env: str | None) -> Session:
        """An interactive zsh in a terminal: the lines are typed once the prompt is there, then `exit`."""
        reader, writer = os.pipe()
        with _terminal() as (master, name):
            variables = self.environment(({"ZF_MARK_FD": str(writer)} if marked else {}) | env)
            with subprocess.Popen(
                ["/bin/sh", "-c", ON_TERMINAL, "sh", name, ZSH, "-i", *options],
                env=variables,
                cwd=self.root / "zf-here",
                pass_fds=(writer,),
                start_new_session=True,
            ) as child:
                os.close(writer)
                try:
                    return _converse(child, master, reader, ("".join(f"{line}\n" for line in (*lines, "exit"))))
                finally:
                    os.close(reader)
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(child.pid, 9)

    @contextlib.contextmanager
    def live(self, *options: str, **env: str | None) -> Iterator[Live]:
        """An interactive zsh of 80 columns at its first prompt, until the block is left."""
        with Live(self, options=options, global_rcs=True, env=env) as live:
            live.until("zf-here")
            yield live

    def environment(self, extra: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The whole environment; a variable that is None is not set at all."""
        base = {
            "HOME": str(self.root / "home"),
            "ZDOTDIR": str(self.zdotdir),
            "PATH": os.defpath,
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "ZSH_SSH_AGENT": "0",  # a test that is not about it leaves none
        }
        return {key: value for key, value in (base | self.env | dict(extra or {})).items() if value is not None}


class Live(Screen):
    """A zsh whose screen is cleared after each command line, so that a test reads what belongs to it."""

    def calm(self) -> None:
        """Reads until nothing has arrived for a while."""
        while self.take(0.3):
            pass

    def run(self, command: str) -> None:
        """A command line, and an empty screen with the prompt after it."""
        self.press(f"{command}; print -r -- e''nd-of-line\n")
        self.until("end-of-line")
        self.until(lambda: "zf-here" in self.line())
        self.press("clear\n")
        self.until(lambda: "end-of-line" not in self.text and "zf-here" in self.line())


@contextlib.contextmanager
def _terminal(columns: int = 200) -> Iterator[tuple[int, str]]:
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    try:
        yield master, os.ttyname(slave)
    finally:
        os.close(slave)
        os.close(master)


def _converse(child: subprocess.Popen[bytes], master: int, reader: int, typed: str) -> Session:
    """Reads the screen and the markers until zsh ends; types once the folder's name is on the screen."""
    seen = {master: b"", reader: b""}
    faults: int | None = None
    told = False
    end = time.monotonic() + DEADLINE_S
    while child.poll() is None:
        assert time.monotonic() < end, f"no end in sight; screen: {seen[master]!r}; marks: {seen[reader]!r}"
        _take(seen, 0.05)
        if not told and b"zf-here" in seen[master]:
            stat = Path(f"/proc/{child.pid}/stat")
            faults = int(stat.read_text().rpartition(")")[2].split()[8]) if stat.exists() else None
            os.write(master, typed.encode())
            told = True
    while _take(seen, 0.0):
        pass
    text = seen[master].decode(errors="replace")
    return Session(
        screen=TITLE.sub("", text),
        titles=TITLE.findall(text),
        marks=[line for told in seen[reader].decode().splitlines() for line in guide_lines(told)],
        status=child.wait(),
        children_faults=faults,
    )


def _take(seen: dict[int, bytes], patience_s: float) -> bool:
    ready, _, _ = select.select(list(seen), [], [], patience_s)
    got = False
    for source in ready:
        with contextlib.suppress(OSError):  # a terminal whose last user has gone
            data = os.read(source, 65536)
            seen[source] += data
            got = got or bool(data)
    return got


@pytest.fixture
def shipped() -> Path:
    """The shipped configuration as it stands in the source tree."""
    return SHIPPED


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A fresh home, a copy of the shipped configuration, and a folder `zf-here` to stand in."""
    shutil.copytree(SHIPPED, tmp_path / "zdotdir")
    for folder in ("home", "zf-here"):
        (tmp_path / folder).mkdir()
    fresh = Shell(tmp_path)
    if BUILT:
        fresh.run(BUILD, "-f").check_returncode()
    return fresh


@pytest.fixture
def listed(shell: Shell) -> Path:
    """A folder with a plugin of odd names, all of them in the list."""
    return list_odd_plugin(shell)


@pytest.fixture
def site(shell: Shell) -> Path:
    """A folder in fpath that belongs to the test; the calls of zsh's compinit are written down."""
    return make_site(shell)
