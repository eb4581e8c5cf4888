"""How each latency grows with what a user gathers, beside peers: a long history, a dirty or large tree, own modules.

Usage: ZSH_BENCH=DIR python benchmarks/growth.py BURDEN OURS PEER...

BURDEN is one of ``history`` (100,000 lines), ``dirty`` (100 changed and 100 new files), ``files`` (100,000 in the
repository) and ``modules`` (20 files of the user's own, each with an alias, a function and a key). Every home is
measured by zsh-bench with and without it, in interleaved passes; medians and their differences, in milliseconds.
For ``dirty`` and ``files`` a copy of zsh-bench is told to make such a repository; the rest of it stays as it is. The
homes are changed meanwhile, and changed back. ``ITERS`` (5), ``PASSES`` (2).
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from zsh_bench import LATENCIES, Values, one_pass

if TYPE_CHECKING:
    from collections.abc import Iterator

ITERS, PASSES = int(os.environ.get("ITERS", "5")), int(os.environ.get("PASSES", "2"))
LINES, MODULES = 100_000, 20
FILES = "{1..10}/{1..10}/{1..10}/{1..10}"  # as zsh-bench has them
MORE_FILES = "{1..10}/{1..10}/{1..10}/{1..100}"
STATUS = "command git status\n"
DIRTY = (
    "for dirty_file in {1..10}/{1..10}/1/1; do print -r changed >> $dirty_file; done\n"
    "      command touch untracked-{1..100}\n      command git status\n"
)
MODULE = "alias own{0}='print {0}'\nown-function-{0}() {{ print -r -- $1 }}\nbindkey -s '^Xo{0}' 'own{0}'\n"
READ_THEM = '\nfor own_file in ~/.own/*.zsh; do source "$own_file"; done\n'


@contextlib.contextmanager
def put(path: Path, text: str) -> Iterator[None]:
    """The file with this text; afterwards what was there before."""
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


@contextlib.contextmanager
def history(home: Path) -> Iterator[None]:
    """A history of 100,000 different lines."""
    text = "".join(f": {1_600_000_000 + n}:0;git log --oneline number-{n}\n" for n in range(LINES))
    with contextlib.ExitStack() as stack:
        for name in (".zsh_history", ".zhistory"):
            stack.enter_context(put(home / name, text))
        yield


@contextlib.contextmanager
def modules(home: Path) -> Iterator[None]:
    """Twenty files of the user's own, read at the end of the start files."""
    ours = home / ".local/share/zshforge/zsh"
    folder = home / (".config/zshforge/local/post" if ours.exists() else ".own")
    with contextlib.ExitStack() as stack:
        for number in range(MODULES):
            stack.enter_context(put(folder / f"{number:02}.zsh", MODULE.format(chr(ord("a") + number))))
        if not ours.exists():
            zshrc = home / ".zshrc"
            stack.enter_context(put(zshrc, (zshrc.read_text() if zshrc.exists() else "") + READ_THEM))
        yield


def changed_script(script: Path, folder: Path, old: str, new: str) -> Path:
    """A copy of zsh-bench that makes another repository."""
    text = script.read_text()
    if text.count(old) != 1:
        raise SystemExit(f"{script} does not read as expected: {old!r}")
    (folder / "internal").symlink_to(script.parent / "internal")
    copy = folder / "zsh-bench"
    copy.write_text(text.replace(old, new))
    return copy


@contextlib.contextmanager
def burdened(burden: str, home: Path, script: Path) -> Iterator[Path]:
    """The home under its burden, and the program that measures it."""
    with contextlib.ExitStack() as stack:
        if burden in {"dirty", "files"}:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zf-growth-")))
            old, new = (FILES, MORE_FILES) if burden == "files" else (STATUS, DIRTY)
            yield changed_script(script, folder, old, new)
        else:
            stack.enter_context({"history": history, "modules": modules}[burden](home))
            yield script


def measured(burden: str, homes: dict[str, Path], script: Path) -> dict[str, tuple[Values, Values]]:
    """Values of each home without and with the burden."""
    found: dict[str, tuple[Values, Values]] = {name: ({}, {}) for name in homes}
    for turn in range(PASSES):
        for name, home in homes.items():
            print(f"pass {turn + 1}: {name}", file=sys.stderr, flush=True)
            # Who sets no history of its own gets one from the environment.
            extra = {"HISTFILE": str(home / ".zsh_history"), "HISTSIZE": str(2 * LINES), "SAVEHIST": str(2 * LINES)}
            add(found[name][0], one_pass(home, script, ITERS, extra=extra))
            with burdened(burden, home, script) as program:
                one_pass(home, program, 1, extra=extra)  # warm again: what was written anew is compiled
                add(found[name][1], one_pass(home, program, ITERS, extra=extra))
    return found


def add(values: Values, more: Values) -> None:
    """Adds the values of one pass."""
    for metric, numbers in more.items():
        values.setdefault(metric, []).extend(numbers)


def main() -> int:
    """Measure, and print one line for each home and latency."""
    if len(sys.argv) < 3 or sys.argv[1] not in {"history", "dirty", "files", "modules"}:  # noqa: PLR2004  BURDEN, OURS
        raise SystemExit((__doc__ or "").split("\n\n")[1])
    burden, homes = sys.argv[1], {Path(word).name: Path(word).resolve() for word in sys.argv[2:]}
    script = Path(os.environ["ZSH_BENCH"], "zsh-bench").resolve()
    found = measured(burden, homes, script)
    print("| configuration | " + " | ".join(LATENCIES) + " |\n|---|" + "---|" * len(LATENCIES))
    for name, (without, heavy) in found.items():
        cells = []
        for metric in LATENCIES.values():
            one, two = statistics.median(without[metric]), statistics.median(heavy[metric])
            cells.append(f"{one:.2f} to {two:.2f} ({two - one:+.2f})")
        print(f"| {name} | " + " | ".join(cells) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
