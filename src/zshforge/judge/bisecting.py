"""Finds the commit, then the lines, that made a configuration slower: every step is a comparison of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.capture.stage import standing
from zshforge.judge.comparing import compare
from zshforge.judge.piece_versions import PieceVersions
from zshforge.judge.pieces import pieces_of
from zshforge.judge.searching import search
from zshforge.model.bisection import Bisection, Commit, Step
from zshforge.model.errors import SessionFailed, UsageError
from zshforge.shell.history import changes_between, commits_between
from zshforge.shell.leftovers import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zshforge.capture.campaign import Progress, Request
    from zshforge.judge.pieces import Piece
    from zshforge.model.bisection import Place
    from zshforge.model.comparison import Comparison, Rules, Verdict
    from zshforge.shell.config import Config
    from zshforge.shell.git import Git

    Resolve = Callable[[str], Config]


class Bisecting:
    """One search.

    Args:
        request: GOOD and BAD as configurations of one git repository; its seed gives all orders.
        rules: What each step is judged by.
        resolve: Finds the same configuration in a commit.
        progress: Told of every session.
    """

    def __init__(self, request: Request, rules: Rules, resolve: Resolve, progress: Progress) -> None:
        # hundreds of sessions: their screens are not kept
        self._request = replace(request, recordings=None)
        self._rules, self._resolve, self._progress = rules, resolve, progress
        self._good, self._bad = request.configs
        self._steps: list[Step] = []
        self._known: dict[tuple[str | None, str | None], Comparison] = {}

    def run(self) -> Bisection:
        """Search.

        Raises:
            UsageError: GOOD is no ancestor of BAD, or both are no commits of one repository.
            SessionFailed: GOOD or BAD yields no sample at all.
        """
        repo, git = _repository(self._good, self._bad)
        path = str(self._bad.path) if str(self._bad.path) != "." else ""
        good, bad = self._good.rev or "", self._bad.rev or ""
        commits = commits_between(repo, good, bad, path, git=git)
        if not commits:
            return self._made(path, 0, "pass", ("no commit between both touches the configuration",))
        with standing(self._request) as self._request:
            return self._between(path, commits, repo, git)

    def _between(self, path: str, commits: Sequence[Commit], repo: Path, git: Git) -> Bisection:
        whole = self._compare(self._good, self._bad)
        if whole.verdict != "fail" or whole.evidence == ("capabilities",):
            return self._nothing(path, len(commits), whole)
        return self._search(path, commits, repo, git)

    def _nothing(self, path: str, commits: int, whole: Comparison) -> Bisection:
        """Why there is no slowdown to look for."""
        if whole.verdict in {"pass", "warn"}:
            return self._made(path, commits, "pass", ("BAD is not slower than GOOD", *whole.reasons))
        broken = whole.verdict == "fail"
        told = "BAD does less than GOOD, so its time says nothing" if broken else "BAD cannot be told from GOOD"
        return self._made(path, commits, "inconclusive", (told, *whole.reasons))

    def _search(self, path: str, commits: Sequence[Commit], repo: Path, git: Git) -> Bisection:
        def state(index: int) -> Config:
            if index in {0, len(commits)}:
                return self._bad if index else self._good
            return self._resolve(commits[index - 1].oid)

        left = search(len(commits) + 1, lambda one, other: self._ask(state(one), state(other)))
        suspects = tuple(commits[left.fast : left.slow])
        if not left.found:
            return self._made(
                path, len(commits), "inconclusive", ("it cannot be told which of them",), suspects=suspects
            )
        before, after = state(left.fast), state(left.slow)
        last = self._compare(before, after)
        if last.verdict != "fail":
            why = "none of them alone is slower than the one before it"
            return self._made(path, len(commits), "inconclusive", (why, *last.reasons), suspects=suspects)
        found = self._made(path, len(commits), "fail", last.reasons)
        place, reason = self._place(before, after, path, repo, git)
        return replace(
            found,
            culprit=suspects[0],
            place=place,
            place_reason=reason,
            difference_ms=last.metrics["first_prompt_ms"].difference_ms,
            segments=last.culprits,
            steps=tuple(self._steps),
        )

    def _place(self, before: Config, after: Config, path: str, repo: Path, git: Git) -> tuple[Place | None, str]:
        """The lines of the slow commit that made the difference, or why they cannot be named."""
        changes = changes_between(repo, before.rev or "", after.rev or "", path, git=git)
        pieces = pieces_of(changes, Path(self._request.zsh.path))
        if not pieces:
            return None, "the commit changes no file that can be applied by itself"
        if len(pieces) == 1:
            return pieces[0].place, "the commit changes nothing else"
        return self._search_pieces(before, after, pieces, git)

    def _search_pieces(
        self, before: Config, after: Config, pieces: Sequence[Piece], git: Git
    ) -> tuple[Place | None, str]:
        with Scratch(self._request.scratch) as folder:
            versions = PieceVersions(before, pieces, folder, git)

            def state(index: int) -> Config:
                return versions.config(index) if 0 < index < len(pieces) else after if index else before

            left = search(len(pieces) + 1, lambda one, other: self._ask(state(one), state(other)))
            if not left.found:
                return None, f"pieces {left.fast + 1} to {left.slow} of {len(pieces)} cannot be told apart"
        return pieces[left.fast].place, f"found among {len(pieces)} pieces, applied one after the other"

    def _ask(self, before: Config, after: Config) -> Verdict:
        """A verdict on the time; half a commit that does not start, or does less, tells nothing of it."""
        try:
            made = self._compare(before, after)
        except (SessionFailed, UsageError) as error:
            self._steps.append(
                Step(before=before.label, after=after.label, verdict="unknown", reasons=(error.what,), pairs=0)
            )
            return "unknown"
        return "unknown" if made.evidence == ("capabilities",) else made.verdict

    def _compare(self, before: Config, after: Config) -> Comparison:
        key = (before.tree or str(before.path), after.tree or str(after.path))
        if key not in self._known:
            seed = self._request.seed + 2 * len(self._known)  # each step may need a seed more, to confirm
            request = replace(self._request, configs=(before, after), seed=seed)
            made = compare(request, self._rules, "gate", self._progress)
            self._known[key] = made
            pairs = sum(stage.rounds for stage in made.stages)
            self._steps.append(
                Step(before=before.label, after=after.label, verdict=made.verdict, reasons=made.reasons, pairs=pairs)
            )
        return self._known[key]

    def _made(
        self,
        path: str,
        commits: int,
        verdict: Verdict,
        reasons: tuple[str, ...],
        suspects: tuple[Commit, ...] = (),
    ) -> Bisection:
        return Bisection(
            good=self._good.rev or "",
            bad=self._bad.rev or "",
            path=path or ".",
            verdict=verdict,
            reasons=reasons,
            commits=commits,
            suspects=suspects,
            seed=self._request.seed,
            steps=tuple(self._steps),
        )


def _repository(good: Config, bad: Config) -> tuple[Path, Git]:
    if good.repo is None or bad.repo is None or bad.git is None or good.repo != bad.repo:
        raise UsageError("GOOD and BAD are commits of one git repository", hint="zf bisect v1.0 HEAD --path zsh")
    return bad.repo, bad.git
