"""Evidence for rules, written down as a session: what ran, for how long, under whom."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.capture.observation import Observation
from zshforge.explain.commands import Child
from zshforge.explain.evidence import Cost, Evidence, evidence_of
from zshforge.explain.rules import RULES
from zshforge.explain.sources import Sources, Told
from zshforge.explain.trace import Piece, Trace, trace
from zshforge.model.explanation import Place
from zshforge.model.settings import load_settings
from zshforge.shell.lines import Moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.explain.rules.rule import Finding
    from zshforge.explain.trace import Spot
    from zshforge.shell.mounts import Mount
    from zshforge.shell.perf import ProcessRecord

RC = "/h/.zshrc"

#: A place, and the line that it is at; a command is at none.
Entry = tuple[Place, int | None]


def file(name: str, line: int) -> Entry:
    return Place(kind="file", name=name, file=name), line


def function(name: str, source: str, line: int) -> Entry:
    return Place(kind="function", name=name, file=source), line


def command(name: str, at: Spot | None = None) -> Entry:
    return Place(kind="command", name=name, file=at[0] if at else None, line=at[1] if at else None), None


def session(*ran: tuple[float, tuple[Entry, ...]]) -> Trace:
    """One session: milliseconds, and the stack of each piece, the outermost first."""
    pieces: list[Piece] = []
    children: list[Child] = []
    begun: Counter[Place] = Counter()
    at = 0
    before: tuple[Place, ...] = ()
    for ms, stack in ran:
        end = at + round(ms * 1000)
        places = tuple(place for place, _ in stack)
        spots = tuple((place.file or "", line) for place, line in stack if line is not None)
        pieces.append(Piece(at, end, places, spots))
        begun.update(place for place in places if place not in before)
        if places and places[-1].kind == "command":
            children.append(Child(pid=len(children) + 100, fork_us=at, exit_us=end, place=places[-1], foreground=True))
        at, before = end, places
    moments = ((0, Moment(levels=(), line=0, editing=False)),)
    empty = trace(Observation(spawn_us=0, prompt_us=at, moments=moments), lambda name: name)
    assert empty is not None
    return replace(empty, pieces=tuple(pieces), begun=dict(begun), children=tuple(children), looks=len(pieces))


class Measured:
    """A bench whose answers were measured before."""

    def __init__(
        self,
        *,
        parsing: dict[str, Cost] | None = None,
        completion: tuple[Cost, Cost] | None = None,
        history: tuple[Cost, Cost] | None = None,
        full: Cost | None = None,
        repository: Cost | None = None,
        keys: tuple[Cost, Cost] | None = None,
    ) -> None:
        self._parsing, self._completion, self._history = parsing or {}, completion, history
        self._repository, self._keys, self._full = repository, keys, full

    def parsing(self, files: Sequence[str]) -> dict[str, Cost]:
        return {file: self._parsing[file] for file in files if file in self._parsing}

    def completion(self) -> tuple[Cost, Cost] | None:
        return self._completion

    def history(self, lines: int) -> tuple[Cost, Cost] | None:
        assert lines
        return self._history

    def full_history(self, size: int, saved: int, options: Sequence[str]) -> Cost | None:
        assert size
        assert saved
        assert options
        return self._full

    def small_repository(self) -> Cost | None:
        return self._repository

    def input_without(self, files: Sequence[str]) -> tuple[Cost, Cost] | None:
        assert files
        return self._keys


def evidence(
    *traces: Trace,
    texts: dict[str, str] | None = None,
    told: Told | None = None,
    bench: Measured | None = None,
    compiled: dict[str, bool] | None = None,
    sizes: dict[str, int] | None = None,
    mounts: tuple[Mount, ...] = (),
    records: tuple[tuple[ProcessRecord, ...], ...] = (),
    printed: tuple[tuple[tuple[int, bytes], ...], ...] = (),
    painted: bool = False,
    **settings: object,
) -> Evidence:
    """What rules look at; the time to the prompt is that of the first session."""
    named = {name.replace("__", "."): value for name, value in settings.items()}
    known = texts or {}
    return evidence_of(
        Evidence(
            wall_ms=traces[0].us / 1000 if traces else 0.0,
            traces=traces,
            records=records or tuple(() for _ in traces),
            printed=printed or tuple(() for _ in traces),
            painted=painted,
            told=told,
            sources=Sources(
                lambda name: known[name].encode("utf-8", "surrogateescape") if name in known else None,
                lambda name: name.startswith("/h/"),
            ),
            mounts=mounts,
            compiled=compiled or {},
            sizes=sizes or {},
            bench=bench or Measured(),
            settings=load_settings(environ={}, workspace_file=None, user_file=None, overrides=named),
        )
    )


def findings(code: str, found: Evidence) -> list[Finding]:
    """What one rule says."""
    (rule,) = [rule for rule in RULES if rule.code == code]
    return list(rule.find(found))
