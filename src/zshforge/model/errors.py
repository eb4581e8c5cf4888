"""What can go wrong, named for the user's problem. Caught in one place: the command line."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What every command's exit status means (design: 0, 1, 2, 3, 4, 130 and nothing else)."""

    PASS = 0
    FINDING = 1
    USAGE = 2
    INCONCLUSIVE = 3
    CANNOT_MEASURE = 4
    INTERRUPTED = 130


EXIT_MEANING = {
    ExitCode.PASS: "pass",
    ExitCode.FINDING: "a gated finding",
    ExitCode.USAGE: "usage or settings",
    ExitCode.INCONCLUSIVE: "inconclusive, or too little data",
    ExitCode.CANNOT_MEASURE: "could not measure",
    ExitCode.INTERRUPTED: "interrupted",
}


class ZfError(Exception):
    """A problem that the user can act on.

    Args:
        what: What went wrong, one sentence without a full stop.
        where: The file, command or session it went wrong in.
        hint: What to try next.
    """

    exit_code = ExitCode.CANNOT_MEASURE

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. Try: {self.hint}" if self.hint else text


class UsageError(ZfError):
    """An argument, a setting or a CONFIG that names nothing usable."""

    exit_code = ExitCode.USAGE


class ShellUnusable(ZfError):
    """No zsh, or one that is too old."""


class CaptureBusy(ZfError):
    """Another capture holds this machine; two at once would spoil each other's numbers."""


class ArtifactInvalid(ZfError):
    """A file that is not what its schema says: half-written, of another version, or not JSON."""


class NothingRecorded(ZfError):
    """There is no run, recording or artifact of that name."""

    exit_code = ExitCode.INCONCLUSIVE


class LockBusy(ZfError):
    """Another program is writing the same lock."""


class BaselineRefused(ZfError):
    """A run that later runs must not be held against: short, partial, made up, or without any number in it."""

    exit_code = ExitCode.INCONCLUSIVE


class LifecycleRefused(ZfError):
    """A file that holds edits of the person's own, which would be lost."""

    exit_code = ExitCode.FINDING


class SessionFailed(ZfError):
    """One session did not yield a sample.

    Args:
        what: What happened to the shell.
        phase: The phase that was reached (``prompt``, ``first command``, ``settle``, …).
        screen: The last lines that the terminal showed.
        processes: One line for each process that was alive when the session was ended.
        hint: What to try next.
    """

    def __init__(
        self,
        what: str,
        *,
        phase: str,
        screen: tuple[str, ...] = (),
        processes: tuple[str, ...] = (),
        hint: str = "",
    ) -> None:
        super().__init__(what, where=f"phase {phase}", hint=hint)
        self.phase = phase
        self.screen = screen
        self.processes = processes
