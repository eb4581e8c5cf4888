"""A home with the shipped configuration, its compiled bundle and an integrity list; with or without its scan."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING

from zshforge.shell.bundle import build_bundle
from zshforge.shell.config import BUILTIN
from zshforge.shell.pty import PtyProcess, Spawn
from zshforge.shell.zsh import find_zsh

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "zf-scan-here"  # noqa: S105  a folder's name that only the prompt shows
SEARCH = os.defpath + ":/usr/local/bin"
_QUEUE = re.compile(r"^.*_zf_after\+=\(-zf-async\).*\n", re.MULTILINE)


class ScanHome:
    """A HOME and a ZDOTDIR below one folder.

    Args:
        top: The folder; made.
        scan: Whether the configuration has its scan: without, module 00 queues nothing and module 80 is empty.
        plugin_files: How many files a plugin adds to the list.
    """

    def __init__(self, top: Path, *, scan: bool = True, plugin_files: int = 0) -> None:
        self.home, self.zdotdir, self.folder = top / "home", top / "z", top / TOKEN
        self.cache = self.home / ".cache/zshforge"
        self.log = self.cache / "async-state.log"
        for folder in (self.cache, self.folder):
            folder.mkdir(parents=True)
        shutil.copytree(BUILTIN, self.zdotdir, ignore=shutil.ignore_patterns("bundle"))
        if not scan:
            self._leave_out()
        for number in range(plugin_files):
            file = self.zdotdir / f"plugins/many/lib{number % 20}/f{number}.zsh"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"f{number}() {{ print {number} }}\n" * 40)
        self.zsh = find_zsh(SEARCH, None).path
        (self.zdotdir / "bundle").mkdir()
        build_bundle(self.zdotdir, zsh=self.zsh, search=SEARCH)
        # as a lock: the key of the bundle is data, and each build writes another
        self.files = sorted(file for file in self.zdotdir.rglob("*") if file.is_file() and file.name != "key")
        self.write_list()

    def _leave_out(self) -> None:
        queue = self.zdotdir / "post-plugin/00-security-integrity.zsh"
        text = queue.read_text()
        text, found = _QUEUE.subn("", text)
        assert found == 1  # noqa: S101  else this measures nothing
        queue.write_text(text.replace("{after-prompt,async,", "{after-prompt,"))
        commands = self.zdotdir / "post-plugin/80-security-validation.zsh"
        commands.write_text("".join(commands.read_text().splitlines(keepends=True)[:3]))

    def write_list(self) -> None:
        """The list, of the files as they are."""
        rows = [
            f"{hashlib.sha256(file.read_bytes()).hexdigest()}\tours\tZDOTDIR/{file.relative_to(self.zdotdir)}\n"
            for file in self.files
        ]
        (self.zdotdir / "integrity.list").write_text("".join(["# list\n", *rows, f"# end {len(rows)}\n"]))

    def environment(self, **more: str) -> dict[str, str]:
        """All that a shell gets."""
        base = {"HOME": str(self.home), "ZDOTDIR": str(self.zdotdir), "PATH": SEARCH, "TERM": "xterm-256color"}
        return base | {"LC_ALL": "C.UTF-8"} | more

    def start(self, *before: str, typed: bytes = b"", **more: str) -> PtyProcess:
        """An interactive zsh that has begun to run, under another program if words are given."""
        argv = (*before, self.zsh, "-i")
        process = PtyProcess.spawn(
            Spawn(argv=argv, environment=self.environment(**more), folder=self.folder, typed=typed)
        )
        process.release()
        return process

    def states(self, pid: int) -> dict[str, int]:
        """The stamps of the states that a shell has told of itself lately; of its prompt, too."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 100_000))
                text = log.read().decode("utf-8", "replace")
        except OSError:
            return {}
        found = re.findall(rf"(?:state=(\w+)|(PROMPT)) us=(\d{{16}}) pid={pid} ", text)
        return {state or prompt: int(us) for state, prompt, us in found}
