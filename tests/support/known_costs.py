"""Configurations whose costs are known beforehand, written by a random generator."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_CALLS = 3


class Cost(NamedTuple):
    """What a row must show: its kind, the end of its name, its line when it has one, and its own time."""

    kind: str
    name: str
    line: int | None
    self_ms: float
    forks: bool = False
    """Whether a fork and an exec come on top, which take what they take."""


class KnownConfig:
    """Files with nested, repeated and recursive costs.

    Args:
        folder: A folder for a ZDOTDIR.
        seed: What the generator draws from.
        scale: The smallest cost in milliseconds.
    """

    def __init__(self, folder: Path, seed: int, scale: int = 20) -> None:
        self._draw = random.Random(seed)  # noqa: S311  costs, not secrets
        self._folder = folder
        self._scale = scale
        self._serial = 0
        self.costs: list[Cost] = []
        (folder / "functions").mkdir(parents=True)
        lines = ["zmodload zsh/zselect zsh/datetime", "fpath=($ZDOTDIR/functions $fpath)", "typeset -F t=0"]
        self._file(".zshrc", lines, depth=0)
        hook = self._cost()
        with (folder / ".zshrc").open("a") as stream:
            stream.write(f"precmd() {{\n  {self._spend(hook)}\n}}\n")
        self.costs.append(Cost("function", "precmd", None, hook))

    def _name(self, word: str) -> str:
        self._serial += 1
        return f"{word}{self._serial}"

    def _cost(self) -> int:
        return self._draw.choice((1, 2, 3)) * self._scale

    def _spend(self, ms: int) -> str:
        """One line that takes so long: asleep, or busy."""
        if ms % 10 == 0 and self._draw.random() < 0.5:
            return f"zselect -t {ms // 10}"
        return f"(( t = EPOCHREALTIME + {ms / 1000} )); while (( EPOCHREALTIME < t )) {{ : }}"

    def _file(self, name: str, lines: list[str], depth: int) -> None:
        own = 0
        kinds = ["plain", "function", "anonymous", "evaluated", "autoloaded", "command", "alias", "recursive"]
        chosen = self._draw.sample(kinds, 3 if depth else 4) + (["source", "compiled"] if depth == 0 else [])
        if "compiled" in name and "alias" in chosen:  # aliases are expanded when a file is compiled, or never
            chosen.remove("alias")
        self._draw.shuffle(chosen)
        for kind in chosen:
            own += getattr(self, f"_{kind}")(name, lines)
            lines.append(":")
        (self._folder / name).write_text("\n".join(lines) + "\n")
        self.costs.append(Cost("file", f"/{name}", None, own))

    def _line(self, name: str, number: int, ms: float) -> None:
        self.costs.append(Cost("line", f"/{name}:{number}", number, ms))

    def _plain(self, name: str, lines: list[str]) -> int:
        cost = self._cost()
        lines.append(self._spend(cost))
        self._line(name, len(lines), cost)
        return cost

    def _function(self, name: str, lines: list[str]) -> int:
        cost, function = self._cost(), self._name("fun")
        lines += [f"{function}() {{", "  :", f"  {self._spend(cost)}", "}"]
        self._line(name, len(lines) - 1, cost * _CALLS)
        lines.append(f"for i in {{1..{_CALLS}}}; do {function}; done")
        self.costs.append(Cost("function", function, len(lines) - 4, cost * _CALLS))
        return 0

    def _anonymous(self, name: str, lines: list[str]) -> int:
        cost = self._cost()
        lines += ["() {", f"  {self._spend(cost)}", "}"]
        self._line(name, len(lines) - 1, cost)
        self.costs.append(Cost("function", "(anon)", len(lines) - 2, cost))
        return 0

    def _evaluated(self, name: str, lines: list[str]) -> int:
        cost = self._cost()
        lines.append(f"eval $'{self._spend(cost)}\\n{self._spend(cost)}'")
        self._line(name, len(lines), 2 * cost)
        return 2 * cost

    def _autoloaded(self, name: str, lines: list[str]) -> int:
        del name
        cost, function = self._cost(), self._name("auto")
        (self._folder / "functions" / function).write_text(f":\n{self._spend(cost)}\n")
        lines.append(f"autoload -Uz {function}; {function}")
        self.costs.append(Cost("function", function, None, cost))
        self.costs.append(Cost("line", f"functions/{function}:2", 2, cost))
        return 0

    def _command(self, name: str, lines: list[str]) -> int:
        cost = self._cost()
        lines.append(f"x=$(sleep {cost / 1000})")
        self.costs.append(Cost("command", "sleep", len(lines), cost, forks=True))
        self.costs.append(Cost("line", f"/{name}:{len(lines)}", len(lines), cost, forks=True))
        return 0

    def _alias(self, name: str, lines: list[str]) -> int:
        cost, alias = self._cost(), self._name("alias")
        lines += [f"alias {alias}='zselect -t {cost // 10}'", ":", alias]
        self._line(name, len(lines), cost)
        return cost

    def _recursive(self, name: str, lines: list[str]) -> int:
        cost, function = self._cost(), self._name("deep")
        lines += [f"{function}() {{", f"  {self._spend(cost)}", f"  (( $1 )) && {function} $(( $1 - 1 ))", "}"]
        self._line(name, len(lines) - 2, cost * _CALLS)
        lines.append(f"{function} {_CALLS - 1}")
        self.costs.append(Cost("function", function, len(lines) - 4, cost * _CALLS))
        return 0

    def _source(self, name: str, lines: list[str], word: str = "part") -> int:
        del name
        inner = f"{self._name(word)}.zsh"
        self._file(inner, [":"], depth=1)
        lines.append(f"source $ZDOTDIR/{inner}")
        return 0

    def _compiled(self, name: str, lines: list[str]) -> int:
        cost = self._source(name, lines, "compiled")
        inner = lines[-1].rpartition("/")[2]
        subprocess.run(["zsh", "-fc", f"zcompile {inner}"], cwd=self._folder, check=True)
        return cost
