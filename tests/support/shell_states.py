"""The state in which a configuration leaves a shell, dumped by that shell, observed or not."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from zshforge.capture.plan import SessionPlan
from zshforge.capture.session import observe
from zshforge.capture.stage import enter_stage
from zshforge.capture.subject import Subject
from zshforge.explain.passes import plan_for
from zshforge.shell.pty import PtyProcess, Spawn
from zshforge.shell.terminal import Terminal

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Mapping, Sequence

    from zshforge.capture.campaign import Request

DUMP, DUMP_REST = (Path(__file__).with_name(name) for name in ("dump_state.zsh", "dump_state_rest.zsh"))
_DEADLINE_S = 60.0
_RANDOM = re.compile(r"orig-s[\d.]+-r\d+")  # how zsh-syntax-highlighting names the widgets that it wraps
#: What one part of the state is called, and what it holds; associations are sorted.
State = dict[str, str]


class DumpingPlan(SessionPlan, frozen=True, kw_only=True):
    """A session whose first command also writes the state down, before anything of ours is in the shell."""

    dump: Path

    @property
    def typed(self) -> bytes:
        """The line that waits in the terminal."""
        words = f"'{DUMP}' \"$?\" '{self.dump}' '{DUMP_REST}'"
        return f" 'builtin' '.' {words}; 'builtin' '.' ./{self.driver_file}\n".encode()


class Sessions:
    """Sessions of one configuration in one throw-away home.

    Args:
        request: Its first configuration is started.
        stack: Removes the home.
    """

    def __init__(self, request: Request, stack: contextlib.ExitStack) -> None:
        surroundings = enter_stage(request, stack)
        self._subject = Subject(request.configs[0], surroundings, surroundings.scratch / "c0")
        stack.callback(self._subject.home.remove)
        self._settings = request.settings
        self._dump = surroundings.scratch / "state"

    def observed(self, level: str | None) -> State:
        """The state of a session that is looked into at a level of explain; ``None`` only times it."""
        plan = plan_for(self._subject, self._settings, level)  # type: ignore[arg-type]  # a level, by its name
        observe(self._dumping(plan))
        return read_state(self._dump)

    def plain(self) -> State:
        """The state of a session that nothing looks at: a terminal, and what a person would type."""
        plan = self._dumping(plan_for(self._subject, self._settings, None))
        spawn = Spawn(
            argv=plan.argv,
            environment=plan.environment,
            folder=plan.folder,
            columns=plan.columns,
            rows=plan.rows,
            typed=plan.typed,  # to the letter, because highlighters remember what was typed
        )
        leave = plan.folder / plan.driver_file
        leave.write_text("'builtin' 'unsetopt' 'check_jobs'\nSAVEHIST=0\n'builtin' 'exit' '0'\n")
        terminal = Terminal(plan.columns, plan.rows)
        with PtyProcess.spawn(spawn) as process:
            process.release()
            limit = time.monotonic() + _DEADLINE_S
            while process.poll() is None and time.monotonic() < limit:
                data = process.read(0.05)
                if data and (answer := terminal.feed(data)):
                    process.write(answer)
        leave.unlink()
        return read_state(self._dump)

    def _dumping(self, plan: SessionPlan) -> DumpingPlan:
        self._dump.unlink(missing_ok=True)
        return DumpingPlan(**structs.asdict(plan), dump=self._dump)


def read_state(file: Path) -> State:
    """A dump by name; the process's own number and terminal have the same name in every session."""
    words = file.read_text(errors="surrogateescape").split("\0")
    state: State = {}
    at = 0
    while at + 1 < len(words):
        name, count = words[at], int(words[at + 1])
        values = words[at + 2 : at + 2 + count]
        state[name] = "\n".join(_sorted(values) if name.endswith("association") else values)
        at += 2 + count
    pid, tty = state.pop("pid"), state.pop("tty")
    alike = re.compile(rf"(?<!\d){pid}(?!\d)" + (f"|{re.escape(tty)}" if tty else ""))
    return {_RANDOM.sub("@", name): alike.sub("@", _RANDOM.sub("@", value)) for name, value in state.items()}


def _sorted(values: Sequence[str]) -> list[str]:
    return sorted(f"{key}={value}" for key, value in zip(values[::2], values[1::2], strict=True))


class Difference(NamedTuple):
    """A part of the state that is another one when it is observed."""

    name: str
    level: str
    plain: str
    observed: str


class Compared(NamedTuple):
    """Two ways to start, compared."""

    parts: int
    """How many parts of the state there were to compare."""
    varying: tuple[str, ...]
    """Parts that differ between sessions that nobody looks at, and so tell nothing."""
    differences: tuple[Difference, ...]


def compare(sessions: Sessions, levels: Sequence[str | None], plain: int = 3) -> Compared:
    """Start without and with looks, in turn, and compare what both leave.

    Args:
        sessions: Of one configuration; two have already warmed its caches.
        levels: Of explain.
        plain: Sessions that nobody looks at.
    """
    unseen = [sessions.plain() for _ in range(plain)]
    seen = {str(level): sessions.observed(level) for level in levels}
    unseen.append(sessions.plain())
    varying = _varying(unseen)
    found = _differences(unseen[-1], seen, varying)
    if found:  # what varies seldom may have been the same four times
        unseen += [sessions.plain() for _ in range(2 * plain)]
        varying = _varying(unseen)
        found = _differences(unseen[-1], {level: sessions.observed(_level(level)) for level in seen}, varying)
    return Compared(len(unseen[0]) - len(varying), tuple(sorted(varying)), tuple(found))


def _level(word: str) -> str | None:
    return None if word == "None" else word


def _varying(states: Sequence[State]) -> set[str]:
    names = {name for state in states for name in state}
    return {name for name in names if len({state.get(name) for state in states}) > 1}


def _differences(plain: State, seen: Mapping[str, State], varying: set[str]) -> list[Difference]:
    return [
        Difference(name, level, plain.get(name, "(not there)"), state.get(name, "(not there)"))
        for level, state in seen.items()
        for name in sorted({*plain, *state} - varying)
        if plain.get(name) != state.get(name)
    ]


def copy_of(folder: Path, place: Path) -> Path:
    """A folder to be started from, where the original shall not be touched."""
    shutil.copytree(folder, place, symlinks=True)
    return place
