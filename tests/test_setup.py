"""What `tools/setup` does on a machine on which something is missing: it installs it, or says what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("dirname", "id", "cat", "mktemp", "tail", "rm", "cksum", "tr", "env", "ln", "chmod")


class Machine:
    """A checkout that was set up before, on a machine with no more programs than are put there."""

    def __init__(self, root: Path) -> None:
        self.programs, self.checkout, self.log = root / "bin", root / "checkout", root / "called"
        self.programs.mkdir()
        (self.checkout / "tools").mkdir(parents=True)
        for name in ("tools/setup", "tools/constraints.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, self.checkout / name)
        for name in TOOLS:
            (self.programs / name).symlink_to(shutil.which(name) or name)
        (self.programs / "python3").symlink_to(sys.executable)
        self.put("pip", "exit 0")
        (self.checkout / ".venv/bin").mkdir(parents=True)
        for name in ("python", "zf"):  # stands for the private interpreter: pip and compileall succeed
            (self.checkout / ".venv/bin" / name).symlink_to(self.programs / "pip")

    def put(self, name: str, code: str) -> None:
        """A program."""
        file = self.programs / name
        file.write_text(f"#!/bin/sh\n{code}\n")
        file.chmod(0o755)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        """Runs it."""
        return subprocess.run(
            ["/bin/sh", self.checkout / "tools/setup"],
            env={"PATH": str(self.programs), "TMPDIR": str(self.checkout)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """One without zsh and without apt-get."""
    return Machine(tmp_path)


def test_without_zsh_and_without_a_package_manager_it_says_what_is_missing_and_what_to_do(machine: Machine) -> None:
    done = machine.set_up()
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "setup: the shell to measure is missing and there is no apt-get here. "
        "Try: install zsh with your package manager, then run this again\n"
    )


def test_zsh_that_is_missing_is_installed_and_a_second_run_says_nothing(machine: Machine) -> None:
    machine.put("sudo", 'shift\nexec "$@"')
    machine.put("apt-get", f'echo "$*" >>{machine.log}\n[ "$1" = update ] || ln -s /bin/true {machine.programs}/zsh')
    first, second = machine.set_up(), machine.set_up()
    assert machine.log.read_text() == "update -qq\ninstall -y -qq zsh\n"
    assert first.stderr == (
        "setup: installing zsh (the shell to measure)\nsetup: installing zf and what it needs into .venv\n"
    )
    assert (first.returncode, second.returncode) == (0, 0)
    assert second.stdout + second.stderr == ""


def test_an_installation_that_fails_shows_its_last_lines_and_what_to_do(machine: Machine) -> None:
    machine.put("sudo", 'shift\nexec "$@"')
    machine.put("apt-get", "echo 'E: no such host' >&2\nexit 100")
    done = machine.set_up()
    assert done.returncode == 4
    assert "E: no such host\n" in done.stderr
    assert done.stderr.endswith("could not install zsh. Try: sudo apt-get install zsh, then run this again\n")
    assert not list(machine.checkout.glob("tmp.*")), "its log is gone"


def test_an_interpreter_that_is_too_old_is_not_taken(machine: Machine) -> None:
    machine.put("zsh", "exit 0")
    (machine.programs / "python3").unlink()
    machine.put("python3", "exit 1")
    done = machine.set_up()
    assert done.returncode == 4
    assert "Python 3.11 or newer is missing" in done.stderr
