"""Which exit code a verdict has in which mode: the one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from zshforge.model.comparison import Mode
from zshforge.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from zshforge.model.comparison import Verdict

_ONLY_TOLD: dict[Verdict, ExitCode] = {
    "pass": ExitCode.PASS,
    "warn": ExitCode.PASS,
    "fail": ExitCode.PASS,
    "inconclusive": ExitCode.PASS,
    "unknown": ExitCode.PASS,
}
_GATED: dict[Verdict, ExitCode] = {
    "pass": ExitCode.PASS,
    "warn": ExitCode.PASS,
    "fail": ExitCode.FINDING,
    "inconclusive": ExitCode.INCONCLUSIVE,
    "unknown": ExitCode.INCONCLUSIVE,
}

#: Exit code by mode and verdict. ``observe`` and ``warn`` tell and never stop anybody; the guide's later modes gate.
EXIT_CODES: dict[Mode, dict[Verdict, ExitCode]] = {
    "observe": _ONLY_TOLD,
    "warn": _ONLY_TOLD,
    "gate": _GATED,
    "budget": _GATED,
    "adaptive": _GATED,
}


def mode_of(word: str) -> Mode:
    """The mode of that name.

    Raises:
        UsageError: There is none.
    """
    for mode in get_args(Mode):
        if word == mode:
            return word  # type: ignore[return-value]  # it is one of them
    raise UsageError(f"there is no mode {word}", where="compare.mode", hint=", ".join(get_args(Mode)))
