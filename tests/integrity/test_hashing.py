"""Hashing: right, bounded, never fooled by what moves, never stopped by what is no file."""

import hashlib
import os
import socket
from pathlib import Path

import pytest

from zshforge.integrity.hash_cache import HashCache
from zshforge.integrity.hashing import Identity, hash_file, hash_files, identity_of
from zshforge.integrity.walking import see, walk_watched, walk_whole

LATER_NS = 4_000_000_000_000_000_000


def identity(file: Path) -> Identity:
    return identity_of(file.lstat())


def test_a_files_digest_is_its_contents(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x" * 3_000_000)
    digest = hash_file(str(file))
    assert digest is not None
    assert digest.sha256 == hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert digest.identity == identity(file)


@pytest.mark.timeout(20)
def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        names = ["fifo", "link", "loop", "socket", "missing", "."]
        assert hash_files(f"{tmp_path}/{name}" for name in names) == {f"{tmp_path}/{name}": None for name in names}


def test_a_file_that_grows_while_it_is_read_has_no_digest(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("one\n")

    def read(descriptor: int, size: int) -> bytes:
        data = os.read(descriptor, size)
        with file.open("a") as more:
            more.write("more\n")
        return data

    assert hash_file(str(file), read=read) is None


def test_a_file_that_changes_once_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("one\n")
    changes = iter(["two and more\n"])

    def read(descriptor: int, size: int) -> bytes:
        data = os.read(descriptor, size)
        for text in changes:
            file.write_text(text)
        return data

    digest = hash_file(str(file), read=read)
    assert digest is not None
    assert digest.sha256 == hashlib.sha256(b"two and more\n").hexdigest()


def test_a_known_identity_is_not_read_again_and_a_new_one_is(tmp_path: Path) -> None:
    file, store = tmp_path / "a", tmp_path / "cache" / "hashes"
    file.write_text("one\n")
    first = HashCache(store, LATER_NS)
    before = first.digests([(str(file), identity(file))])
    first.save()
    again = HashCache(store, LATER_NS)
    assert again.digests([(str(file), identity(file))]) == before
    assert again.hashed == 0
    times = file.stat()
    file.write_text("two\n")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert again.digests([(str(file), identity(file))]) != before
    assert again.hashed == 1


def test_what_changed_just_now_is_not_remembered(tmp_path: Path) -> None:
    file, store = tmp_path / "a", tmp_path / "hashes"
    file.write_text("one\n")
    cache = HashCache(store, file.stat().st_mtime_ns + 1)
    cache.digests([(str(file), identity(file))])
    cache.save()
    assert not store.exists()


@pytest.mark.parametrize("content", [b"", b"\x00", b"not msgpack at all", b"\x92\x02\x90"])
def test_a_damaged_cache_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    file, store = tmp_path / "a", tmp_path / "hashes"
    file.write_text("one\n")
    store.write_bytes(content)
    cache = HashCache(store, LATER_NS)
    assert cache.digests([(str(file), identity(file))])[str(file)] == hashlib.sha256(b"one\n").hexdigest()


def test_a_cache_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    file, store = tmp_path / "a", tmp_path / "hashes"
    file.write_text("one\n")
    first = HashCache(store, LATER_NS)
    first.digests([(str(file), identity(file))])
    first.save()
    store.chmod(0o666)
    again = HashCache(store, LATER_NS)
    again.digests([(str(file), identity(file))])
    assert again.hashed == 1


def test_a_cache_that_cannot_be_kept_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("one\n")
    cache = HashCache(file / "below a file" / "hashes", LATER_NS)
    assert cache.digests([(str(file), identity(file))])[str(file)]
    cache.save()
    assert "not kept" in cache.trouble


@pytest.mark.timeout(20)
def test_a_walk_ends_at_links_and_leaves_out_what_is_not_the_plugins(tmp_path: Path) -> None:
    for name in ("a.zsh", "sub/b", ".git/config", "cache/c", "sub/cache/d", ".zsh_history", "other/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "sub/up").symlink_to("..")
    (tmp_path / "sub/round").symlink_to("round")
    files, folders = walk_whole(str(tmp_path), {f"{tmp_path}/other"})
    assert sorted(files) == ["a.zsh", "sub/b", "sub/cache/d", "sub/round", "sub/up"]
    assert sorted(folders) == [".", "sub", "sub/cache"]
    assert files["sub/up"].goal == ".."


def test_a_watched_folder_shows_what_a_shell_would_read(tmp_path: Path) -> None:
    for name in ("a.zsh", "a.zsh.zwc", "notes.txt", ".zshrc", "_git", "x~", ".zcompdump"):
        (tmp_path / name).touch()
    assert sorted(walk_watched(str(tmp_path), "code")) == [".zshrc", "a.zsh", "a.zsh.zwc"]
    assert sorted(walk_watched(str(tmp_path), "start")) == [".zshrc"]
    assert "_git" in walk_watched(str(tmp_path), "fpath")
    assert "x~" not in walk_watched(str(tmp_path), "fpath")
    assert walk_watched(str(tmp_path / "missing"), "fpath") == {}


def test_nothing_is_seen_where_nothing_is(tmp_path: Path) -> None:
    assert see(str(tmp_path / "missing")) is None
    assert see("a\0b") is None
