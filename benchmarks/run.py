"""Every benchmark that needs nothing but this checkout, one after the other: ``make bench``.

Usage: python benchmarks/run.py

With ``ZSH_BENCH`` (a checkout of zsh-bench) and ``HOMES`` (folders, separated by colons) also the agreement table.
Leave the machine alone meanwhile. Exit status 1 when a limit is exceeded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPTS = (["startup.py"], ["wakeup.py"], ["ground_truth.py"], ["duration.py"], ["probe_overhead.py"], ["steady.py"])


def main() -> int:
    """Run all of them, and say which failed."""
    here = Path(__file__).parent
    scripts = [list(words) for words in SCRIPTS]
    if os.environ.get("ZSH_BENCH") and os.environ.get("HOMES"):
        scripts.append(["agreement.py", *os.environ["HOMES"].split(":")])
    failed = []
    for name, *arguments in scripts:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, str(here / name), *arguments], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"over a limit: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
