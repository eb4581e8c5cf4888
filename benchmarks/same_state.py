"""Whether a configuration that is looked into ends in the same state as one that nobody looks at.

Usage: python benchmarks/same_state.py CONFIG...

Each CONFIG is started without any observer, and then looked into at each level of `zf explain`. Each shell writes its
own state down at its first command: options, functions, aliases, parameters with their types, hooks, widgets, key
bindings, styles, traps, jobs, descriptors, exit status. What differs between shells that nobody looks at (times, random
numbers) is counted as varying and tells nothing. Prints one line for each CONFIG; exit status 1 for any difference.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from explaining import request_named
from shell_states import Sessions, compare

from zshforge.model.errors import ZfError

LEVELS = ("files", "lines", None)


def main() -> int:
    """All configurations, then the table; what differs goes to standard error."""
    wrong = 0
    print(
        "| configuration | parts of the state | varying by themselves | other when observed |\n|---|--:|--:|--:|",
        flush=True,
    )
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
            try:
                found = compare(Sessions(request_named(name, Path(scratch)), stack), LEVELS)
            except ZfError as error:
                print(f"{name}: {error}", file=sys.stderr)
                wrong += 1
                continue
        print(f"| {Path(name).name} | {found.parts} | {len(found.varying)} | {len(found.differences)} |", flush=True)
        print(f"{name}: varying: {' · '.join(found.varying)}", file=sys.stderr, flush=True)
        for one in found.differences:
            print(f"{name}: {one.level}: {one.name}\n  {one.plain!r}\n  {one.observed!r}", file=sys.stderr, flush=True)
        wrong += bool(found.differences)
    return int(wrong > 0 or len(sys.argv) == 1)


if __name__ == "__main__":
    sys.exit(main())
