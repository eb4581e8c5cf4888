"""Rules on what each prompt and each key waits for: git, and highlighting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.explain.rules.loading import main_files
from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.explain.evidence import Cost, Evidence
    from zshforge.explain.trace import Key

_GIT = "git"


def _is_git_of_a_prompt(key: Key) -> bool:
    """git, under a hook or the prompt's own expansion: no start file is being read."""
    places = key[0]
    inner = places[-1] if places else None
    if inner is None or inner.kind != "command" or inner.name.split(",")[0] != _GIT:
        return False
    return all(place.kind != "file" for place in places)


def _git(evidence: Evidence) -> Iterator[Finding]:
    saving = evidence.time(_is_git_of_a_prompt)
    if saving.ms < evidence.settings.number("advice.least_ms"):
        return
    keys = [key for shares in evidence.shares for key in shares if _is_git_of_a_prompt(key)]
    spot = next((key[1][-1] for key in keys if key[1]), None)
    places = {key[0][-1] for key in keys}
    count = sum(ran.count for ran in evidence.ran() if ran.place in places)
    grown = evidence.bench.small_repository()
    yield Finding(
        code="ZF161",
        message="the prompt waits for git",
        how="Let git run behind the prompt and redraw (gitstatus, zsh-async, oh-my-zsh from 2024 on); show the branch "
        "from .git/HEAD.",
        spot=spot,
        evidence=(
            f"git before the first prompt: {saving.ms:.1f} ms, again before each one that follows",
            _growth(grown),
        ),
        cost=saving,
        saving=saving,
        count=count,
        claims=frozenset([spot] if spot else []),
    )


def _growth(grown: Cost | None) -> str:
    if grown is None:
        return "how that grows with the repository is not known: sessions did not stand in a large one"
    files = "an empty repository and one with 10,000 files"
    if grown.ms <= grown.spread_ms:
        return f"between {files} no difference can be told (±{grown.spread_ms:.1f} ms)"
    return f"between {files} the prompt is {grown.ms:.1f} ms later (±{grown.spread_ms:.1f})"


def _highlighting(evidence: Evidence) -> Iterator[Finding]:
    told = evidence.told
    if told is None or not told.highlighters:
        return
    files = [file for name in told.highlighters for file in main_files(evidence, name)]
    measured = evidence.bench.input_without(files) if files else None
    if measured is None:
        return
    saving = measured[0] - measured[1]
    share = saving.ms / measured[0].ms if measured[0].ms > 0 else 0.0
    if share < evidence.settings.number("advice.input_share") or saving.ms < evidence.settings.number(
        "advice.least_ms"
    ):
        return
    yield Finding(
        code="ZF162",
        message=f"highlighting takes {100 * share:.0f} % of a key's echo",
        how="fast-syntax-highlighting does less at each key; ZSH_HIGHLIGHT_MAXLENGTH=200 leaves long lines alone.",
        spot=(files[0], 1),
        evidence=(f"a key in a line of 160 characters: {measured[0].ms:.1f} ms, without it {measured[1].ms:.1f} ms",),
        cost=saving,
        saving=saving,
        metric="input",
        count=1,
    )


GIT = Rule(
    page=RulePage(
        code="ZF161",
        title="The prompt waits for git",
        why="git looks at every file that it knows, before each prompt: a large repository makes each command slow.",
        evidence="git ran under a hook or within the prompt, and the shell waited for it.",
        saving="The measured wait before the first prompt; the same waits stand before each one that follows.",
        how="Show the branch, which lies in .git/HEAD, at once, and the rest when git has answered.",
        example="""\
# the branch alone, without a process
local head; { read -r head < .git/HEAD } 2>/dev/null && print -r -- ${head#ref: refs/heads/}""",
        silent="git that start files run (ZF134, or no rule), and git that runs behind the prompt.",
    ),
    find=_git,
)
HIGHLIGHTING = Rule(
    page=RulePage(
        code="ZF162",
        title="Highlighting dominates the echo of a key",
        why="A highlighter parses the whole line again at each key.",
        evidence="A highlighter is loaded, and its share of a key's echo in a long line is at least "
        "`advice.input_share`, measured with and without its files.",
        saving="A key's echo with it, minus without it; it is no part of the start.",
        how="Take a faster highlighter, or let it leave long lines alone.",
        example="ZSH_HIGHLIGHT_MAXLENGTH=200",
        silent="No highlighter, a smaller share, or keys that could not be measured.",
    ),
    find=_highlighting,
)

PROMPT = (GIT, HIGHLIGHTING)
