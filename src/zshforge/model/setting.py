"""What a setting is: its name, type, range, meaning and where its default comes from."""

from __future__ import annotations

from math import isfinite

from msgspec import Struct

Value = bool | int | float | str

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class Setting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the settings table; the default's type is the setting's type."""

    name: str
    default: Value
    unit: str = ""
    meaning: str
    source: str
    """Where the default or the rule comes from: the guide, a paper, another tool, or ``own`` with the reason."""
    aliases: tuple[str, ...] = ()
    """Environment variables of the guide and its scripts."""
    low: float | None = None
    high: float | None = None

    @property
    def environment(self) -> tuple[str, ...]:
        """Every environment variable that sets it; the first that is set wins."""
        return ("ZF_" + self.name.upper().replace(".", "_"), *self.aliases)

    @property
    def allowed(self) -> str:
        """What a value must be, in words."""
        if isinstance(self.default, bool):
            return "true or false"
        if isinstance(self.default, str):
            return "text that is not empty"
        kind = "an integer" if isinstance(self.default, int) else "a number"
        if self.low is not None and self.high is not None:
            return f"{kind} from {self.low:g} to {self.high:g}"
        return kind if self.low is None else f"{kind}, {self.low:g} or more"

    def accepts(self, value: object) -> bool:
        """Whether a value has the type and the range; an integer is good enough for a number."""
        if isinstance(self.default, bool) or isinstance(value, bool):
            return isinstance(self.default, bool) and isinstance(value, bool)
        if isinstance(self.default, str):
            return isinstance(value, str) and value != "" and "\0" not in value
        wanted = int if isinstance(self.default, int) else (int, float)
        return isinstance(value, wanted) and isfinite(value) and self._in_range(value)

    def _in_range(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def read_text(self, text: str, factor: float = 1.0) -> Value | None:
        """A value from an environment variable's text, or ``None`` when it is not of this type.

        Args:
            text: What the variable holds.
            factor: What converts the variable's unit to this setting's.
        """
        if isinstance(self.default, bool):
            word = text.strip().lower()
            return word in TRUE_WORDS if word in TRUE_WORDS | FALSE_WORDS else None
        if isinstance(self.default, str):
            return text
        try:
            return int(text) if isinstance(self.default, int) else float(text) * factor
        except ValueError:
            return None


class Refused(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An environment variable of the predecessor that has no effect here, and why."""

    name: str
    """The variable."""
    reason: str
    """Why it has none."""
