"""Rules on the completion system: how often it is set up, from what, and what is checked each time."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from zshforge.explain.evidence import NOTHING, Cost
from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import Edit, Fix, RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.explain.evidence import Evidence, Span
    from zshforge.explain.trace import Spot

_ALONE = re.compile(r"^\s*(?:autoload\s+(?:-\w+\s+)*compinit\s*(?:&&|;)\s*)?compinit(?:\s+-[a-zA-Z]+)*\s*$")
_PLAIN = re.compile(r"^(?P<head>\s*(?:autoload\s+(?:-\w+\s+)*compinit\s*(?:&&|;)\s*)?)compinit\s*$")
_UNDUMPED = re.compile(r"^(?P<head>.*\bcompinit\b.*?)\s+-D\b(?P<tail>.*)$")
_CALL = re.compile(r"\bcompinit\b")
_CALLED = re.compile(r"(?:^|[;&])\s*compinit(?![\w.-])")
_FPATH = re.compile(r"\bf(?:path|PATH)\b\s*\+?=|\bautoload\b.*/")


def _runs(evidence: Evidence) -> tuple[tuple[Span, ...], ...]:
    """The runs of compinit that every session has: a level that ended while it was read may look like one more."""
    every = evidence.spans(lambda place: place.kind == "function" and place.name == "compinit")
    numbered = [_numbered(found) for found in every]
    return tuple(
        tuple(span for key, span in runs.items() if all(key in others for others in numbered)) for runs in numbered
    )


def _numbered(found: Sequence[Span]) -> dict[tuple[Spot | None, int], Span]:
    """Runs by the line that called them, and the how-manyth call of that line it was."""
    seen: Counter[Spot | None] = Counter()
    numbered = {}
    for span in found:
        numbered[span.caller, seen[span.caller]] = span
        seen[span.caller] += 1
    return numbered


def _each(runs: Sequence[Sequence[Span]], index: int) -> list[list[Span]]:
    return [[found[index]] for found in runs]


def _place(evidence: Evidence, runs: Sequence[Sequence[Span]], index: int) -> Spot | None:
    """The line that calls compinit; the nearest one whose text says so."""
    caller = runs[0][index].caller
    found = evidence.sources.find(caller, _CALL) if caller else None
    return (caller[0], found[0]) if caller and found else caller


def _twice(evidence: Evidence) -> Iterator[Finding]:
    runs, read = _runs(evidence), _dump_reads(evidence)
    count = len(runs[0]) if runs else 0
    if read is not None and read != count:
        yield from _read_twice(evidence, read)
        return
    if count < 2:  # noqa: PLR2004  the first one is needed
        return
    costs = [evidence.cost_of(_each(runs, index), lambda span: span.us) for index in range(count)]
    spots = [_place(evidence, runs, index) for index in range(count)]
    yield from _more_than_one(evidence, spots, costs)


def _dump_reads(evidence: Evidence) -> int | None:
    """How often the dump was read as text, which each run does once; ``None`` when that is not known."""
    told = evidence.told
    if told is None or told.read is None or told.dump is None:
        return None
    return told.times_sourced()[told.dump] or None


def _dump(evidence: Evidence) -> str | None:
    return evidence.told.dump if evidence.told else None


def _read_twice(evidence: Evidence, count: int) -> Iterator[Finding]:
    """Runs that looks did not tell apart; what one costs was then measured apart."""
    measured = evidence.bench.completion() if count > 1 else None
    if measured is None:
        return
    own = [file for file in evidence.files() if evidence.sources.editable(file) and file != _dump(evidence)]
    calls = [(file, line) for file in own for line, _ in evidence.sources.whole(file, _CALLED)]
    spots: list[Spot | None] = [*calls] if len(calls) == count else [None] * count
    yield from _more_than_one(evidence, spots, [measured[1]] * count)


def _more_than_one(evidence: Evidence, spots: Sequence[Spot | None], costs: Sequence[Cost]) -> Iterator[Finding]:
    saving, count = sum(costs[1:], NOTHING), len(costs)
    if saving.ms < evidence.settings.number("advice.least_ms"):
        return
    yield Finding(
        code="ZF101",
        message=f"compinit runs {count} times",
        how="Call it once, after everything that adds to fpath; leave the other calls out.",
        spot=spots[-1],
        evidence=tuple(f"{_shown(spot)}: compinit, {cost.ms:.1f} ms" for spot, cost in zip(spots, costs, strict=True)),
        cost=sum(costs, NOTHING),
        saving=saving,
        count=count,
        claims=frozenset(spot for spot in spots[1:] if spot),
        fix=_without(evidence, spots),
    )


def _without(evidence: Evidence, spots: Sequence[Spot | None]) -> Fix | None:
    """The later calls are taken out where nothing between the first and the last adds to fpath, all in one file."""
    files = {spot[0] for spot in spots if spot}
    lines = [spot[1] for spot in spots if spot]
    if len(files) != 1 or len(set(lines)) != len(spots):
        return None
    (file,) = files
    text = evidence.sources.lines(file)
    between = text[min(lines) : max(lines)]
    alone = all(_ALONE.match(text[line - 1]) for line in lines[1:])
    if not alone or any(map(_FPATH.search, between)) or not evidence.sources.editable(file):
        return None
    return Fix(edits=tuple(Edit(file=file, line=line, remove=(text[line - 1],)) for line in lines[1:]))


def _shown(spot: Spot | None) -> str:
    return f"{spot[0]}:{spot[1]}" if spot else "somewhere"


def _undumped(evidence: Evidence) -> Iterator[Finding]:
    runs, told = _runs(evidence), evidence.told
    if not runs or not runs[0] or told is None or told.read is None:
        return
    if any(_writes(found) for found in runs) or _read_dump(told.dump, told.read):
        return
    measured = evidence.bench.completion()
    saving = measured[0] - measured[1] if measured else None
    if saving is None or saving.ms < evidence.settings.number("advice.least_ms"):
        return
    spot = _place(evidence, runs, 0)
    yield Finding(
        code="ZF102",
        message="compinit looks through every folder of fpath at each start, because it keeps no dump",
        how="Let compinit write and read its dump: call it without -D.",
        spot=spot,
        evidence=(f"no dump was read; without one compinit takes {measured[0].ms:.1f} ms here",) if measured else (),
        cost=evidence.cost_of(runs, lambda span: span.us),
        saving=saving,
        count=len(runs[0]),
        claims=frozenset([spot] if spot else []),
        fix=_dumped(evidence, spot),
    )


def _read_dump(dump: str | None, read: Sequence[tuple[str, str]]) -> bool:
    return any(file in {dump, f"{dump}.zwc"} for _, file in read)


def _writes(found: Sequence[Span]) -> bool:
    return any("compdump" in span.inside_us for span in found)


def _dumped(evidence: Evidence, spot: Spot | None) -> Fix | None:
    found = evidence.sources.find(spot, _UNDUMPED, 0) if spot else None
    if spot is None or found is None or not evidence.sources.editable(spot[0]):
        return None
    line, match = found
    return Fix(
        edits=(
            Edit(file=spot[0], line=line, remove=(match.string,), insert=((match["head"] + match["tail"]).rstrip(),)),
        )
    )


def _rewritten(evidence: Evidence) -> Iterator[Finding]:
    runs = _runs(evidence)
    if not runs or not runs[0] or not all(map(_writes, runs)):
        return
    measured = evidence.bench.completion()
    cost = evidence.cost_of(runs, lambda span: span.us)
    if measured is None or (cost - measured[1]).ms < evidence.settings.number("advice.least_ms"):
        return
    spot = _place(evidence, runs, 0)
    dump = _dump(evidence)
    yield Finding(
        code="ZF103",
        message=f"the completion dump ({dump or 'its place is not known'}) is written anew at every start",
        how="Find out why it never holds: it cannot be written, two settings of fpath share it, or it is removed.",
        spot=spot,
        evidence=("compdump ran in every session, also in those after the first",),
        cost=cost,
        saving=cost - measured[1],
        count=len(runs[0]),
        claims=frozenset([spot] if spot else []),
    )


def _audited(evidence: Evidence) -> Iterator[Finding]:
    runs = [found[:1] for found in _runs(evidence)]
    saving = evidence.cost_of(runs, lambda span: span.inside_us.get("compaudit", 0)) if runs else NOTHING
    if saving.ms < evidence.settings.number("advice.least_ms"):
        return
    spot = _place(evidence, runs, 0)
    yield Finding(
        code="ZF104",
        message="the folders of fpath are checked for insecure owners at every start",
        how="Check once a day: compinit when the dump is older, compinit -C when it is not (zf rule ZF104).",
        spot=spot,
        evidence=(f"compaudit, called by compinit: {saving.ms:.1f} ms",),
        cost=saving,
        saving=saving,
        count=1,
        fix=_daily(evidence, spot),
    )


def _daily(evidence: Evidence, spot: Spot | None) -> Fix | None:
    found = evidence.sources.find(spot, _PLAIN, 0) if spot else None
    if spot is None or found is None or not evidence.sources.editable(spot[0]):
        return None
    line, match = found
    insert = tuple(text for text in (match["head"].rstrip(" ;&"), *_DAILY.splitlines()) if text.strip())
    return Fix(edits=(Edit(file=spot[0], line=line, remove=(match.string,), insert=insert),))


_DAILY = """\
() { # the whole check once a day
  local checked=${ZDOTDIR:-$HOME}/.zcompdump.checked
  local -a fresh=($checked(Nmh-24))
  if (( $#fresh )); then
    compinit -C
  else
    compinit && : >| $checked
  fi
}"""


TWICE = Rule(
    page=RulePage(
        code="ZF101",
        title="compinit runs more than once",
        why="Each run reads the dump and defines every completion again; the last one alone counts.",
        evidence="More than one run of the function compinit before the prompt, the same number in every session.",
        saving="The measured time of every run but the first.",
        how="Keep one call, after everything that adds to fpath. Frameworks call it themselves: oh-my-zsh in "
        "oh-my-zsh.sh, prezto in its module completion. Plugins and tools that advise to call it need fpath alone.",
        fix="Calls that stand alone on their line are taken out, where one file has all of them and nothing between "
        "them adds to fpath.",
        silent="One run; or runs that some sessions have and others have not.",
    ),
    find=_twice,
)
UNDUMPED = Rule(
    page=RulePage(
        code="ZF102",
        title="compinit keeps no dump",
        why="Without a dump, the first line of every file in fpath is read at each start.",
        evidence="compinit ran, wrote no dump, and of the files that the start read none is its dump.",
        saving="compinit without and with a dump, on this fpath, each measured several times.",
        how="Call compinit without -D.",
        fix="-D is taken out.",
        silent="A dump was read or written, or it is not known what the start read.",
    ),
    find=_undumped,
)
REWRITTEN = Rule(
    page=RulePage(
        code="ZF103",
        title="The completion dump is written anew at every start",
        why="compinit compares the number of files in fpath, and the version of zsh, with its dump. A dump that does "
        "not agree is thrown away, and writing it takes several times as long as reading it.",
        evidence="compdump ran in every session, although earlier sessions had written the dump.",
        saving="The measured time of compinit, minus that of compinit with a valid dump on this fpath.",
        how="See that its folder can be written. Give each fpath a dump of its own (compinit -d FILE): two calls with "
        "different fpath, or two versions of zsh, throw each other's away. Remove lines that delete it at the start.",
        silent="At least one session used the dump as it was.",
    ),
    find=_rewritten,
)
AUDITED = Rule(
    page=RulePage(
        code="ZF104",
        title="Insecure folders are looked for at every start",
        why="compinit asks for the owner and the rights of every folder and file in fpath. They seldom change.",
        evidence="compaudit ran within compinit.",
        saving="The measured time of compaudit in the first run of compinit.",
        how="Check once a day. -C also takes the dump as it is, so that a new completion is noticed a day later, or "
        "after rm ~/.zcompdump. Where a framework calls compinit, the second example stands before it.",
        example=_DAILY
        + """

# where a framework calls compinit:
autoload +X -Uz compinit
functions[compinit-checked]=$functions[compinit]
compinit() {
  local checked=${ZDOTDIR:-$HOME}/.zcompdump.checked
  local -a fresh=($checked(Nmh-24))
  compinit-checked ${fresh:+-C} "$@" || return
  (( $#fresh )) || : >| $checked
}""",
        fix="A plain call that stands alone on its line becomes the first example.",
        silent="compinit -C, or a check that takes less than `advice.least_ms`.",
    ),
    find=_audited,
)

COMPLETION = (TWICE, UNDUMPED, REWRITTEN, AUDITED)
