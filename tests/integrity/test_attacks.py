"""Every attack is found and called by its name; what was only to be read is not run, and nothing hangs."""

import os
import shutil
import socket
from pathlib import Path

import msgspec
import pytest
from locked_place import Place, compile_file, git, put

from zshforge.integrity.locking import sealed_lock
from zshforge.integrity.result import edited_findings
from zshforge.model.errors import ArtifactInvalid, UsageError
from zshforge.model.integrity import Lock
from zshforge.model.schema import decode, encode

PLAIN = "ZDOTDIR/plugins/plain"
CLONED = "ZDOTDIR/plugins/cloned"
pytestmark = pytest.mark.timeout(60)


def keep_time(file: Path, content: str) -> None:
    """Changes a file and sets its time back."""
    times = file.stat()
    file.write_text(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_nothing_changed_is_no_finding(place: Place) -> None:
    lock = place.lock()
    checked = place.verify(lock)
    assert checked.findings == ()
    assert {plugin.state for plugin in checked.plugins} == {"unchanged"}


def test_a_byte_of_a_plugin(place: Place) -> None:
    lock = place.lock()
    (place.plain / "plain.plugin.zsh").write_text("plain=2\n")
    assert place.found(lock) == [("edited", f"{PLAIN}/plain.plugin.zsh", "plain")]


def test_a_byte_with_the_time_set_back(place: Place) -> None:
    lock = place.lock()
    place.verify(lock)
    keep_time(place.plain / "plain.plugin.zsh", "plain=2\n")
    assert place.found(lock) == [("edited", f"{PLAIN}/plain.plugin.zsh", "plain")]


def test_a_byte_of_a_compiled_file_alone(place: Place) -> None:
    compiled = compile_file(place.plain / "plain.plugin.zsh")
    lock = place.lock()
    data = bytearray(compiled.read_bytes())
    data[data.index(b"plain=") + 6 if b"plain=" in data else len(data) // 2 - 3] ^= 1
    compiled.write_bytes(bytes(data))
    assert place.found(lock) == [("foreign_compiled", f"{PLAIN}/plain.plugin.zsh.zwc", "plain")]


def test_a_compiled_file_of_something_else(place: Place, tmp_path: Path) -> None:
    compile_file(place.plain / "plain.plugin.zsh")
    lock = place.lock()
    other = compile_file(put(tmp_path, "plain.plugin.zsh", "touch /tmp/ran\n"))
    shutil.copy(other, place.plain / "plain.plugin.zsh.zwc")
    assert place.found(lock) == [("foreign_compiled", f"{PLAIN}/plain.plugin.zsh.zwc", "plain")]


def test_a_compiled_file_appears_where_there_was_none(place: Place, tmp_path: Path) -> None:
    lock = place.lock()
    other = compile_file(put(tmp_path, "plain.plugin.zsh", "touch /tmp/ran\n"))
    shutil.copy(other, place.plain / "plain.plugin.zsh.zwc")
    assert place.found(lock) == [("foreign_compiled", f"{PLAIN}/plain.plugin.zsh.zwc", "plain")]


def test_compiling_again_is_no_finding(place: Place) -> None:
    lock = place.lock()
    compile_file(place.plain / "plain.plugin.zsh")
    checked = place.verify(lock)
    assert checked.findings == ()
    assert checked.recompiled == 1


def test_a_compiled_file_that_was_left_behind(place: Place) -> None:
    source = place.plain / "plain.plugin.zsh"
    compiled = compile_file(source)
    lock = place.lock()
    source.write_text("plain=2\n")
    os.utime(compiled, (1, 1))
    found = place.verify(lock).findings
    assert [(one.kind, one.level) for one in found] == [("edited", "fail"), ("stale_compiled", "warn")]
    os.utime(compiled, (4e9, 4e9))
    found = place.verify(lock).findings
    assert [(one.kind, one.level) for one in found] == [("edited", "fail"), ("stale_compiled", "fail")]
    assert "zsh runs it" in found[1].detail


def test_a_source_that_was_only_touched_leaves_its_compiled_file_unused(place: Place) -> None:
    source = place.plain / "plain.plugin.zsh"
    compile_file(source)
    lock = place.lock()
    os.utime(source, (4e9, 4e9))
    (finding,) = place.verify(lock).findings
    assert (finding.kind, finding.level, finding.path) == ("stale_compiled", "warn", f"{PLAIN}/{source.name}.zwc")


def test_an_old_compiled_file_is_put_beside_a_source(place: Place, tmp_path: Path) -> None:
    lock = place.lock()
    other = compile_file(put(tmp_path, "plain.plugin.zsh", "plain=0\n"))
    shutil.copy(other, place.plain / "plain.plugin.zsh.zwc")
    os.utime(place.plain / "plain.plugin.zsh.zwc", (1, 1))
    assert place.found(lock) == [("stale_compiled", f"{PLAIN}/plain.plugin.zsh.zwc", "plain")]


def test_a_function_that_shadows_another(place: Place) -> None:
    lock = place.lock()
    put(place.zdotdir, "functions/hidden", "print gotcha\n")
    (finding,) = place.verify(lock).findings
    assert (finding.kind, finding.path, finding.plugin) == ("unexpected", "ZDOTDIR/functions/hidden", "configuration")
    assert "it shadows the function hidden of" in finding.detail


def test_names_of_any_kind_are_read_and_never_run(place: Place) -> None:
    names = [" two words", "new\nline", "it's", '"q"', "$(touch ran)", "`touch ran`", "-rf", "--", "*?[", "\\x41"]
    files = [os.fsencode(place.plain) + b"/" + os.fsencode(name) + b"\xff.zsh" for name in names]
    for file in files:
        Path(os.fsdecode(file)).write_bytes(b"# one\n")
    lock = place.lock()
    assert place.found(lock) == []
    for file in files:
        Path(os.fsdecode(file)).write_bytes(b"# two\n")
    found = place.verify(lock).findings
    assert {one.kind for one in found} == {"edited"}
    assert len({one.path for one in found}) == len(names)
    assert all(one.path.isprintable() and one.fix.isprintable() for one in found)
    assert not list(place.zdotdir.rglob("ran"))


def test_a_folder_of_functions_that_appears_early_in_fpath(place: Place) -> None:
    place.fpath.insert(0, "not/there")
    lock = place.lock()
    put(place.zdotdir, "not/there/hello", "print gotcha\n")
    assert place.found(lock) == [("unexpected", "ZDOTDIR/not/there/hello", "configuration")]


def test_a_compiled_folder_of_functions(place: Place, tmp_path: Path) -> None:
    lock = place.lock()
    shutil.move(compile_file(put(tmp_path, "hello", "print gotcha\n")), place.zdotdir / "functions.zwc")
    assert place.found(lock) == [("foreign_compiled", "ZDOTDIR/functions.zwc", "configuration")]


def test_a_start_file_that_was_not_there(place: Place) -> None:
    lock = place.lock()
    put(place.zdotdir, ".zlogin", "touch /tmp/ran\n")
    assert place.found(lock) == [("unexpected", "ZDOTDIR/.zlogin", "configuration")]


def test_a_plugin_replaced_by_a_link(place: Place, tmp_path: Path) -> None:
    lock = place.lock()
    shutil.copytree(place.plain, tmp_path / "copy")
    shutil.rmtree(place.plain)
    place.plain.symlink_to(tmp_path / "copy")
    assert place.found(lock) == [("link_leaves", PLAIN, "plain")]


def test_a_file_replaced_by_a_link_with_the_same_content(place: Place, tmp_path: Path) -> None:
    lock = place.lock()
    file = place.plain / "plain.plugin.zsh"
    shutil.copy(file, tmp_path / "copy.zsh")
    file.unlink()
    file.symlink_to(tmp_path / "copy.zsh")
    assert place.found(lock) == [("link_leaves", f"{PLAIN}/plain.plugin.zsh", "plain")]


def test_a_folder_in_a_plugin_replaced_by_a_link(place: Place, tmp_path: Path) -> None:
    lock = place.lock()
    shutil.move(place.plain / "lib", tmp_path / "lib")
    (place.plain / "lib").symlink_to(tmp_path / "lib")
    assert place.found(lock) == [
        ("link_leaves", f"{PLAIN}/lib", "plain"),
        ("missing", f"{PLAIN}/lib/more.zsh", "plain"),
    ]


def test_a_missing_file_and_a_missing_plugin(place: Place) -> None:
    lock = place.lock()
    (place.plain / "lib/more.zsh").unlink()
    assert place.found(lock) == [("missing", f"{PLAIN}/lib/more.zsh", "plain")]
    shutil.rmtree(place.plain)
    states = {plugin.name: plugin.state for plugin in place.verify(lock).plugins}
    assert states == {"plain": "missing", "cloned": "unchanged", "configuration": "unchanged"}


def test_an_update_is_told_from_an_edit(place: Place) -> None:
    lock = place.lock()
    put(place.cloned, "init.zsh", "cloned=2\n")
    put(place.cloned, "new.zsh", "new=1\n")
    (place.cloned / "lib/one.zsh").unlink()
    git(place.cloned, "add", "-A")
    git(place.cloned, "commit", "-qm", "two")
    (finding,) = place.verify(lock).findings
    assert (finding.kind, finding.path, finding.plugin) == ("updated", CLONED, "cloned")
    assert finding.fix == f"git -C {place.cloned} checkout {lock.plugins[0].commit}"
    assert place.verify(lock, updated_fails=False).findings[0].level == "warn"
    put(place.cloned, "init.zsh", "cloned=3\n")
    put(place.cloned, "evil.zsh", "evil=1\n")
    assert place.found(lock) == [
        ("updated", CLONED, "cloned"),
        ("unexpected", f"{CLONED}/evil.zsh", "cloned"),
        ("edited", f"{CLONED}/init.zsh", "cloned"),
    ]


def test_only_the_head_moved_and_the_content_did_not(place: Place) -> None:
    put(place.cloned, "init.zsh", "cloned=2\n")
    git(place.cloned, "commit", "-qam", "two")
    lock = place.lock()
    git(place.cloned, "update-ref", "HEAD", "HEAD~1")
    assert place.found(lock) == [("updated", CLONED, "cloned"), ("edited", f"{CLONED}/init.zsh", "cloned")]


def test_a_commit_moved_under_a_tag(place: Place) -> None:
    git(place.cloned, "tag", "-a", "v1.1", "-m", "one")
    lock = place.lock()
    git(place.cloned, "commit", "-qm", "two", "--allow-empty")
    git(place.cloned, "tag", "-f", "v1")
    git(place.cloned, "pack-refs", "--all")
    git(place.cloned, "tag", "-f", "-a", "v1.1", "-m", "two")
    details = [one.detail for one in place.verify(lock).findings if one.kind == "tag_moved"]
    assert [detail.split()[2] for detail in details] == ["v1", "v1.1"]
    assert ("updated", CLONED, "cloned") in place.found(lock)


def test_hooks_and_filters_of_a_checkout_are_not_run(place: Place) -> None:
    lock = place.lock()
    put(place.cloned, "init.zsh", "cloned=2\n")
    git(place.cloned, "commit", "-qam", "two")
    ran = place.scratch / "ran"
    put(place.cloned, ".git/hooks/post-index-change", f"#!/bin/sh\ntouch {ran}\n").chmod(0o755)
    put(place.cloned, ".git/info/attributes", "* filter=evil\n")
    for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "core.pager", "core.sshCommand"):
        git(place.cloned, "config", key, f"touch {ran};")
    assert place.found(lock) == [("updated", CLONED, "cloned")]
    place.lock()
    assert not ran.exists()


def test_wider_permissions_of_a_file_a_folder_and_a_folder_above(place: Place) -> None:
    lock = place.lock()
    (place.plain / "plain.plugin.zsh").chmod(0o666)
    assert place.found(lock) == [("permissions", f"{PLAIN}/plain.plugin.zsh", "plain")]
    (place.plain / "plain.plugin.zsh").chmod(0o644)
    (place.plain / "lib").chmod(0o777)
    assert place.found(lock) == [("permissions", f"{PLAIN}/lib", "plain")]
    (place.plain / "lib").chmod(0o755)
    place.zdotdir.parent.chmod(0o777)
    assert place.found(lock) == [("permissions", "ZDOTDIR/..", "")]
    assert place.verify(lock).findings[0].fix == f"chmod go-w {place.zdotdir.parent}"
    place.zdotdir.parent.chmod(0o700)
    assert place.found(lock) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_another_owner(place: Place) -> None:
    lock = place.lock()
    os.chown(place.plain / "lib/more.zsh", 12345, -1)
    assert place.found(lock) == [("owner", f"{PLAIN}/lib/more.zsh", "plain")]


def test_a_lock_that_was_edited(place: Place) -> None:
    lock = place.lock()
    text = encode(lock).decode()
    sha = next(file.sha256 for file in lock.plugins[-1].files if file.sha256)
    edited = decode(Lock, text.replace(sha, "0" * 64).encode(), where="lock")
    (finding,) = edited_findings(edited)
    assert (finding.kind, finding.level) == ("lock_edited", "fail")
    assert "plain" in finding.detail
    plugins = msgspec.structs.replace(lock, plugins=lock.plugins[:-1])
    assert [one.kind for one in edited_findings(plugins)] == ["lock_edited"]
    assert list(edited_findings(sealed_lock(lock))) == []


def test_every_cut_of_a_lock_is_refused(place: Place) -> None:
    data = encode(place.lock())
    for length in range(0, len(data) - 2, 97):
        with pytest.raises(ArtifactInvalid):
            decode(Lock, data[:length], where="lock")


def test_a_lock_from_another_machine(place: Place, tmp_path: Path) -> None:
    lock = place.lock()
    there = tmp_path / "home of somebody else" / "z"
    shutil.copytree(place.zdotdir, there, symlinks=True)
    moved = Place(there, place.scratch, place.cache)
    assert [found for found in moved.found(lock) if found[2]] == []
    put(there, ".zshrc", "changed\n")
    assert ("edited", "ZDOTDIR/.zshrc", "configuration") in moved.found(lock)


def test_a_lock_of_another_kind_of_configuration_is_refused(place: Place) -> None:
    lock = msgspec.structs.replace(
        place.lock(), plugins=(msgspec.structs.replace(place.lock().plugins[0], root="HOME/.oh-my-zsh"),)
    )
    with pytest.raises(UsageError, match="names HOME"):
        place.verify(lock)


def test_a_sparse_file_of_two_gigabytes(place: Place) -> None:
    with (place.plain / "huge").open("wb") as file:
        file.truncate(2 << 30)
    lock, snapshot = place.locked()
    assert snapshot.skipped == 1
    assert place.found(lock) == []
    with (place.plain / "huge").open("wb") as file:
        file.truncate((2 << 30) + 1)
    assert place.found(lock) == [("edited", f"{PLAIN}/huge", "plain")]


def test_a_fifo_a_socket_and_a_device(place: Place) -> None:
    lock = place.lock()
    os.mkfifo(place.plain / "fifo.zsh")
    (place.plain / "plain.plugin.zsh").unlink()
    os.mkfifo(place.plain / "plain.plugin.zsh")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(place.plain)
        server.bind("socket.zsh")
        os.chdir(here)
    (place.plain / "device.zsh").symlink_to("/dev/zero")
    assert place.found(lock) == [
        ("link_leaves", f"{PLAIN}/device.zsh", "plain"),
        ("unexpected", f"{PLAIN}/fifo.zsh", "plain"),
        ("edited", f"{PLAIN}/plain.plugin.zsh", "plain"),
        ("unexpected", f"{PLAIN}/socket.zsh", "plain"),
    ]
    assert place.lock()


def test_links_that_go_round(place: Place) -> None:
    (place.plain / "lib/up").symlink_to("..")
    (place.plain / "self").symlink_to("self")
    (place.plain / "a").symlink_to("b")
    (place.plain / "b").symlink_to("a")
    lock = place.lock()
    assert place.found(lock) == []
    (place.plain / "b").unlink()
    (place.plain / "b").symlink_to("lib")
    assert place.found(lock) == [("edited", f"{PLAIN}/b", "plain")]


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(place: Place) -> None:
    lock = place.lock()
    (place.plain / "plain.plugin.zsh").chmod(0)
    assert place.found(lock) == [("unreadable", f"{PLAIN}/plain.plugin.zsh", "plain")]


def test_a_file_that_never_holds_still(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = place.lock()
    file = place.plain / "plain.plugin.zsh"
    file.write_text("changed\n")
    read = os.read

    def restless(descriptor: int, size: int) -> bytes:
        with file.open("a") as more:
            more.write("#\n")
        return read(descriptor, size)

    monkeypatch.setattr("zshforge.integrity.hashing.hash_file.__kwdefaults__", {"read": restless})
    assert place.found(lock) == [("unreadable", f"{PLAIN}/plain.plugin.zsh", "plain")]


def test_what_was_locked_wrong_is_told_by_the_lock(place: Place) -> None:
    (place.plain / "lib").chmod(0o777)
    lock, snapshot = place.locked()
    assert snapshot.unreadable == frozenset()
    assert [folder.mode for folder in lock.plugins[-1].folders if folder.path == "lib"] == ["0777"]
    assert place.found(lock) == []
