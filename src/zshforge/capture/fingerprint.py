"""What must be the same before two runs may be compared."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge import __version__
from zshforge.model.run import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zshforge.model.settings import Settings
    from zshforge.shell.zsh import Zsh

#: Fields that are told but do not make two runs incomparable.
TOLD_ONLY = ("load", "config_digest", "state")


def fingerprint(settings: Settings, zsh: Zsh, *, host: str, state: str, digest: str) -> Fingerprint:
    """The machine and the conditions of a run that is about to begin."""
    return Fingerprint(
        host=host,
        system=platform.system(),
        kernel=platform.release(),
        cpu=_cpu(Path("/proc/cpuinfo")),
        cpu_count=os.cpu_count() or 1,
        zsh=zsh.text,
        zsh_path=str(zsh.path),
        columns=settings.integer("capture.columns"),
        rows=settings.integer("capture.rows"),
        term=settings.text("capture.term"),
        locale=settings.text("capture.locale"),
        login=settings.flag("capture.login"),
        state=state,
        config_digest=digest,
        tool=__version__,
        load=_load(),
    )


def this_machine(host: str) -> dict[str, str | int]:
    """What names this machine, by field of the fingerprint."""
    return {
        "host": host,
        "system": platform.system(),
        "kernel": platform.release(),
        "cpu": _cpu(Path("/proc/cpuinfo")),
        "cpu_count": os.cpu_count() or 1,
    }


def elsewhere(one: Fingerprint, machine: Mapping[str, str | int]) -> tuple[str, ...]:
    """What tells the machine of a run from this one: a sentence for each field that differs."""
    return tuple(
        f"{name} is {here!r} here, the run's is {told!r}"
        for name, here in machine.items()
        if (told := getattr(one, name)) != here
    )


def differing(one: Fingerprint, other: Fingerprint) -> tuple[str, ...]:
    """Names of the fields that forbid a comparison."""
    names = [name for name in Fingerprint.__struct_fields__ if name not in TOLD_ONLY]
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _cpu(path: Path) -> str:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return model or platform.machine()


def _load() -> float | None:
    try:
        return os.getloadavg()[0]
    except OSError:
        return None
