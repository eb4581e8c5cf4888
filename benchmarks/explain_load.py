"""What `zf explain` takes for a large start, how large its documents are, and what looking at files alone costs.

Usage: python benchmarks/explain_load.py [FILES] [LINES] [PAIRS]

Writes a configuration of FILES files (500) with LINES lines (20,000) that each work a little, two seconds in all, and
explains it at the level of lines with the default settings: at most 10 s, and 5 MB a document. Then PAIRS (12) pairs of
sessions with and without looks at its files: at most 3 % of the time. Prints a table; exit status 1 when one is more.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import json

from explaining import request_for

from zshforge.explain.explain import explain
from zshforge.model.schema import encode
from zshforge.report.flame_page import flame_page
from zshforge.report.flame_svg import flame_svg
from zshforge.report.trace_formats import chrome_trace, speedscope

MOST_S, MOST_MB, MOST_SHARE, START_S = 10.0, 5.0, 0.03, 2.0
_TURNS = 300_000


def per_turn_us() -> float:
    """What one turn of the empty loop takes here, the fastest of three times."""
    work = f"for (( i = 0; i < {_TURNS}; i++ )) {{ : }}"
    timed = f"zmodload zsh/datetime; t=$EPOCHREALTIME; {work}; print $(( EPOCHREALTIME - t ))"
    told = [subprocess.run(["zsh", "-fc", timed], capture_output=True, text=True, check=True).stdout for _ in range(3)]
    return min(map(float, told)) * 1e6 / _TURNS


def write(folder: Path, files: int, lines: int) -> None:
    """The files, each sourced from .zshrc, half of their lines in a function."""
    turns = max(1, round(START_S * 1e6 / lines / per_turn_us()))
    work = f"for (( i = 0; i < {turns}; i++ )) {{ : }}"
    each = lines // files // 2
    for number in range(files):
        text = [*[work] * each, f"part{number}() {{", *[work] * each, "}", f"part{number}"]
        (folder / f"{number}.zsh").write_text("\n".join(text) + "\n")
    (folder / ".zshrc").write_text("".join(f"source $ZDOTDIR/{number}.zsh\n" for number in range(files)))


def main() -> int:
    """Both parts, then the table."""
    files, lines, pairs = (int(word) for word in [*sys.argv[1:], *("500", "20000", "12")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as name:
        folder, scratch = Path(name, "zdotdir"), Path(name, "scratch")
        folder.mkdir()
        scratch.mkdir()
        write(folder, files, lines)
        begin = time.monotonic()
        found = explain(request_for(folder, scratch, explain__budget_s=5.0))
        took = time.monotonic() - begin
        print(f"explained in {took:.1f} s, start {found.wall_ms:.0f} ms", file=sys.stderr)
        coarse = explain(
            request_for(folder, scratch, explain__budget_s=600.0, explain__pairs=pairs), level="files"
        ).levels[0]
    sizes = {
        "JSON": len(encode(found)),
        "HTML": len(flame_page(found).encode()),
        "SVG": len(flame_svg(found).encode()),
        "speedscope": len(json.dumps(speedscope(found))),
        "Chrome trace": len(json.dumps(chrome_trace(found))),
    }
    seen = sum(row.kind == "line" for row in found.rows)
    print(f"start {found.wall_ms:.0f} ms, {files} files, {lines} lines; {len(found.rows)} rows, {seen} of lines")
    print("| what | is | at most |\n|---|--:|--:|")
    print(f"| explain, lines | {took:.1f} s | {MOST_S:g} s |")
    print(f"| time with looks at lines | {found.levels[0].overhead_share or 0:+.1%} | told |")
    for what, size in sizes.items():
        print(f"| {what} | {size / 1e6:.2f} MB | {MOST_MB:g} MB |")
    share = coarse.overhead_share if coarse.overhead_share is not None else 1.0
    print(f"| time with looks at files, {coarse.pairs} pairs | {share:+.2%} | {MOST_SHARE:.0%} |")
    return int(took > MOST_S or max(sizes.values()) > MOST_MB * 1e6 or share > MOST_SHARE)


if __name__ == "__main__":
    sys.exit(main())
