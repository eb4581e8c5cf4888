"""Rules on the terminal: output before the prompt, questions that wait for an answer, locales."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from zshforge.explain.evidence import NOTHING
from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.explain.evidence import Cost, Evidence
    from zshforge.explain.trace import Key, Piece, Spot, Trace

#: Sequences that a terminal answers: device attributes, positions and states, version, modes, colours, capabilities.
_ASKS = re.compile(
    rb"\x1b\[[>=]?0?c|\x1b\[\??[56]n|\x1b\[>0?q|\x1b\[\??\d+\$p|\x1b\[1[48]t|\x1b\](?:4;\d+|1\d);\?|\x1bP\+q|\x1b\[\?u"
)
_UNSEEN = re.compile(
    rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\|\x1b\[[0-?]*[ -/]*[@-~]"
    rb"|\x1b[ -/]*[0-~]|[\x00-\x20\x7f]"
)
_SHOWN = 40  # characters of the output
_ASSIGNS = re.compile(
    r"(?:^|[;&|{])\s*(?:(?:export|typeset|local)\s+(?:-\w+\s+)?)?(?:LANG|LANGUAGE|LC_[A-Z]+)=(?:\$\([^)]*\)|[^\s;(])*\s*"
    r"(?:$|[;&|}#]|(?:LANG|LANGUAGE|LC_[A-Z]+)=)"
)
_LOCALES = {"locale", "localectl"}
_PRINTS = re.compile(r"(?:^|[\s;&|({])(?:print|printf|echo|cat)\s")


def _moments(evidence: Evidence) -> Iterator[tuple[int, Piece, bytes]]:
    """Everything that was printed while start files ran: in which session, who was running, and the text."""
    for number, (one, printed) in enumerate(zip(evidence.traces, evidence.printed, strict=True)):
        begins = [piece.start_us for piece in one.pieces]
        for us, data in printed:
            index = bisect_right(begins, us) - 1
            if index >= 0 and _seen_late(evidence, one, index, us):
                index += 1
            if index >= 0 and us < one.end_us and one.pieces[index].spots and _in_file(one.pieces[index]):
                yield number, one.pieces[index], data


def _seen_late(evidence: Evidence, one: Trace, index: int, us: int) -> bool:
    """Whether what was printed then belongs to the next piece: it may have begun since the last look.

    The line with a word that prints is the one; of two such lines the one that was seen nearer to the moment.
    """
    if index + 1 == len(one.pieces):
        return False
    before, behind = one.pieces[index : index + 2]
    since_us = behind.start_us - one.unseen_us(index + 1)
    if us < since_us or not _prints(evidence, behind):
        return False
    return not _prints(evidence, before) or behind.start_us - us < us - since_us


def _prints(evidence: Evidence, piece: Piece) -> bool:
    return bool(piece.spots) and evidence.sources.find(piece.spots[-1], _PRINTS, 0) is not None


def _in_file(piece: Piece) -> bool:
    return bool(piece.places) and piece.places[0].kind == "file"


def _by_line(evidence: Evidence, wanted: re.Pattern[bytes] | None) -> dict[Spot, list[bytes]]:
    """What each line printed in most sessions, or of that what a pattern finds; a late look may name another line."""
    found: dict[Spot, list[bytes]] = {}
    sessions: dict[Spot, set[int]] = {}
    for number, piece, data in _moments(evidence):
        texts = wanted.findall(data) if wanted else [text for text in [_UNSEEN.sub(b"", data)] if text]
        if texts:
            spot = piece.spots[-1]
            found.setdefault(spot, []).extend([data] if wanted is None else texts)
            sessions.setdefault(spot, set()).add(number)
    return {spot: texts for spot, texts in found.items() if 2 * len(sessions[spot]) > len(evidence.traces)}


def _output(evidence: Evidence) -> Iterator[Finding]:
    if evidence.painted:
        return  # the prompt itself is among what is printed
    found = _by_line(evidence, None)
    if not found:
        return
    costs = {spot: evidence.own(spot) for spot in found}
    first = max(found, key=lambda spot: costs[spot].ms)
    yield Finding(
        code="ZF151",
        message=f"{len(found)} {'line prints' if len(found) == 1 else 'lines print'} before the prompt",
        how="Print nothing in start files: it pushes the prompt down, breaks a prompt that is painted early, and "
        "confuses programs that start a shell. Print on request, or once a day.",
        spot=first,
        evidence=tuple(f"{spot[0]}:{spot[1]} prints {_text(texts[0])}" for spot, texts in found.items()),
        cost=sum(costs.values(), NOTHING),
        saving=_worth(evidence, sum(costs.values(), NOTHING)),
        reason="the lines that print take less than can be told",
        count=len(found),
        claims=frozenset(found),
        always=True,
    )


def _worth(evidence: Evidence, saving: Cost) -> Cost | None:
    return saving if saving.ms >= evidence.settings.number("advice.least_ms") else None


def _text(data: bytes) -> str:
    shown = " ".join(re.sub(rb"\x1b\[[0-?]*[ -/]*[@-~]", b"", data).decode("utf-8", "replace").split())
    return f'"{shown[:_SHOWN]}{"…" if len(shown) > _SHOWN else ""}"'


def _questions(evidence: Evidence) -> Iterator[Finding]:
    for spot, texts in _by_line(evidence, _ASKS).items():
        cost = evidence.own(spot)
        yield Finding(
            code="ZF152",
            message="the terminal is asked a question before the prompt",
            how="Ask later, or not at all: take the answer from TERM, COLORTERM or a setting.",
            spot=spot,
            evidence=(
                f"{spot[0]}:{spot[1]} sends {_question(texts[0])} and takes {cost.ms:.1f} ms",
                "over a network the answer takes a way there and back, and some terminals give none",
            ),
            cost=cost,
            saving=_worth(evidence, cost),
            reason="the terminal of the measurement answers at once",
            count=max(1, len(texts) // len(evidence.traces)),
            claims=frozenset([spot]),
            always=True,
        )


def _question(data: bytes) -> str:
    return data.decode("latin-1").replace("\x1b", r"\e").replace("\x07", r"\a")


def _locales(evidence: Evidence) -> Iterator[Finding]:
    found = {
        spot: evidence.time(lambda key, spot=spot: _alone(key, spot))  # type: ignore[misc]
        for spot, _ in evidence.lines()
        if evidence.sources.find(spot, _ASSIGNS, 0)
    }
    for ran in evidence.ran():
        if ran.place.name in _LOCALES and ran.spot:
            found[ran.spot] = found.get(ran.spot, NOTHING) + ran.waited
    saving = sum(found.values(), NOTHING)
    if saving.ms < evidence.settings.number("advice.least_ms"):
        return
    yield Finding(
        code="ZF153",
        message=f"{len(found)} {'line sets' if len(found) == 1 else 'lines set'} up the locale again",
        how="Set LANG once, where the terminal or the login is set up; every assignment in zsh loads the locale.",
        spot=max(found, key=lambda spot: found[spot].ms),
        evidence=tuple(f"{spot[0]}:{spot[1]} takes {cost.ms:.1f} ms" for spot, cost in found.items()),
        cost=saving,
        saving=saving,
        count=len(found),
        claims=frozenset(found),
    )


def _alone(key: Key, spot: Spot) -> bool:
    """The line itself, without what it waits for."""
    return bool(key[1]) and key[1][-1] == spot and key[0][-1].kind != "command"


OUTPUT = Rule(
    page=RulePage(
        code="ZF151",
        title="Start files print",
        why="A terminal has to show it, it breaks a prompt that is painted early, and scp and editors choke on it.",
        evidence="Characters that can be seen reached the terminal while start files ran, from the same line in most "
        "sessions.",
        saving="The measured time of the lines that print.",
        how="Leave it out, or print it when asked for.",
        silent="Sequences that show nothing (titles, marks, modes), and a prompt that is painted early by the "
        "configuration itself.",
    ),
    find=_output,
)
QUESTION = Rule(
    page=RulePage(
        code="ZF152",
        title="The terminal is asked a question",
        why="The shell waits for the answer: a way there and back for each question, and for ever where none comes.",
        evidence="A sequence that terminals answer reached the terminal while start files ran, in most sessions.",
        saving="The measured time of the line, with a terminal that answers at once; over a network it is more.",
        how="Take it from TERM or COLORTERM, or ask after the prompt.",
        silent="Sequences that no terminal answers.",
    ),
    find=_questions,
)
LOCALE = Rule(
    page=RulePage(
        code="ZF153",
        title="The locale is set up again",
        why="zsh loads the locale at each assignment to LANG or LC_…; the program locale reads all of them.",
        evidence="Lines that assign them, or run locale, and take time.",
        saving="The measured time of these lines.",
        how="Set LANG once, in the environment that starts the shell, and no LC_ALL.",
        silent="They take less than `advice.least_ms` together.",
    ),
    find=_locales,
)

SCREEN = (OUTPUT, QUESTION, LOCALE)
