"""What one look at a shell's call stack costs us, for an unchanged stack and for a new one.

Usage: python benchmarks/look.py [DEPTH]

Prints microseconds, the median of rounds. Nothing else should run on the machine.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zshforge.shell.inside import StackReader

ROUNDS, LOOKS = 15, 200


def nested(depth: int, last: str) -> str:
    """Functions that call each other, the innermost for ever."""
    middle = "".join(f"level{n}() {{ level{n + 1} }}\n" for n in range(1, depth))
    return f"{middle}level{depth}() {{ {last} }}\nwhile true; do level1; done\n"


def cost_us(zsh: str, script: str) -> float:
    """One look at that script, in microseconds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nested.zsh"
        file.write_text(script)
        with subprocess.Popen([zsh, "-f", str(file)]) as child:
            time.sleep(0.1)
            with StackReader(child.pid, zsh) as reader:
                rounds = []
                for _ in range(ROUNDS):
                    begin = time.perf_counter()
                    for _ in range(LOOKS):
                        reader.look()
                    rounds.append((time.perf_counter() - begin) / LOOKS * 1e6)
            child.kill()
    return statistics.median(rounds)


def main() -> int:
    """Both stacks."""
    depth = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    zsh = shutil.which("zsh") or sys.exit("no zsh")
    print(f"unchanged, {depth} levels: {cost_us(zsh, nested(depth, 'while true; do : ; done')):.1f} us")
    print(f"changing,  {depth} levels: {cost_us(zsh, nested(depth, ': ; :')):.1f} us")
    return 0


if __name__ == "__main__":
    sys.exit(main())
