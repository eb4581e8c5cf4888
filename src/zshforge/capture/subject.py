"""One configuration under measurement: its home, its environment, how it is observed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from zshforge.capture.clock import clock_offset_us
from zshforge.capture.exit_time import exit_ms
from zshforge.capture.lifecycle import foreign_story, native_story
from zshforge.capture.limits import copy_limits
from zshforge.capture.plan import SessionPlan
from zshforge.capture.sample import make_sample
from zshforge.capture.session import observe
from zshforge.model.errors import ZfError
from zshforge.model.sample import LATENCY_NAMES
from zshforge.model.settings import Settings
from zshforge.shell.bundle import build_bundle
from zshforge.shell.elf import dynamic_symbols
from zshforge.shell.environment import Terminal, session_environment
from zshforge.shell.frameworks import Framework, recognise
from zshforge.shell.home import prepare
from zshforge.shell.zsh import Zsh

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.capture.observation import Observation
    from zshforge.capture.sample import Origin
    from zshforge.model.sample import Sample
    from zshforge.shell.config import Config

    Keep = Callable[[Origin, Observation], str | None]

#: What a configuration must name in its .zshenv to get a descriptor for markers.
_MARKS_ITSELF = "ZF_MARK_FD"
_STEP_US = 1000  # a clock that moved this much against the monotonic one was stepped


class Surroundings(Struct, frozen=True, kw_only=True):
    """What all configurations of one plan share."""

    settings: Settings
    zsh: Zsh
    user: str
    scratch: Path
    folder: Path
    """Where the shells stand."""
    prefix: str
    extra: dict[str, str] = {}
    asked: tuple[str, ...] = LATENCY_NAMES
    """Latencies that are measured."""
    apart: bool = True
    """Phases that are looked for get a session of their own."""


class Subject:
    """A configuration in a throw-away home.

    Args:
        config: What to measure.
        surroundings: What it shares with others.
        scratch: Its own folder; made here.
    """

    def __init__(self, config: Config, surroundings: Surroundings, scratch: Path) -> None:
        self.config = config
        self.notes: list[str] = []
        self._surroundings = surroundings
        settings = surroundings.settings
        scratch.mkdir()
        self._control = scratch / "control"
        (scratch / "place").mkdir()
        self._control.mkdir()
        self.home = prepare(config, scratch / "place", copy_limits(settings), self._build)
        self.native = _marks_itself(self.home.zdotdir or self.home.home)
        self.framework = Framework(name="none", plugins=())
        self._labels = settings.words("capture.required_labels")
        self._sourced: dict[str, None] = {}
        self._looks_needed = False  # a prompt that the screen alone does not tell
        dynamic_symbols(str(surroundings.zsh.path), ("funcstack", "zleactive"))  # not while a session is timed

    def _build(self, folder: Path) -> None:
        search = self._surroundings.settings.text("capture.path")
        try:
            build_bundle(folder, zsh=str(self._surroundings.zsh.path), search=search, settled=True)
        except ZfError as error:
            self.notes.append(f"{self.config.label} runs from its files: {error.what}")

    def plan(self, *, context: str = "warm", light: bool = False, probe: bool = True) -> SessionPlan:
        """How one session of it runs; without the probe neither markers nor looks are taken."""
        around, settings = self._surroundings, self._surroundings.settings
        columns, rows = settings.integer("capture.columns"), settings.integer("capture.rows")
        environment = session_environment(
            home=self.home.home,
            zdotdir=self.home.zdotdir,
            tmp=self.home.tmp,
            zsh_path=str(around.zsh.path),
            search_path=settings.text("capture.path"),
            user=around.user,
            host=f"{around.prefix}host",
            terminal=Terminal(
                term=settings.text("capture.term"), locale=settings.text("capture.locale"), columns=columns, rows=rows
            ),
            extra=around.extra,
        )
        return SessionPlan(
            zsh=str(around.zsh.path),
            environment=environment,
            folder=around.folder,
            control=self._control,
            prefix=around.prefix,
            login=settings.flag("capture.login"),
            columns=columns,
            rows=rows,
            native=self.native and probe,
            watch=probe and not self.native,
            light=light,
            asked=around.asked,
            watch_period_us=settings.integer("capture.watch_period_us"),
            look_share=settings.number("capture.look_share"),
            prompt_deadline_s=settings.number("capture.prompt_deadline_s"),
            session_deadline_s=settings.number("capture.session_deadline_s"),
            settle_ms=settings.number("capture.settle_ms"),
            settle_max_ms=settings.number("capture.settle_max_ms"),
            prompt_grace_ms=settings.number("capture.prompt_grace_ms"),
            adaptive_wait_share=settings.number("capture.adaptive_wait_share"),
            adaptive_wait_ms=settings.number("capture.adaptive_wait_ms"),
            input_repeats=settings.integer("capture.input_repeats"),
            command_window_ms=settings.number("capture.command_window_ms"),
            command_max_prompts=settings.integer("capture.command_max_prompts"),
            keep_bytes=settings.integer("capture.recording_kb") * 1024,
            extra={"PERF_SAMPLE_CONTEXT": context} if self.native and probe else {},
        )

    def sample(self, origin: Origin, keep: Keep, fresh: Callable[[], None]) -> Sample:
        """One session, or two where the phases can only be told by looking; and what they yield.

        Args:
            origin: Its place in the plan.
            keep: Keeps the recording of a session.
            fresh: Called before each session.

        Raises:
            SessionFailed: A session did not get to the first command.
        """
        looked, seen = self._sessions(origin.state, fresh)
        if self.native:
            self.framework = Framework(name="zshforge", plugins=())
            story = native_story(looked, self._labels)
        else:
            self._recognise(looked)
            story = foreign_story(looked, self.framework, self._labels)
        return make_sample(
            seen,
            story,
            origin,
            exit_ms=exit_ms(self.plan()) if "exit_ms" in self._surroundings.asked else None,
            recording=keep(origin, seen),
            looked=None if looked is seen else looked,
        )

    def _sessions(self, state: str, fresh: Callable[[], None]) -> tuple[Observation, Observation]:
        """What the phases, and what the latencies are taken from; looking comes first, because it explains failures."""
        plan = self.plan(context=state)
        if plan.watch and self._surroundings.apart and not self._looks_needed:
            looked = _observe(msgspec.structs.replace(plan, light=True), fresh)
            seen = _observe(self.plan(context=state, probe=False), fresh)
            if seen.prompt_us is not None:
                return looked, seen
            self._looks_needed = True
        both = _observe(plan, fresh)
        return both, both

    def _recognise(self, seen: Observation) -> None:
        """The framework, by all files that any session was seen to source."""
        files = [frame.name for _, look in seen.looks for frame in look.frames if frame.kind == "source"]
        own = (self._surroundings.folder, self._control, Path(__file__).parent)
        self._sourced |= dict.fromkeys(
            f for f in files if f != "./s" and not any(Path(f).is_relative_to(o) for o in own)
        )
        boundaries = self._surroundings.settings.boundaries
        self.framework = recognise(list(self._sourced), boundaries=boundaries or None)


def _observe(plan: SessionPlan, fresh: Callable[[], None]) -> Observation:
    fresh()
    offset = clock_offset_us()
    seen = observe(plan)
    if abs(clock_offset_us() - offset) > _STEP_US:
        return msgspec.structs.replace(seen, flags=(*seen.flags, "clock_stepped"))
    return seen


def _marks_itself(start_files: Path) -> bool:
    try:
        return _MARKS_ITSELF in (start_files / ".zshenv").read_text(errors="replace")
    except OSError:
        return False
