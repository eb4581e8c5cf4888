"""Rules on histories: long ones, and lists that are gone through for each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.explain.evidence import Evidence

_EXPIRES = "hist_expire_dups_first"


def _long(evidence: Evidence) -> Iterator[Finding]:
    told, lines = evidence.told, evidence.settings.integer("advice.history_lines")
    if told is None or told.histfile is None or (told.history_lines or 0) <= lines:
        return
    measured = evidence.bench.history(lines)
    if measured is None or (measured[0] - measured[1]).ms < evidence.settings.number("advice.least_ms"):
        return
    yield Finding(
        code="ZF144",
        message=f"{told.histfile} has {told.history_lines:,} lines, which every start reads",
        how=f"Keep what is younger in it: HISTSIZE={lines} and SAVEHIST={lines}; move the rest to a file of its own.",
        spot=(told.histfile, 1),
        evidence=(f"reading it takes {measured[0].ms:.1f} ms, its last {lines:,} lines {measured[1].ms:.1f} ms",),
        cost=measured[0],
        saving=measured[0] - measured[1],
        count=1,
    )


def _full(evidence: Evidence) -> Iterator[Finding]:
    told = evidence.told
    if told is None or told.histfile is None or told.history_size is None or _EXPIRES not in told.history_options:
        return
    if (told.history_lines or 0) <= told.history_size:
        return
    saving = evidence.bench.full_history(told.history_size, told.history_saved, told.history_options)
    if saving is None or saving.ms < evidence.settings.number("advice.least_ms"):
        return
    yield Finding(
        code="ZF145",
        message=f"{told.histfile} has more than the {told.history_size:,} lines that HISTSIZE keeps, and for each of "
        f"the others {_EXPIRES} goes through the list",
        how=f"Set HISTSIZE to a fifth more than SAVEHIST, or `unsetopt {_EXPIRES}`, which has nothing to do in a list "
        "without duplicates (hist_ignore_all_dups).",
        spot=(told.histfile, 1),
        evidence=(
            f"{told.history_lines or 0:,} lines in the file, HISTSIZE={told.history_size}",
            f"set: {', '.join(told.history_options)}",
        ),
        cost=saving,
        saving=saving,
        count=1,
    )


LONG = Rule(
    page=RulePage(
        code="ZF144",
        title="A long history is read at every start",
        why="zsh reads the whole file, whatever HISTSIZE keeps of it.",
        evidence="A history file with more than `advice.history_lines` lines, that takes longer than so many lines do.",
        saving="Reading all of it, minus reading its last `advice.history_lines` lines, each measured several times.",
        how="Keep the younger part; search the rest with grep.",
        silent="A shorter history, and one that cannot be read.",
    ),
    find=_long,
)
FULL = Rule(
    page=RulePage(
        code="ZF145",
        title="A full history is gone through for each line",
        why="With hist_expire_dups_first zsh looks for a duplicate among as many lines as SAVEHIST says whenever a "
        "line is added to a full list: also for each line of the file that is beyond HISTSIZE, at every start, and for "
        "each command later.",
        evidence="The option is on, and the history file has more lines than HISTSIZE.",
        saving="Reading some lines more than the list keeps, with the option and without it, each measured "
        "several times, for all lines that are too many.",
        how="Make HISTSIZE larger than the file can become: a fifth more than SAVEHIST, as zsh's manual asks for.",
        silent="A file that fits, and an option that costs next to nothing, because a duplicate is found at once.",
    ),
    find=_full,
)

HISTORIES = (LONG, FULL)
