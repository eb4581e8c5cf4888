"""Rules on the folders of PATH and fpath."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import Edit, Fix, RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.explain.evidence import Evidence
    from zshforge.explain.sources import Told
    from zshforge.explain.trace import Spot

_UNMEASURED = "one folder costs microseconds for each command or function that is looked for, not a part of the start"


def _added(told: Told) -> dict[str, tuple[str, ...]]:
    """The entries of each list that the configuration added."""
    lists = {"PATH": (told.path, told.given_path), "fpath": (told.fpath, told.given_fpath)}
    return {name: tuple(entry for entry in now if entry not in given) for name, (now, given) in lists.items()}


def _missing(evidence: Evidence) -> Iterator[Finding]:
    told = evidence.told
    if told is None:
        return
    for name, entries in _added(told).items():
        gone = tuple(dict.fromkeys(entry for entry in entries if entry in told.missing))
        if gone:
            spots = [where(evidence, name, entry) for entry in gone]
            yield Finding(
                code="ZF141",
                message=f"{name} has {len(gone)} {'folder' if len(gone) == 1 else 'folders'} that are not there: "
                + ", ".join(gone),
                how="Leave them out, or add them with the glob qualifier (N-/), which drops what is not there.",
                spot=next((spot for spot in spots if spot), None),
                evidence=tuple(
                    f"{entry}, added at {spot[0]}:{spot[1]}" if spot else f"{entry}, added by a line that is not known"
                    for entry, spot in zip(gone, spots, strict=True)
                ),
                reason=_UNMEASURED,
                count=len(gone),
            )


def where(evidence: Evidence, name: str, entry: str) -> Spot | None:
    """The line of a sourced file that adds a folder to a list: it names the list, and the folder as far as it can.

    A line with the folder's whole path comes first, then one with a variable before more or fewer of its last names.
    """
    word = re.compile(rf"\b{'f' if name == 'fpath' else '(?<!f)'}(?:path|PATH)\b")
    parts = entry.strip("/").split("/")
    tails = ["/".join(parts[index:]) for index in range(len(parts))]
    for start in (rf"(?<![\w/.~}}]){re.escape(entry)}", *(rf"(?:~|\$\w+|\}})/{re.escape(tail)}" for tail in tails)):
        pattern = re.compile(rf"{start}(?![\w/.-])")
        for file in evidence.files():
            for line, match in evidence.sources.whole(file, pattern):
                if word.search(match.string):
                    return file, line
    return None


def _repeated(evidence: Evidence) -> Iterator[Finding]:
    told = evidence.told
    if told is None:
        return
    lists = {"path": (told.path, told.given_path), "fpath": (told.fpath, told.given_fpath)}
    found = {name: _more(now, given) for name, (now, given) in lists.items()}
    names = [name for name, entries in found.items() if entries]
    if not names:
        return
    shown = [f"{name}: {entry}" for name in names for entry in found[name]]
    yield Finding(
        code="ZF142",
        message=f"{' and '.join(names)} name {len(shown)} {'folder' if len(shown) == 1 else 'folders'} more than once",
        how=f"typeset -U {' '.join(names)} keeps the first of each.",
        spot=None,
        evidence=tuple(shown),
        reason=_UNMEASURED,
        count=len(shown),
        fix=_unique(evidence, names),
    )


def _more(now: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    """What stands there more than once, and more often than before the configuration."""
    return tuple(entry for entry in dict.fromkeys(now) if now.count(entry) > max(1, given.count(entry)))


def _unique(evidence: Evidence, names: Sequence[str]) -> Fix | None:
    start = next((file for file in evidence.files() if file.endswith("/.zshrc")), None)
    if start is None or not evidence.sources.editable(start):
        return None
    return Fix(edits=(Edit(file=start, line=1, insert=(f"typeset -U {' '.join(names)}",)),))


MISSING = Rule(
    page=RulePage(
        code="ZF141",
        title="PATH or fpath has folders that are not there",
        why="Each command that is not found, and each rebuilding of the completion dump, looks into every folder.",
        evidence="An entry that the configuration added, and that is no folder.",
        saving="Not told: it is no part of the start that could be measured.",
        how="Leave the line out, or let the glob drop it.",
        example="path=(~/go/bin(N-/) ~/.cargo/bin(N-/) $path)",
        silent="Entries that were there before the configuration.",
    ),
    find=_missing,
)
REPEATED = Rule(
    page=RulePage(
        code="ZF142",
        title="PATH or fpath names a folder more than once",
        why="It is looked into again, and the list grows with each shell in a shell.",
        evidence="An entry that stands there more often than before the configuration.",
        saving="Not told: it is no part of the start that could be measured.",
        how="typeset -U path fpath, before the first line that adds to them.",
        fix="That line is put on top of .zshrc.",
        silent="Repetitions that were there before the configuration.",
    ),
    find=_repeated,
)

PLACES = (MISSING, REPEATED)
