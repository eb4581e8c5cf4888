"""Configurations whose costs are known: written by a random generator, and told by each session's own clock."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.model.explanation import Explanation

_CALLS = 3


class Cost(NamedTuple):
    """What a row must show: its kind, the end of its name, its line when it has one, and its own time."""

    kind: str
    name: str
    line: int | None
    self_ms: float
    """What was asked for; a busy machine makes more of it."""
    keys: tuple[int, ...]
    """The places that the session itself timed, which together are this cost."""
    least: tuple[int, ...] = ()
    """Of a command the time that it told itself: the shell waits at least for that, at most for ``keys``."""
    whole: int | None = None
    """Of a file the place that timed all of it."""
    inside: tuple[int, ...] = ()
    """What was timed inside of that; the rest, zsh's own work on the file, is its cost too."""


class KnownConfig:
    """Files with nested, repeated and recursive costs; each session writes down how long each really took.

    Args:
        folder: A folder for a ZDOTDIR.
        log: A folder for what sessions tell.
        seed: What the generator draws from.
        scale: The smallest cost in milliseconds.
    """

    def __init__(self, folder: Path, log: Path, seed: int, scale: int = 20) -> None:
        self._draw = random.Random(seed)  # noqa: S311  costs, not secrets
        self._folder = folder
        self._log = log
        self._scale = scale
        self._serial = self._key = 0
        self.costs: list[Cost] = []
        self.by_file: list[Cost] = []
        """What each file costs with the functions that ran while it was being sourced, and the hook."""
        self._taken: set[int] = set()
        self._inner: set[int] = set()
        self._wholes: list[int] = []
        (folder / "functions").mkdir(parents=True)
        log.mkdir()
        modules = "zmodload zsh/zselect zsh/datetime\n"  # in a file of its own, because it takes time that is not told
        (folder / ".zshenv").write_text(f"{modules}typeset -F t=0 since=0\ntypeset -A truth\n")
        self._file(".zshrc", ["fpath=($ZDOTDIR/functions $fpath)"], depth=0)
        hook = self._cost()
        tell = f"  [[ -e {log}/$$ ]] || print -r -- ${{(kv)truth}} > {log}/$$"
        with (folder / ".zshrc").open("a") as stream:
            stream.write(f"precmd() {{\n  {self._spend(hook)}\n}}\n")
            stream.write(f"told() {{\n{tell}\n}}\nprecmd_functions+=(told)\n")
        self._is("function", "precmd", None, [(self._key, hook)])
        self.by_file.append(self.costs[-1])

    def really_ms(self, found: Explanation, costs: Sequence[Cost] | None = None) -> dict[Cost, tuple[float, float]]:
        """What each cost was at least and at most, as rows tell it: its mean share of the sessions looked into."""
        sessions = list(zip(self._looked(found), found.traced_ms, strict=True))

        def mean_ms(keys: tuple[int, ...]) -> float:
            shares = [sum(truth[key] for key in keys) / all_ms for truth, all_ms in sessions]
            return sum(shares) / len(shares) * found.wall_ms

        wanted = self.costs if costs is None else costs
        rest = {cost: mean_ms((cost.whole,)) - mean_ms(cost.inside) for cost in wanted if cost.whole is not None}
        return {
            cost: (mean_ms(cost.least or cost.keys), mean_ms(cost.keys) + max(0.0, rest.get(cost, 0.0)))
            for cost in wanted
        }

    def disturbed_ms(self, found: Explanation) -> float:
        """How much more than in the quietest session was spent where nothing is timed: a busy machine takes it."""
        told = self._sessions(found)
        every = [found.plain_ms, found.traced_ms]
        rest = [
            every[(index // 2 + index) % 2][index // 2] - sum(truth[key] for key in truth if key not in self._inner)
            for index, truth in enumerate(told)
        ]
        looked = [ms for index, ms in enumerate(rest) if (index // 2 + index) % 2]
        return sum(looked) / len(looked) - min(rest)

    def _looked(self, found: Explanation) -> list[dict[int, float]]:
        return [one for index, one in enumerate(self._sessions(found)) if (index // 2 + index) % 2]

    def _sessions(self, found: Explanation) -> list[dict[int, float]]:
        """The pairs; the first session is the warm-up."""
        return self._told()[1 : 1 + 2 * len(found.traced_ms)]

    def _told(self) -> list[dict[int, float]]:
        """Milliseconds by place, as each session's own clock told them, in the order in which they ran."""
        files = sorted(self._log.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        words = [file.read_text().split() for file in files]
        return [{int(key): float(s) * 1000 for key, s in zip(one[::2], one[1::2], strict=True)} for one in words]

    def _name(self, word: str) -> str:
        self._serial += 1
        return f"{word}{self._serial}"

    def _cost(self) -> int:
        return self._draw.choice((1, 2, 3)) * self._scale

    def _spend(self, ms: int) -> str:
        """One line that takes so long: asleep, or busy."""
        if ms % 10 == 0 and self._draw.random() < 0.5:
            return self._timed(f"zselect -t {ms // 10}")
        return self._timed(f"(( t = EPOCHREALTIME + {ms / 1000} )); while (( EPOCHREALTIME < t )) {{ : }}")

    def _timed(self, work: str) -> str:
        self._key += 1
        return f"(( since = EPOCHREALTIME )); {work}; (( truth[{self._key}] += EPOCHREALTIME - since ))"

    def _is(self, kind: str, name: str, line: int | None, spent: Sequence[tuple[int, float]]) -> None:
        cost = Cost(kind, name, line, sum(ms for _, ms in spent), tuple(key for key, _ in spent))
        self.costs.append(cost)

    def _file(self, name: str, lines: list[str], depth: int) -> None:
        own: list[tuple[int, float]] = []
        before = whole = self._key = self._key + 1
        self._inner.add(whole)
        around, self._wholes = self._wholes, []
        lines.insert(0, f"(( since{whole} = EPOCHREALTIME ))")
        kinds = ["plain", "function", "anonymous", "evaluated", "autoloaded", "command", "alias", "recursive"]
        kinds += ["evaluated_inside"]
        always = ["source", "compiled", "source_inside"] if depth == 0 else []
        chosen = self._draw.sample(kinds, 3 if depth else 4) + always
        if "compiled" in name and "alias" in chosen:  # aliases are expanded when a file is compiled, or never
            chosen.remove("alias")
        self._draw.shuffle(chosen)
        for kind in chosen:
            own += getattr(self, f"_{kind}")(name, lines)
            lines.append(":")
        lines.append(f"(( truth[{whole}] += EPOCHREALTIME - since{whole} ))")
        (self._folder / name).write_text("\n".join(lines) + "\n")
        mine = set(range(before, self._key + 1)) - self._taken - self._inner  # without those of files that it sources
        self._taken |= mine
        inside = (*sorted(mine), *self._wholes)
        self._wholes = [*around, whole]
        if own:
            self._is("file", f"/{name}", None, own)
            self.costs[-1] = self.costs[-1]._replace(whole=whole, inside=inside)
        self.by_file.append(Cost("file", f"/{name}", None, 0.0, tuple(sorted(mine)), whole=whole, inside=inside))

    def _line(self, name: str, number: int, spent: Sequence[tuple[int, float]]) -> None:
        self._is("line", f"/{name}:{number}", number, spent)

    def _plain(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost = self._cost()
        lines.append(self._spend(cost))
        spent = [(self._key, float(cost))]
        self._line(name, len(lines), spent)
        return spent

    def _function(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost, function = self._cost(), self._name("fun")
        lines += [f"{function}() {{", "  :", f"  {self._spend(cost)}", "}"]
        spent = [(self._key, float(cost * _CALLS))]
        self._line(name, len(lines) - 1, spent)
        lines.append(f"for i in {{1..{_CALLS}}}; do {function}; done")
        self._is("function", function, len(lines) - 4, spent)
        return []

    def _anonymous(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost = self._cost()
        while ("(anon)", len(lines) + 1) in {(one.name, one.line) for one in self.costs}:  # told apart by its line
            lines.append(":")
        lines += ["() {", f"  {self._spend(cost)}", "}"]
        spent = [(self._key, float(cost))]
        self._line(name, len(lines) - 1, spent)
        self._is("function", "(anon)", len(lines) - 2, spent)
        return []

    def _evaluated(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost = self._cost()
        one, two = self._spend(cost), self._spend(cost)
        lines.append(f"eval $'{one}\\n{two}'")
        spent = [(self._key - 1, float(cost)), (self._key, float(cost))]
        self._line(name, len(lines), spent)
        return spent

    def _evaluated_inside(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost, function = self._cost(), self._name("evals")
        lines += [f"{function}() {{", f"  eval $'{self._spend(cost)}'", "}", function]
        spent = [(self._key, float(cost))]
        self._line(name, len(lines) - 2, spent)
        self._is("function", function, len(lines) - 3, spent)
        return []

    def _autoloaded(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        del name
        cost, function = self._cost(), self._name("auto")
        (self._folder / "functions" / function).write_text(f":\n{self._spend(cost)}\n")
        spent = [(self._key, float(cost))]
        lines.append(f"autoload -Uz {function}; {function}")
        self._is("function", function, None, spent)
        self._line(f"functions/{function}", 2, spent)
        return []

    def _command(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost = self._cost()
        now = "print -r -- $EPOCHREALTIME"
        lines.append(self._timed(f"x=$({now}; sleep {cost / 1000}; {now})"))
        spent = [(self._key, float(cost))]
        self._key += 1
        self._inner.add(self._key)
        lines.append(f"(( truth[{self._key}] += ${{${{(f)x}}[2]}} - ${{${{(f)x}}[1]}} ))")
        self.costs.append(Cost("command", "sleep", len(lines) - 1, float(cost), (self._key - 1,), (self._key,)))
        self._line(name, len(lines) - 1, spent)
        return []

    def _alias(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost, alias = self._cost(), self._name("alias")
        lines += [f"alias {alias}='{self._timed(f'zselect -t {cost // 10}')}'", ":", alias]
        spent = [(self._key, float(cost))]
        self._line(name, len(lines), spent)
        return spent

    def _recursive(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        cost, function = self._cost(), self._name("deep")
        lines += [f"{function}() {{", f"  {self._spend(cost)}", f"  (( $1 )) && {function} $(( $1 - 1 ))", "}"]
        spent = [(self._key, float(cost * _CALLS))]
        self._line(name, len(lines) - 2, spent)
        lines.append(f"{function} {_CALLS - 1}")
        self._is("function", function, len(lines) - 4, spent)
        return []

    def _source(self, name: str, lines: list[str], word: str = "part") -> list[tuple[int, float]]:
        del name
        inner = f"{self._name(word)}.zsh"
        self._file(inner, [":"], depth=1)
        lines.append(f"source $ZDOTDIR/{inner}")
        return []

    def _source_inside(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        spent = self._source(name, lines, "inside")
        lines[-1] = f"{self._name('loads')}() {{ {lines[-1]} }}; loads{self._serial}"
        return spent

    def _compiled(self, name: str, lines: list[str]) -> list[tuple[int, float]]:
        spent = self._source(name, lines, "compiled")
        inner = lines[-1].rpartition("/")[2]
        subprocess.run(["zsh", "-fc", f"zcompile {inner}"], cwd=self._folder, check=True)
        return spent
