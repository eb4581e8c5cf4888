"""The shell compares what it reads with the list of a lock, by itself, and never before the prompt."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live import Live
from scan_lists import LOAD, put_hasher, states

from zshforge.shell.processes import processes_below

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell


def test_a_shell_whose_files_are_the_listed_ones_is_well(shell: Shell, listed: Path) -> None:
    done = shell.run(LOAD + "plugin_scan_now")
    assert (done.returncode, done.stderr) == (0, "")
    count = len((shell.zdotdir / "integrity.list").read_text().splitlines()) - 2
    assert f"verified {count} · changed 0 · missing 0 · unexpected 0" in done.stdout
    assert not (listed / "ran").exists()


def test_changed_missing_and_unexpected_files_are_named(shell: Shell, listed: Path) -> None:
    (listed / "new\nline.zsh").write_text("changed\n")
    (listed / "plain.zsh").unlink()
    (listed / "with space.zsh.zwc").write_text("compiled by somebody\n")
    done = shell.run(LOAD + "plugin_scan_now; print status $?; plugin_security_status >/dev/null; print $?")
    assert "changed 1 · missing 1 · unexpected 1" in done.stdout
    assert f"edited {listed}/new\\nline.zsh (odd)" in done.stdout
    assert f"missing {listed}/plain.zsh (odd)" in done.stdout
    assert f"unexpected {listed}/with space.zsh.zwc" in done.stdout
    assert done.stdout.endswith("status 1\n1\n")


def test_unexpected_files_alone_are_degraded_and_no_failure(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh.zwc").write_text("x")
    assert shell.run(LOAD + "plugin_scan_now").returncode == 0


def test_a_changed_byte_with_its_time_set_back_is_found_also_when_digests_are_remembered(
    shell: Shell, listed: Path
) -> None:
    file = listed / "plain.zsh"
    for old in shell.zdotdir.rglob("*"):
        os.utime(old, (1, 1))
    time.sleep(3)  # what was changed less than two seconds ago is not remembered
    shell.run(LOAD + "plugin_scan_now")
    kept = shell.root / "home/.cache/zshforge/scan.cache"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text().count(hashlib.sha256(b"# it's\n").hexdigest()) == 1
    file.write_text("# PLAIN.zsh\n")
    os.utime(file, (1, 1))
    assert "changed 1" in shell.run(LOAD + "plugin_scan_now").stdout


def test_full_believes_nothing_that_is_remembered(shell: Shell, listed: Path) -> None:
    for old in shell.zdotdir.rglob("*"):
        os.utime(old, (1, 1))
    time.sleep(3)
    shell.run(LOAD + "plugin_scan_now")
    cache = shell.root / "home/.cache/zshforge/scan.cache"
    right = hashlib.sha256((listed / "plain.zsh").read_bytes()).hexdigest()
    lie = cache.read_text().replace(right, "0" * 64)
    cache.write_text(lie)
    cache.chmod(0o600)
    assert "changed 1" in shell.run(LOAD + "plugin_scan_now").stdout
    assert "changed 0" in shell.run(LOAD + "plugin_scan_now --full").stdout
    cache.write_text(lie)
    cache.chmod(0o666)
    assert "changed 0" in shell.run(LOAD + "plugin_scan_now").stdout


@pytest.mark.parametrize("damage", ["", "zf-scan-2\n", "zf-scan-2\n1 2\n1\n\n\n\n\n", "\0\1$(touch ran)\n" * 9])
def test_a_damaged_memory_is_an_empty_one(shell: Shell, listed: Path, damage: str) -> None:
    assert listed.is_dir()
    cache = shell.root / "home/.cache/zshforge/scan.cache"
    cache.write_text(damage)
    cache.chmod(0o600)
    done = shell.run(LOAD + "plugin_scan_now")
    assert (done.returncode, done.stderr, "changed 0" in done.stdout) == (0, "", True)
    assert not list(shell.root.rglob("ran"))


def test_a_list_that_is_not_the_anchored_one_is_found(shell: Shell, listed: Path) -> None:
    assert listed.is_dir()
    right = hashlib.sha256((shell.zdotdir / "integrity.list").read_bytes()).hexdigest()
    for sha, changed in ((right, 0), ("0" * 64, 1)):
        anchors = f"zf::trust_anchor_get() {{ [[ $1 == integrity-list ]] && print {sha} }}; "
        done = shell.run(LOAD + anchors + "plugin_scan_now")
        assert f"changed {changed} " in done.stdout
        assert (f"edited {shell.zdotdir}/integrity.list" in done.stdout) == bool(changed)


@pytest.mark.timeout(60)
def test_what_is_no_file_is_not_opened(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh").unlink()
    os.mkfifo(listed / "plain.zsh")
    assert "changed 1" in shell.run(LOAD + "plugin_scan_now").stdout


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("act", ["exec sleep 50", "exec yes flood", "exit 1", "kill -9 $PPID"])
def test_a_program_that_does_not_hash_is_a_failed_scan_with_no_finding_and_leaves_nobody(
    shell: Shell, act: str
) -> None:
    search = put_hasher(shell, f': > "$HOME/came"\n{act}')
    done = shell.run(LOAD + "plugin_scan_now", PATH=search, ZF_ASYNC_CAP_MS="5000")
    assert (done.returncode, done.stderr) == (1, "")
    assert "state FAILED" in done.stdout
    assert "failed:" in done.stdout
    assert "edited" not in done.stdout
    assert (shell.root / "home/came").exists()
    end = time.monotonic() + 10
    while left := processes_below(shell.root):
        assert time.monotonic() < end, left
        time.sleep(0.05)


def test_a_file_that_is_changed_while_it_is_hashed_is_found_and_not_remembered(shell: Shell, listed: Path) -> None:
    for old in shell.zdotdir.rglob("*"):
        os.utime(old, (1, 1))
    time.sleep(3)
    search = put_hasher(shell, f'PATH={os.defpath}\nsha256sum "$@"\necho changed >"{listed}/plain.zsh"')
    shell.run(LOAD + "plugin_scan_now", PATH=search)
    done = shell.run(LOAD + "plugin_scan_now")
    assert f"edited {listed}/plain.zsh" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("cut", [2, 40, 300])
def test_a_list_that_was_cut_is_found(shell: Shell, listed: Path, cut: int) -> None:
    assert listed.is_dir()
    file = shell.zdotdir / "integrity.list"
    file.write_bytes(file.read_bytes()[:-cut])
    done = shell.run(LOAD + "plugin_scan_now")
    assert f"edited {file}" in done.stdout
    assert done.returncode == 1


def test_a_list_of_another_machine_holds_here_for_what_is_below_home(
    shell: Shell, listed: Path, tmp_path: Path
) -> None:
    there = tmp_path / "another home/z"
    shutil.copytree(shell.zdotdir, there, symlinks=True)
    done = shell.run(LOAD + "plugin_scan_now", ZDOTDIR=str(there))
    assert (done.returncode, "changed 0 · missing 0" in done.stdout) == (0, True)
    (there / listed.relative_to(shell.zdotdir) / "plain.zsh").write_text("x")
    assert shell.run(LOAD + "plugin_scan_now", ZDOTDIR=str(there)).returncode == 1


@pytest.mark.timeout(60)
def test_two_gigabytes_a_socket_and_a_device_are_edits_that_nobody_reads(shell: Shell, listed: Path) -> None:
    for name in ("plain.zsh", "it's", "-rf"):
        (listed / name).unlink()
    with (listed / "plain.zsh").open("wb") as file:
        file.truncate(2 << 30)
    (listed / "it's").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(listed)
        server.bind("-rf")
        os.chdir(here)
    search = put_hasher(shell, f'PATH={os.defpath}\nprintf "%s\\n" "$@" >>"$HOME/read"\nexec sha256sum "$@"')
    done = shell.run(LOAD + "plugin_scan_now", PATH=search)
    assert "changed 3 · missing 0" in done.stdout
    assert f"{listed}/plain.zsh" not in (shell.root / "home/read").read_text(errors="replace")


def test_links_that_go_round_are_missing(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh").unlink()
    (listed / "plain.zsh").symlink_to("it's")
    (listed / "it's").unlink()
    (listed / "it's").symlink_to("plain.zsh")
    assert "missing 2" in shell.run(LOAD + "plugin_scan_now").stdout


@pytest.mark.timeout(300)
def test_two_hundred_shells_at_once_agree_and_leave_one_whole_memory(shell: Shell, listed: Path) -> None:
    (listed / "plain.zsh").write_text("changed\n")
    with ThreadPoolExecutor(40) as pool:
        done = list(pool.map(lambda _: shell.run(LOAD + "plugin_scan_now"), range(200)))
    assert {(one.returncode, one.stderr) for one in done} == {(1, "")}
    assert all("changed 1 · missing 0 · unexpected 0" in one.stdout for one in done)
    folder = shell.root / "home/.cache/zshforge"
    assert {file.name for file in folder.iterdir()} <= {"scan.cache", "async-state.log"}


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts a small file system")
@pytest.mark.usefixtures("listed")
def test_a_full_disk_and_a_read_only_one_cost_no_finding(shell: Shell, listed: Path) -> None:
    folder = shell.root / "home/.cache/zshforge"
    small = ["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(folder)]
    if subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("this machine mounts nothing")
    try:
        with contextlib.suppress(OSError), (folder / "fill").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 512)
        (listed / "plain.zsh").write_text("changed\n")
        for _ in range(2):
            done = shell.run(LOAD + "plugin_scan_now")
            assert (done.returncode, done.stderr, "changed 1 ·" in done.stdout) == (1, "", True)
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.pty
def test_without_a_list_the_shell_is_degraded_and_says_how_to_get_one(shell: Shell) -> None:
    done = shell.run(LOAD + "plugin_scan_now")
    assert done.returncode == 0
    assert "degraded: there is no list" in done.stdout
    with Live(shell) as live:
        live.rest(1.0)
    assert states(shell) == []


def test_commands_refuse_what_they_do_not_know(shell: Shell) -> None:
    assert shell.run(LOAD + "plugin_scan_now --fast").returncode == 2
    assert shell.run(LOAD + "plugin_security_status x").returncode == 2


def test_a_scan_rests_nineteen_times_as_long_as_it_works_and_at_most_so_long(shell: Shell) -> None:
    rest = 'autoload -Uz "$ZDOTDIR/functions/-zf-scan-rest"; zmodload zsh/datetime; '
    rest += "typeset -F _zf_scan_began _zf_scan_rested; (( _zf_scan_began = EPOCHREALTIME - 0.01 )); "
    rest += "-zf-scan-rest {}; print $(( _zf_scan_rested >= {} )) $?"
    assert shell.run(rest.format("0.05", "0.04"), "-f").stdout == "1 0\n"
    assert shell.run(rest.format("", "0.2"), "-f").stdout == "1 0\n"
    by_hand = rest.replace("; (( _zf", "; _zf_scan_rested=-1; (( _zf")
    assert shell.run(by_hand.format("", "-1"), "-f").stdout == "1 0\n"
