"""Parses every zsh file of the package by zsh itself, without running one.

Usage: ``tools/zsh_syntax.py [FOLDER]`` (default: ``src/zshforge``). Prints the bad files; exit code 1 when one is bad.

``zsh -n`` fails good files (``regexp-replace`` of zsh itself), so each file becomes the body of a function instead:
that assignment parses and does not run, and leaves no function behind when the parser refuses.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "zshforge"
DATA = {".toml", ".md", ".json", ".zwc", ".txt", ".py", ".pyc"}

# the status of the assignment is 0 even when the parser refused; the messages of one file end with its line
PARSE = r"""
setopt no_aliases
zmodload zsh/parameter zsh/mapfile || exit 4
for file in "$@"; do
  functions[-zf-parsed]=${mapfile[$file]}
  if (( $+functions[-zf-parsed] )); then unfunction -- -zf-parsed; print -ru2 -- "good"; else print -ru2 -- "bad"; fi
done
"""


def zsh_files(folder: Path) -> list[Path]:
    """Every file below a folder that is zsh by its name, or by lying in a folder ``zsh``."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and _is_zsh(path.relative_to(folder)))


def _is_zsh(path: Path) -> bool:
    if path.suffix in DATA:
        return False
    return path.suffix == ".zsh" or path.name.startswith(".z") or "zsh" in path.parts[:-1]


def bad_files(files: list[Path]) -> list[str]:
    """One line for each file that zsh cannot parse, with zsh's own words."""
    command = ["zsh", "-f", "-c", PARSE, "zsh", *map(str, files)]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    bad, messages, rest = [], [], iter(files)
    for line in done.stderr.decode(errors="replace").splitlines():
        if line not in {"good", "bad"}:
            messages.append(line.removeprefix("zsh:"))
            continue
        file = next(rest)
        if line == "bad":
            bad.append(f"{file}:{messages[0] if messages else ' cannot be parsed'}")
        messages = []
    if next(rest, None) is not None:
        raise SystemExit(f"zsh stopped before it had seen every file: {messages}")
    return bad


def main(args: list[str]) -> int:
    """Checks a folder; an empty one proves nothing, so it fails."""
    files = zsh_files(Path(args[0]) if args else PACKAGE)
    bad = bad_files(files) if files else []
    for line in bad:
        print(line)
    print(f"{len(files)} files, {len(bad)} bad")
    return int(bool(bad) or not files)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
