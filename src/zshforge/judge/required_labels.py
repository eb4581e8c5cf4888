"""Which labels a configuration must emit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.shell.config import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.settings import Settings

#: What the shipped configuration emits besides its modules, whatever is installed.
_ALWAYS = ("compinit",)


class Requirement(Struct, frozen=True, kw_only=True):
    """A label, and who requires it."""

    name: str
    why: str


def required_labels(framework: str, settings: Settings, named: Sequence[str]) -> tuple[Requirement, ...]:
    """The labels that must fire, each once.

    Args:
        framework: What was recognised; ``zshforge`` is the shipped configuration, which requires each of its modules.
        settings: ``capture.required_labels``.
        named: Labels that the caller names.
    """
    wanted = [(name, "a module of the shipped configuration") for name in _modules()] if framework == "zshforge" else []
    if framework == "zshforge":
        wanted += [(name, "the shipped configuration always runs it") for name in _ALWAYS]
    wanted += [(word, "capture.required_labels") for word in settings.words("capture.required_labels")]
    wanted += [(name, "asked for") for name in named]
    found: dict[str, Requirement] = {}
    for name, why in wanted:
        found.setdefault(name, Requirement(name=name, why=why))
    return tuple(found.values())


def _modules() -> list[str]:
    return [file.stem for phase in ("pre-plugin", "post-plugin") for file in sorted((BUILTIN / phase).glob("*.zsh"))]
