"""The ssh agent: a live one is used, a dead one replaced, one is started for all shells, none where nobody is."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.zsh.conftest import Shell

pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="there is no ssh-agent here"),
]

ASK = "ssh-add -l; print -r -- sock=$SSH_AUTH_SOCK="
QUIET = "print -r -- sock=$SSH_AUTH_SOCK="
MODULE = 'source "$ZDOTDIR/pre-plugin/30-ssh-agent.zsh"; '


@pytest.fixture
def agents(shell: Shell) -> Iterator[Path]:
    """A folder for the agent's socket, short enough for one; whatever listens there is ended afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="zfa"))
    shell.env |= {"ZSH_SSH_AGENT_DIR": str(folder / "a"), "PATH": os.environ["PATH"], "HOST": "here"}
    shell.env["ZSH_SSH_AGENT"] = "1"
    try:
        yield folder
    finally:
        for pid in pids(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)  # an agent that ends removes its socket itself


def pids(folder: Path) -> list[int]:
    """The agents whose socket lies below a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if b"ssh-agent" in words[0] and any(str(folder).encode() in word for word in words):
                    found.append(int(entry.name))
    return found


def sockets(screen: str) -> list[str]:
    """What the shell said SSH_AUTH_SOCK was."""
    return [found for found in re.findall(r"sock=([^=\s]*)=", screen) if not found.startswith("$")]


def dead_socket(place: Path) -> None:
    """A socket that nobody listens on any more."""
    place.parent.mkdir(mode=0o700, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(place))


def test_an_agent_is_started_at_the_first_need_and_not_before(shell: Shell, agents: Path) -> None:
    assert sockets(shell.session(QUIET, "cd ~/gitte; print nothing", marked=False).screen) == [""]
    assert pids(agents) == []
    session = shell.session(ASK, marked=False)
    assert "The agent has no identities" in session.screen
    assert len(pids(agents)) == 1
    (place,) = sockets(session.screen)
    assert Path(place).parent.stat().st_mode & 0o777 == 0o700


def test_the_next_shell_uses_the_agent_of_the_first_from_its_start(shell: Shell, agents: Path) -> None:
    first = sockets(shell.session(ASK, marked=False).screen)
    session = shell.session(QUIET, ASK, "print -r -- pid=$SSH_AGENT_PID=", marked=False)
    assert sockets(session.screen) == first * 2
    assert len(pids(agents)) == 1


def test_the_process_of_the_agent_is_known_where_it_was_started(shell: Shell, agents: Path) -> None:
    session = shell.session(ASK, "print -r -- pid=$SSH_AGENT_PID=", marked=False)
    assert f"pid={pids(agents)[0]}=" in session.screen


def test_two_shells_at_once_start_one_agent(shell: Shell, agents: Path) -> None:
    shell.session(marked=False)
    with ThreadPoolExecutor(4) as pool:
        sessions = list(pool.map(lambda _: shell.session(ASK, marked=False), range(4)))
    assert len({place for session in sessions for place in sockets(session.screen)}) == 1
    assert all("The agent has no identities" in session.screen for session in sessions)
    assert len(pids(agents)) == 1


def test_a_dead_shared_socket_is_replaced(shell: Shell, agents: Path) -> None:
    (agents / "a").mkdir(mode=0o700)
    shell.session(ASK, marked=False)
    os.kill(pids(agents)[0], signal.SIGKILL)
    session = shell.session(ASK, marked=False)
    assert "The agent has no identities" in session.screen
    assert len(pids(agents)) == 1


def test_a_dead_socket_of_somebody_else_is_replaced_also_in_a_shell_that_stood_there(
    shell: Shell, agents: Path
) -> None:
    dead_socket(agents / "forwarded")
    session = shell.session(QUIET, ASK, marked=False, SSH_AUTH_SOCK=str(agents / "forwarded"))
    assert sockets(session.screen)[0] == str(agents / "forwarded")
    assert "The agent has no identities" in session.screen


def test_a_live_agent_is_left_alone(shell: Shell, agents: Path) -> None:
    mine = str(agents / "mine")
    subprocess.run(["ssh-agent", "-a", mine], check=True, capture_output=True)
    assert sockets(shell.session(ASK, marked=False, SSH_AUTH_SOCK=mine).screen) == [mine]
    assert len(pids(agents)) == 1


def test_an_agent_of_the_desktop_is_found(shell: Shell, agents: Path) -> None:
    (agents / "run" / "keyring").mkdir(parents=True, mode=0o700)
    mine = str(agents / "run" / "keyring" / "ssh")
    subprocess.run(["ssh-agent", "-a", mine], check=True, capture_output=True)
    assert sockets(shell.session(ASK, marked=False, XDG_RUNTIME_DIR=str(agents / "run")).screen) == [mine]


@pytest.mark.parametrize("command", [ASK, "-zf-ssh-agent 'ssh x'"])
def test_a_measured_shell_starts_none(shell: Shell, agents: Path, command: str) -> None:
    shell.session(command, command)
    assert pids(agents) == []


def test_a_shell_without_a_person_starts_none(shell: Shell, agents: Path) -> None:
    shell.run(f"{MODULE}-zf-ssh-agent 'ssh x'; ssh-add -l", "-f", "-i")
    shell.run(f"{MODULE}-zf-ssh-agent 'ssh x'; ssh-add -l", "-f")
    assert pids(agents) == []


def test_it_can_be_switched_off(shell: Shell, agents: Path) -> None:
    assert sockets(shell.session(ASK, marked=False, ZSH_SSH_AGENT="0").screen) == [""]
    assert pids(agents) == []


def test_it_can_be_asked_for_after_the_prompt(shell: Shell, agents: Path) -> None:
    (shell.zdotdir / "functions" / "-zf-after-prompt").write_text("precmd_functions+=($2)\n")
    shell.session(QUIET, marked=False, ZSH_SSH_AGENT="prompt")
    assert len(pids(agents)) == 1


@pytest.mark.parametrize("line", ["(cd /; ssh-add -l)", "true && ssh-add -l", "add", "SSH_ASKPASS= ssh-add -l"])
def test_a_need_is_seen_anywhere_in_a_line_and_behind_an_alias(shell: Shell, agents: Path, line: str) -> None:
    session = shell.session("alias add='ssh-add -l'", line, marked=False)
    assert session.screen.count("The agent has no identities") == 1
    assert len(pids(agents)) == 1


@pytest.mark.parametrize("line", ["cd ~/git", "print ssh-keys", "ls .git", "print legit", "eval $(:ssh-agent -s)"])
def test_a_word_that_only_looks_like_it_starts_none(shell: Shell, agents: Path, line: str) -> None:
    shell.session(line, marked=False)
    assert pids(agents) == []


def test_a_folder_that_others_can_enter_is_refused_with_what_to_do_once(shell: Shell, agents: Path) -> None:
    (agents / "a").mkdir(mode=0o755)
    session = shell.session(ASK, ASK, marked=False)
    assert session.screen.count("is not a folder of yours alone. Try: ") == 1
    assert pids(agents) == []


def test_a_home_that_cannot_be_written_is_told_and_hurts_nothing(shell: Shell, agents: Path) -> None:
    session = shell.session(ASK, "print -r -- a''live", marked=False, ZSH_SSH_AGENT_DIR="/proc/1/task/x")
    assert "zf: no agent: " in session.screen
    assert "alive" in session.screen
    assert pids(agents) == []


def test_an_agent_that_does_not_start_is_told_with_its_own_words(shell: Shell, agents: Path) -> None:
    fake = agents / "bin" / "ssh-agent"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho out of luck >&2\nexit 1\n")
    fake.chmod(0o755)
    session = shell.session(ASK, marked=False, PATH=f"{fake.parent}:{os.environ['PATH']}")
    assert "zf: ssh-agent did not start: out of luck. Try: ssh-agent -a " in session.screen


def test_without_openssh_the_missing_program_is_named(shell: Shell, agents: Path) -> None:
    (agents / "bin").mkdir()
    (agents / "bin" / "zsh").symlink_to(shutil.which("zsh") or "zsh")
    done = shell.session(f"path=({agents}/bin)", "ssh-add", marked=False)
    assert "zf: ssh-agent not found. Try: install openssh (Debian: openssh-client)" in done.screen


def test_sourced_twice_and_under_hostile_options_there_is_one_hook_and_an_agent(shell: Shell, agents: Path) -> None:
    options = [
        word for name in ["ksh_arrays", "sh_word_split", "no_unset", "sh_glob", "no_glob"] for word in ("-o", name)
    ]
    session = shell.session(
        "source $ZDOTDIR/pre-plugin/30-ssh-agent.zsh",
        'print -r -- hooks ${(M)#preexec_functions[@]:#-zf-ssh-need}; print -r -- "${preexec_functions[@]}" .',
        ASK,
        options=("-d", *options),
        marked=False,
    )
    assert "The agent has no identities" in session.screen
    assert session.screen.count("-zf-ssh-need") <= 3
    assert len(pids(agents)) == 1
