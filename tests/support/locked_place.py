"""A configuration with two plugins, one of them a git checkout, locked without a start."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zshforge.integrity.hash_cache import HashCache
from zshforge.integrity.locking import Snapshot, Tools, make_lock
from zshforge.integrity.observing import Observed
from zshforge.integrity.places import Places
from zshforge.integrity.verifying import Checked, verify
from zshforge.shell.git import Git
from zshforge.shell.zsh import find_zsh

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.model.integrity import Lock, Use

NOW_NS = 4_000_000_000_000_000_000
SEARCH = os.environ["PATH"]


def git(repo: Path, *words: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    environment = {"PATH": SEARCH, "HOME": "/nonexistent"}
    done = subprocess.run(
        ["git", "-C", str(repo), *identity, *words], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def put(root: Path, name: str, text: str = ":\n") -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def compile_file(file: Path) -> Path:
    subprocess.run(["zsh", "-fc", 'zcompile -- "$1"', "x", str(file)], check=True)
    return file.with_name(f"{file.name}.zwc")


@dataclass
class Place:
    """A ZDOTDIR whose files, as far as a start would read them, are told by hand."""

    zdotdir: Path
    scratch: Path
    cache: Path
    sourced: list[str] = field(
        default_factory=lambda: [".zshrc", "plugins/plain/plain.plugin.zsh", "plugins/cloned/init.zsh"]
    )
    fpath: list[str] = field(default_factory=lambda: ["functions", "later"])
    functions: tuple[str, ...] = ("hello",)

    @property
    def plain(self) -> Path:
        return self.zdotdir / "plugins/plain"

    @property
    def cloned(self) -> Path:
        return self.zdotdir / "plugins/cloned"

    def places(self) -> Places:
        return Places((("ZDOTDIR", str(self.zdotdir)),))

    def tools(self) -> Tools:
        return Tools(
            zsh=find_zsh(SEARCH, None),
            git=Git(search=SEARCH, home=self.scratch),
            cache=HashCache(self.cache, NOW_NS),
            scratch=self.scratch,
            largest=1_000_000_000,
        )

    def observed(self) -> Observed:
        uses: dict[str, Use] = {str(self.zdotdir / name): "sourced" for name in self.sourced}
        return Observed(
            observed="system calls",
            files=uses,
            fpath=tuple(str(self.zdotdir / name) for name in self.fpath),
            functions=self.functions,
            notes=(),
        )

    def locked(self) -> tuple[Lock, Snapshot]:
        tools = self.tools()
        made = make_lock("zdotdir", self.observed(), self.places(), tools)
        tools.cache.save()
        return made

    def lock(self) -> Lock:
        return self.locked()[0]

    def verify(self, lock: Lock, *, updated_fails: bool = True) -> Checked:
        return verify(lock, self.places(), self.tools(), updated_fails=updated_fails)

    def found(self, lock: Lock) -> list[tuple[str, str, str]]:
        """Kind, path and plugin of every finding."""
        return [(finding.kind, finding.path, finding.plugin) for finding in self.verify(lock).findings]
