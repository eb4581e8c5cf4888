from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from zshforge.shell.bundle import build_bundle
from zshforge.shell.config import BUILTIN, Config, resolve
from zshforge.shell.copying import CopyLimits
from zshforge.shell.home import Home, prepare

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"
LIMITS = CopyLimits(copy_entry_mb=64, copy_total_mb=256)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def user(tmp_path: Path) -> Path:
    folder = tmp_path / "ann"
    put(folder, ".zshrc", "own=1\n")
    put(folder, ".zsh_history", "ls\n")
    put(folder, "Documents/letter")
    return folder


def put(root: Path, name: str, content: str = "x\n") -> Path:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content)
    return place


def named(argument: str, user: Path, **more: Path) -> Config:
    return resolve(argument, cwd=user.parent, home=user, search=SYSTEM_PATH, accounts=[], **more)


def made(argument: str, user: Path, scratch: Path, **more: Path) -> Home:
    return prepare(named(argument, user, **more), scratch, LIMITS)


def git(repo: Path, *words: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    environment = {"PATH": SYSTEM_PATH, "HOME": "/nonexistent"}
    subprocess.run(["git", "-C", str(repo), *identity, *words], env=environment, check=True, capture_output=True)


def told_by_zsh(home: Home, text: str) -> str:
    """What an interactive zsh that starts in this home prints for a line of zsh."""
    environment = {"HOME": str(home.home), "PATH": SYSTEM_PATH, "TERM": "dumb"}
    if home.zdotdir is not None:
        environment["ZDOTDIR"] = str(home.zdotdir)
    done = subprocess.run(
        ["zsh", "-ic", text], env=environment, capture_output=True, text=True, check=False, start_new_session=True
    )
    return done.stdout


def test_builtin_is_a_copied_zdotdir_with_an_empty_home(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "zsh/.zshrc", "shipped=1\n")
    home = made("builtin", user, scratch, builtin=tmp_path / "zsh")
    assert home.zdotdir is not None
    assert home.zdotdir.is_relative_to(scratch)
    assert list(home.home.iterdir()) == []
    assert told_by_zsh(home, "print $shipped") == "1\n"


def compiled(folder: Path) -> object:
    return build_bundle(folder, zsh="zsh", search=SYSTEM_PATH, settled=True)


def test_builtin_is_compiled_in_its_copy_and_cold_means_without_it(user: Path, scratch: Path) -> None:
    home = prepare(named("builtin", user), scratch, LIMITS, compiled)
    assert home.zdotdir is not None
    bundle = home.zdotdir / "bundle" / "walk.zsh.zwc"
    assert bundle.is_file()
    assert "print -ru2" in told_by_zsh(home, "functions zf::log")
    assert home.digest == prepare(named("builtin", user), make(scratch / "plain"), LIMITS).digest
    home.reset()
    assert not bundle.exists()
    assert "autoload -X" in told_by_zsh(home, "functions zf::log")


def test_a_configuration_that_was_built_is_built_in_its_copy_and_no_other(user: Path, scratch: Path) -> None:
    shutil.copytree(BUILTIN, user.parent / "conf")
    plain = prepare(named("conf", user), make(scratch / "plain"), LIMITS, compiled)
    compiled(user.parent / "conf")
    built = prepare(named("conf", user), make(scratch / "built"), LIMITS, compiled)
    assert "autoload -X" in told_by_zsh(plain, "functions zf::log")
    assert "print -ru2" in told_by_zsh(built, "functions zf::log")


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_zdotdir_is_copied_and_home_is_empty(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "conf/.zshrc", "source $ZDOTDIR/lib.zsh\n")
    put(tmp_path, "conf/lib.zsh", "lib=1\n")
    home = made("conf", user, scratch)
    assert told_by_zsh(home, "print $lib") == "1\n"
    assert list(home.home.iterdir()) == []


def test_a_home_is_copied_and_zdotdir_is_unset(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "home/.zshrc", "source ~/.config/a.zsh\n")
    put(tmp_path, "home/.config/a.zsh", "a=${+ZDOTDIR}\n")
    put(tmp_path, "home/powerlevel10k/theme.zsh")
    home = made("./home", user, scratch)
    assert home.zdotdir is None
    assert told_by_zsh(home, "print $a") == "0\n"
    assert not (home.home / "powerlevel10k").is_symlink()


def test_a_single_file_finds_its_siblings(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "conf/my.zsh", "source ${${(%):-%x}:A:h}/sibling\n")
    put(tmp_path, "conf/sibling", "sibling=1\n")
    home = made("conf/my.zsh", user, scratch)
    assert home.zdotdir is not None
    assert (home.zdotdir / ".zshrc").is_symlink()
    assert told_by_zsh(home, "print $sibling") == "1\n"


def test_the_users_home_is_copied_where_it_begins_with_a_dot(user: Path, scratch: Path) -> None:
    home = made("home", user, scratch)
    assert not (home.home / ".zshrc").is_symlink()
    assert (home.home / "Documents").is_symlink()
    assert told_by_zsh(home, "print $own") == "1\n"


def test_a_line_of_history_never_reaches_the_user(user: Path, scratch: Path) -> None:
    home = made("home", user, scratch)
    with (home.home / ".zsh_history").open("a") as file:
        file.write("rm\n")
    assert (user / ".zsh_history").read_text() == "ls\n"


def test_a_session_that_writes_everywhere_changes_nothing_of_the_user(user: Path, scratch: Path) -> None:
    put(user, ".zshrc", "HISTFILE=~/.zsh_history HISTSIZE=9 SAVEHIST=9\nautoload -Uz compinit && compinit -u\n")
    put(user, "notes/zsh/history", "old\n")
    before = {file: file.read_bytes() for file in user.rglob("*") if file.is_file()}
    home = made("home", user, scratch)
    told_by_zsh(
        home, "print -s rm; fc -W; fc -W ~/notes/zsh/history; zcompile ~/.zshrc; print x >~/new; rm ~/Documents"
    )
    assert {file: file.read_bytes() for file in user.rglob("*") if file.is_file()} == before
    assert "rm" in (home.home / ".zsh_history").read_text()
    assert (home.home / "new").exists()


def test_a_zdotdir_of_the_environment_is_found_in_the_copy(user: Path, scratch: Path) -> None:
    place = put(user, "dot/zsh/.zshrc", "visible=1\n").parent
    home = made("home", user, scratch, zdotdir=place)
    assert home.zdotdir == home.home / "dot" / "zsh"
    assert not (home.home / "dot").is_symlink()
    assert told_by_zsh(home, "print $visible") == "1\n"


def test_a_zdotdir_outside_of_the_users_home_is_copied(user: Path, scratch: Path, tmp_path: Path) -> None:
    place = put(tmp_path, "etc/.zshrc", "etc=1\n").parent
    home = made("home", user, scratch, zdotdir=place)
    assert home.zdotdir is not None
    assert home.zdotdir.is_relative_to(scratch)
    assert told_by_zsh(home, "print $etc") == "1\n"


@pytest.mark.parametrize(
    ("argument", "line"),
    [("HEAD:conf", "print $lib"), ("home:HEAD:conf", "print $lib"), ("HEAD:conf/one.zsh", "print $lib")],
)
def test_a_revision_is_written_out_and_used_like_a_path(
    user: Path, scratch: Path, tmp_path: Path, argument: str, line: str
) -> None:
    put(tmp_path, "conf/.zshrc", "source ${${(%):-%x}:A:h}/lib.zsh\n")
    put(tmp_path, "conf/one.zsh", "source ${${(%):-%x}:A:h}/lib.zsh\n")
    put(tmp_path, "conf/lib.zsh", "lib=1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "conf")
    git(tmp_path, "commit", "-q", "-m", "one")
    (tmp_path / "conf" / "lib.zsh").write_text("lib=2\n")
    assert told_by_zsh(made(argument, user, scratch), line) == "1\n"


def test_a_checkout_of_a_framework_becomes_the_home_of_its_installer(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "ohmyzsh/oh-my-zsh.sh", "omz=1\n")
    put(tmp_path, "ohmyzsh/templates/zshrc.zsh-template", "source ~/.oh-my-zsh/oh-my-zsh.sh\n")
    home = made("ohmyzsh", user, scratch)
    assert told_by_zsh(home, "print $omz") == "1\n"


@pytest.mark.parametrize("argument", ["home:bare", "zdotdir:bare"])
def test_without_start_files_the_wizard_for_new_users_is_kept_away(
    user: Path, scratch: Path, tmp_path: Path, argument: str
) -> None:
    (tmp_path / "bare").mkdir(mode=0o555)
    home = made(argument, user, scratch)
    place = home.zdotdir or home.home
    assert (place / ".zlogin").read_text() == ""
    assert place.stat().st_mode & 0o777 == 0o555
    assert "no start file" in str(home.isolation.note)


def test_every_kind_says_where_it_lives(user: Path, scratch: Path) -> None:
    home = made("home", user, scratch)
    assert "copied HOME" in home.isolation.method
    assert home.isolation.linked == ()
    assert "1 visible" in str(home.isolation.note)


def test_a_linked_entry_is_listed_with_a_note(user: Path, scratch: Path) -> None:
    put(user, ".large/file", "x" * 1000)
    home = prepare(named("home", user), scratch, CopyLimits(copy_entry_mb=0.0005, copy_total_mb=1, depth=0))
    assert home.isolation.linked == (".large",)
    assert "linked" in str(home.isolation.note)


def test_an_empty_home_that_the_start_files_name_is_told(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "conf/.zshrc", "# ~/comment\nsource ~/.zsh/a.zsh\n")
    assert "home:" in str(made("conf", user, scratch).isolation.note)


def test_start_files_that_do_not_name_home_need_no_note(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "conf/.zshrc", "# ~/comment\nsource $ZDOTDIR/a.zsh\n")
    assert made("conf", user, scratch).isolation.note is None


def test_a_file_that_names_the_original_by_its_place_is_told(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "home/.zshrc", "source ~/.zgenom/init.zsh\n")
    put(tmp_path, "home/.zgenom/init.zsh", f"source {tmp_path}/home/.zgenom/a.zsh\n")
    assert ".zgenom/init.zsh" in str(made("./home", user, scratch).isolation.note)


def test_the_digest_does_not_depend_on_the_scratch_folder(user: Path, scratch: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    assert made("home", user, scratch).digest == made("home", user, tmp_path / "elsewhere").digest


def test_the_digest_tells_how_the_files_are_used(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "conf/.zshrc")
    (tmp_path / "elsewhere").mkdir()
    first = made("home:conf", user, scratch)
    assert first.digest != made("zdotdir:conf", user, tmp_path / "elsewhere").digest


def test_the_policy_is_known_by_the_digest_of_its_guidelines(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "conf/.zshrc")
    put(tmp_path, "conf/guidelines.md", "be quick\n")
    home = made("conf", user, scratch)
    assert home.policy_checksum == hashlib.sha256(b"be quick\n").hexdigest()


def test_without_guidelines_there_is_no_policy_checksum(user: Path, scratch: Path) -> None:
    assert made("home", user, scratch).policy_checksum is None


def test_a_reset_takes_away_what_a_session_wrote_and_its_caches(user: Path, scratch: Path) -> None:
    put(user, ".zcompdump")
    put(user, ".cache/p10k/state")
    home = made("home", user, scratch)
    assert (home.home / ".zcompdump").exists()
    put(home.home, "written")
    (home.home / ".zshrc").write_text("changed\n")
    home.reset()
    assert sorted(entry.name for entry in home.home.iterdir()) == [".zsh_history", ".zshrc", "Documents"]
    assert (home.home / ".zshrc").read_text() == "own=1\n"


def test_a_reset_leaves_the_original_alone(user: Path, scratch: Path) -> None:
    put(user, ".zcompdump")
    put(user, "Documents/.zcompdump")
    made("home", user, scratch).reset()
    assert (user / ".zcompdump").exists()
    assert (user / "Documents" / ".zcompdump").exists()


def test_a_reset_says_what_became_of_the_page_cache(user: Path, scratch: Path) -> None:
    can = hasattr(os, "posix_fadvise")
    assert made("home", user, scratch).reset() == ("advised" if can else "not controlled")


def test_where_the_system_cannot_advise_the_page_cache_that_is_said(user: Path, scratch: Path) -> None:
    assert made("home", user, scratch).reset(advise=None) == "not controlled"


def test_a_reset_works_for_every_kind(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "conf/.zshrc", "lib=1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "conf")
    git(tmp_path, "commit", "-q", "-m", "one")
    for number, argument in enumerate(["conf", "home:conf", "conf/.zshrc", "HEAD:conf", "HEAD:conf/.zshrc"]):
        place = scratch / str(number)
        place.mkdir()
        home = made(argument, user, place)
        home.reset()
        assert told_by_zsh(home, "print $lib") == "1\n"


def test_an_unwritable_home_stays_unwritable_and_is_removed(user: Path, scratch: Path, tmp_path: Path) -> None:
    put(tmp_path, "home/.zshrc")
    put(tmp_path, "home/.zcompdump")
    (tmp_path / "home").chmod(0o555)
    home = made("./home", user, scratch)
    assert home.home.stat().st_mode & 0o777 == 0o555
    home.reset()
    assert home.home.stat().st_mode & 0o777 == 0o555
    assert [entry.name for entry in home.home.iterdir()] == [".zshrc"]
    home.remove()
    assert not scratch.exists()


def test_removing_twice_is_no_error_and_leaves_the_original(user: Path, scratch: Path) -> None:
    home = made("home", user, scratch)
    home.remove()
    home.remove()
    assert not scratch.exists()
    assert (user / "Documents" / "letter").exists()


def test_temporary_files_have_their_own_folder(user: Path, scratch: Path) -> None:
    home = made("home", user, scratch)
    assert home.tmp.is_dir()
    assert home.tmp.is_relative_to(scratch)
    assert home.tmp.stat().st_mode & 0o777 == 0o700
