"""Measures what a finding needs besides the sessions: in a zsh of its own, or in a few sessions more."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from zshforge.capture.repository import make_repository
from zshforge.capture.session import observe
from zshforge.capture.subject import Subject
from zshforge.explain.evidence import Cost
from zshforge.explain.origins import Origins
from zshforge.explain.passes import plan_for, to_end_ms
from zshforge.explain.stub import empty
from zshforge.model.errors import ZfError
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.capture.observation import Observation
    from zshforge.capture.plan import SessionPlan
    from zshforge.explain.explain import Facts
    from zshforge.explain.sources import Told

_PATIENCE_S = 60
# Each file becomes the body of a function: that parses it, and runs nothing.
_PARSE = r"""
zmodload zsh/parameter zsh/mapfile zsh/datetime || exit 4
local rounds=$1 file text; shift
integer round
for round in {1..$rounds}; do
  for file in "$@"; do
    text=$mapfile[$file]
    float begin=$EPOCHREALTIME
    functions[-zf-parsed]=$text
    float end=$EPOCHREALTIME
    (( $+functions[-zf-parsed] )) && print -rN -- $file $(( (end - begin) * 1000 ))
    unfunction -- -zf-parsed 2>/dev/null
  done 2>/dev/null
done
"""
_COMPINIT = r"""
zmodload zsh/datetime || exit 4
fpath=("${(@s:|:)2}")
autoload -Uz compinit
float begin=$EPOCHREALTIME
compinit $=1
float end=$EPOCHREALTIME
print -rN -- ms $(( (end - begin) * 1000 ))
"""
_HISTORY = r"""
zmodload zsh/datetime || exit 4
HISTSIZE=1000000000 SAVEHIST=0
float begin=$EPOCHREALTIME
fc -R $1
float end=$EPOCHREALTIME
print -rN -- ms $(( (end - begin) * 1000 ))
"""
_FULL_HISTORY = _HISTORY.replace("HISTSIZE=1000000000 SAVEHIST=0", "HISTSIZE=$2 SAVEHIST=$3; [[ -z $4 ]] || setopt $=4")
_STEPS = 50_000_000
"""Entries of the list that are gone through to see what a line costs: a third of a second, at 6 ns each."""


class Trials:
    """The bench of the rules (:class:`zshforge.explain.evidence.Bench`).

    Args:
        facts: The sessions, and the copy that they ran in.
        told: What the shell said of itself.
    """

    def __init__(self, facts: Facts, told: Told | None) -> None:
        self._facts, self._told = facts, told
        self._plan = plan_for(facts.subject, facts.settings, None)
        self._rounds = facts.settings.integer("advice.rounds")
        self._folder = facts.subject.home.tmp / "zf-trials"
        self._folder.mkdir(exist_ok=True)

    def _zsh(self, script: str, *arguments: str) -> list[tuple[str, float]]:
        """Pairs that a script prints; none when it fails."""
        words = [self._plan.zsh, "-fc", script, "zf", *arguments]
        try:
            done = subprocess.run(
                words,
                env=self._plan.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return []
        texts = [os.fsdecode(text) for text in done.stdout.split(b"\0")]
        return [(name, float(value)) for name, value in zip(texts[0::2], texts[1::2], strict=False)]

    def _place(self, file: str) -> Path:
        return self._facts.origins.copied(file) or Path(file)

    def parsing(self, files: Sequence[str]) -> dict[str, Cost]:
        """The time that zsh takes to read the text of each file."""
        places = {str(self._place(file)): file for file in files}
        values: dict[str, list[float]] = {}
        for place, ms in self._zsh(_PARSE, str(self._rounds), *places):
            values.setdefault(places[place], []).append(ms)
        return {file: cost for file, each in values.items() if (cost := _cost(each)) is not None}

    def completion(self) -> tuple[Cost, Cost] | None:
        """``compinit`` on this ``fpath``: without a dump, and with a valid one."""
        if self._told is None:
            return None
        folders = "|".join(str(self._place(folder)) for folder in self._told.fpath)
        dump = f"-u -d {self._folder / 'dump'}"
        self._zsh(_COMPINIT, dump, folders)
        without, with_it = (
            [ms for _ in range(self._rounds) for _, ms in self._zsh(_COMPINIT, options, folders)]
            for options in ("-u -D", dump)
        )
        whole, short = _cost(without), _cost(with_it)
        return (whole, short) if whole and short else None

    def history(self, lines: int) -> tuple[Cost, Cost] | None:
        """Reading the history file, and so many lines of it."""
        if self._told is None or self._told.histfile is None:
            return None
        file, part = self._place(self._told.histfile), self._folder / "part"
        try:
            part.write_bytes(b"\n".join(file.read_bytes().split(b"\n")[-lines - 1 :]))
        except OSError:
            return None
        whole, short = (
            _cost([ms for _ in range(self._rounds) for _, ms in self._zsh(_HISTORY, str(place))])
            for place in (file, part)
        )
        return (whole, short) if whole and short else None

    def full_history(self, size: int, saved: int, options: Sequence[str]) -> Cost | None:
        """What ``hist_expire_dups_first`` costs while the file is read into a list of that size."""
        if self._told is None or self._told.histfile is None:
            return None
        part = self._folder / "full"
        try:
            entries = re.split(rb"(?<!\\)\n", self._place(self._told.histfile).read_bytes())[:-1]
            tried = min(max(1, _STEPS // max(size, 1)), len(entries) - size)
            if tried <= 0:
                return None  # lines of one entry
            part.write_bytes(b"\n".join([*entries[-size - tried :], b""]))
        except OSError:
            return None
        less = [option for option in options if option != "hist_expire_dups_first"]
        words = [" ".join(each) for each in (options, less)]
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(self._rounds):
            for option, values in zip(words, times, strict=True):
                values.extend(ms for _, ms in self._zsh(_FULL_HISTORY, str(part), str(size), str(saved), option))
        whole, short = map(_cost, times)
        if whole is None or short is None:
            return None
        one, all_of_them = whole - short, (len(entries) - size) / tried
        return Cost(one.ms * all_of_them, one.spread_ms * all_of_them)

    def small_repository(self) -> Cost | None:
        """How much earlier the prompt is there in an empty repository than in the one of the sessions."""
        if self._facts.settings.text("capture.repository") != "large":
            return None
        folder = self._folder / self._plan.folder.name
        if not folder.exists():
            search = self._facts.settings.text("capture.path")
            make_repository(folder, "empty", self._plan.token("branch"), path=search)
        small = msgspec.structs.replace(self._plan, folder=folder)
        until = self._facts.passes.until
        pairs = [[to_end_ms(self._light(plan), until) for plan in (self._plan, small)] for _ in range(self._rounds)]
        return _cost([one - other for one, other in pairs if one is not None and other is not None])

    @staticmethod
    def _light(plan: SessionPlan) -> Observation:
        return observe(plan)

    def input_without(self, files: Sequence[str]) -> tuple[Cost, Cost] | None:
        """A key's echo as it is, and without some files."""
        facts = self._facts
        scratch = facts.subject.home.tmp.parent / "without"
        part = Subject(facts.subject.config, facts.surroundings, scratch)
        try:
            origins = Origins(part.config, part.home)
            there = [file for file in files if (copy := origins.copied(file)) is not None and copy.is_file()]
            if not there:
                return None  # what the configuration itself makes in a cache, it would make again
            empty(there, None, origins, facts.surroundings.scratch, self._plan.zsh)
            plans = [subject.plan(light=False, probe=False) for subject in (facts.subject, part)]
            for plan in plans:
                observe(plan)  # warms up
            each: tuple[list[float], list[float]] = ([], [])
            for _ in range(self._rounds):
                for plan, values in zip(plans, each, strict=True):
                    keys = observe(plan).input_us
                    values.extend([min(keys) / 1000] if keys else [])
        except ZfError:
            return None
        finally:
            part.home.remove()
            shutil.rmtree(scratch, ignore_errors=True)
        whole, less = map(_cost, each)
        return (whole, less) if whole and less else None


def _cost(values: Sequence[float]) -> Cost | None:
    """The median, and half the range between the quartiles' ends as far as so few values have them."""
    middle = median(values)
    if middle is None:
        return None
    ordered = sorted(values)
    kept = ordered[1:-1] if len(ordered) > 4 else ordered  # noqa: PLR2004  one disturbed value on each side
    return Cost(middle, (kept[-1] - kept[0]) / 2)
