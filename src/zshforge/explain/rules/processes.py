"""Rules on processes that the prompt waits for: what zsh does itself, and sleeping."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zshforge.explain.evidence import NOTHING
from zshforge.explain.rules.own_work import ALONE, ASKED, INSTEAD, exactly
from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import Edit, Fix, RulePage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zshforge.explain.evidence import Cost, Evidence, Ran
    from zshforge.explain.trace import Spot

_OF_ZSH = re.compile(r"/zsh/(?:[\d.]+/)?functions/")  # what comes with zsh is not the user's to change
_SHOWN = 8  # lines of evidence
_NAMES = re.compile(r",\s*")
_SLEEPS = re.compile(r"\bzselect\s+(?:-\w+\s+)*-t\s*\d|\bsleep\s+[\d.$]|\bread\b[^#|]*\s-t\s*[\d.$]+\s*<>")
_SLEEP = "sleep"


def _replaceable(evidence: Evidence, ran: Ran) -> tuple[Spot, str] | None:
    """The line of a program that zsh can do without, and what it has instead."""
    names = _NAMES.split(ran.place.name)
    if ran.spot is None or _OF_ZSH.search(ran.spot[0]):
        return None
    for program, words, instead in ASKED:
        found = evidence.sources.find(ran.spot, words) if names[0] == program else None
        if found:
            return (ran.spot[0], found[0]), f"{found[1][0]}: {instead}"
    if not all(name in INSTEAD for name in names) or any(map(_alone(evidence, ran.spot), names)):
        return None
    word = re.compile(rf"(?<![\w./-]){re.escape(names[0])}(?![\w-])|/{re.escape(names[0])}(?![\w-])")
    found = evidence.sources.find(ran.spot, word)
    return ((ran.spot[0], found[0]), f"{names[0]}: {INSTEAD[names[0]]}") if found else None


def _alone(evidence: Evidence, spot: Spot) -> Callable[[str], bool]:
    """Whether the line wants of a program what it alone can tell or do."""
    return lambda name: name in ALONE and evidence.sources.find(spot, ALONE[name]) is not None


def _forks(evidence: Evidence) -> Iterator[Finding]:
    by_file: dict[str, dict[Spot, list[tuple[Ran, str]]]] = {}
    for ran in evidence.ran():
        found = _replaceable(evidence, ran)
        if found:
            by_file.setdefault(found[0][0], {}).setdefault(found[0], []).append((ran, found[1]))
    everything = evidence.ran()
    for file, spots in by_file.items():
        costs = {spot: _line(evidence, spot, [ran for ran, _ in one], everything) for spot, one in spots.items()}
        saving = sum(costs.values(), NOTHING)
        if saving.ms < evidence.settings.number("advice.least_ms"):
            continue
        count = sum(ran.count for one in spots.values() for ran, _ in one)
        ordered = sorted(spots, key=lambda spot: -costs[spot].ms)
        yield Finding(
            code="ZF131",
            message=f"{file} starts {count} {'process' if count == 1 else 'processes'} for what zsh does itself",
            how="Use what zsh has: see each line.",
            spot=min(ordered),
            evidence=tuple(
                f"line {spot[1]}, {costs[spot].ms:.1f} ms: "
                + "; ".join(dict.fromkeys(words for _, words in spots[spot]))
                for spot in ordered[:_SHOWN]
            ),
            cost=saving,
            saving=saving,
            count=count,
            claims=frozenset(spots),
            fix=_exact(evidence, ordered),
        )


def _words(ran: list[tuple[Ran, str]]) -> str:
    return "; ".join(dict.fromkeys(words for _, words in ran))


def _line(evidence: Evidence, spot: Spot, replaced: list[Ran], everything: tuple[Ran, ...]) -> Cost:
    """The whole line where all its processes go; else the waits for those that do."""
    places = {ran.place for ran in replaced}
    if all(ran.place in places for ran in everything if ran.spot == spot):
        own = evidence.own(spot)
        if own.ms:
            return own
    return sum((ran.waited for ran in replaced), NOTHING)


def _exact(evidence: Evidence, spots: list[Spot]) -> Fix | None:
    edits = []
    for file, line in sorted(spots):
        text = evidence.sources.lines(file)[line - 1]
        new = exactly(text) if evidence.sources.editable(file) else None
        if new is not None:
            edits.append(Edit(file=file, line=line, remove=(text,), insert=(new,)))
    return Fix(edits=tuple(edits)) if edits else None


def _sleeping(evidence: Evidence) -> Iterator[Finding]:
    least = evidence.settings.number("advice.least_ms")
    found: dict[Spot, Cost] = {}
    for ran in (ran for ran in evidence.ran() if ran.place.name == _SLEEP and ran.waited.ms >= least):
        place = evidence.sources.find(ran.spot, _SLEEPS) if ran.spot else None
        if ran.spot and place:
            found[ran.spot[0], place[0]] = ran.waited
        else:
            yield _slept(evidence, ran.spot, ran.waited)
    slow = ((spot, cost) for spot, cost in evidence.lines() if cost.ms >= least)
    found |= {spot: cost for spot, cost in slow if evidence.sources.find(spot, _SLEEPS, 0)}
    yield from (_slept(evidence, spot, cost) for spot, cost in sorted(found.items(), key=lambda item: -item[1].ms))


def _slept(evidence: Evidence, spot: Spot | None, cost: Cost) -> Finding:
    text = evidence.sources.find(spot, _SLEEPS, 0) if spot else None
    return Finding(
        code="ZF133",
        message=f"the start sleeps: {text[1].string.strip()[:60] if text else _SLEEP}",
        how="Wait for what is needed, not for a time; or do it after the prompt.",
        spot=spot,
        evidence=(f"{f'{spot[0]}:{spot[1]}' if spot else 'a line that is not known'} takes {cost.ms:.1f} ms",),
        cost=cost,
        saving=cost,
        count=1,
        claims=frozenset([spot] if spot else []),
    )


FORKS = Rule(
    page=RulePage(
        code="ZF131",
        title="Processes for what zsh does itself",
        why="A process costs about a millisecond, the program in it more; an expansion costs microseconds.",
        evidence="A program that the shell waited for before the prompt, whose line names it.",
        saving="The measured time of the line, where every process of it can go; else the measured waits.",
        how="Replace it: " + "; ".join(f"{name} by {instead}" for name, instead in list(INSTEAD.items())[:14]) + ".",
        example="""\
now=$EPOCHSECONDS                 # date +%s, with zmodload zsh/datetime
name=${file:t}                    # basename $file
[[ $OSTYPE == darwin* ]]          # uname
(( $+commands[brew] ))            # which brew
first=${line%%:*}                 # cut -d: -f1
text=$(<file)                     # cat file""",
        fix="$(whoami), $(hostname), $(id -u), $(id -g), $(id -un), $(tty) become the parameter of the same value, "
        "and $(cat FILE) becomes $(<FILE).",
        silent="Programs that zsh has nothing for, and processes whose line is not known.",
    ),
    find=_forks,
)
SLEEPING = Rule(
    page=RulePage(
        code="ZF133",
        title="The start sleeps",
        why="Nothing happens meanwhile, and the prompt waits.",
        evidence="A process sleep that the shell waited for, or a line with zselect -t or read -t … <>.",
        saving="The measured time of the line.",
        how="Wait for the thing itself (a file, a process), or move the line behind the prompt.",
        silent="It sleeps in the background (&, &!).",
    ),
    find=_sleeping,
)

PROCESSES = (FORKS, SLEEPING)
