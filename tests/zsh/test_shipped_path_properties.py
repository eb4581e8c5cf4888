"""The invariants of PATH (I1 to I8) for any PATH at all, and what module 00 does at a start that needs nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

CLEAN = 'source "$ZDOTDIR/pre-plugin/00-path-safety.zsh"; '
SHOW = "print -rN -- $path"
NAMES = ["a", "b c", "[d]", "*", "e*(f)", "ü", "%", "$HOME", "#x"]
ODD = ["", ".", "..", "~", "~root", "~no-such-user", "/", "//", "relative", "~/a", "~/a/", "/nowhere", "/dev/null"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of folders with names that a shell could take for something else."""
    folder = tmp_path_factory.mktemp("path")
    for name in NAMES:
        (folder / name).mkdir()
    return folder


def entries() -> st.SearchStrategy[list[str]]:
    """PATHs of good, odd and repeated entries; @ stands for the folder of folders."""
    good = st.builds(
        lambda slashes, name, tail: "@" + slashes + name + tail,
        st.sampled_from(["/", "//", "///"]),
        st.sampled_from([*NAMES, "gone"]),
        st.sampled_from(["", "/", "//"]),
    )
    return st.lists(st.one_of(good, st.sampled_from(ODD)), max_size=8)


def model(given_entries: list[str], home: str, *, allowed: tuple[str, ...] = ()) -> list[str]:
    """What PATH must become, from the words of the invariants."""
    kept: list[str] = []
    for entry in given_entries:
        word = entry
        if word == "~" or word.startswith("~/"):
            word = home + word[1:]
        elif word == "~root":
            word = str(Path("~root").expanduser())
        while "//" in word:
            word = word.replace("//", "/")
        word = word if word == "/" else word.rstrip("/")
        if word.startswith("/") and (Path(word).is_dir() or word in allowed) and word not in kept:
            kept.append(word)
    return kept


def cleaned(shell: Shell, path: str, before: str = "", **env: str) -> list[str]:
    """The entries of PATH after module 00, in a zsh that reads no other file."""
    done = shell.run(f"PATH=$GIVEN; {before}{CLEAN}emulate zsh; {SHOW}", "-f", GIVEN=path, **env)
    assert (done.returncode, done.stderr) == (0, "")
    return [part for part in done.stdout.split("\0") if part]


forgiving = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@forgiving
@given(words=entries())
def test_any_path_keeps_every_invariant(shell: Shell, base: Path, words: list[str]) -> None:
    words = [word.replace("@", str(base)) for word in words]
    wanted = model(words, str(shell.root / "home"))
    found = cleaned(shell, ":".join(words))
    if wanted:
        assert found == wanted
    else:
        assert found == list(dict.fromkeys(word for word in words if word))


@forgiving
@given(words=entries())
def test_cleaning_a_clean_path_changes_nothing(shell: Shell, base: Path, words: list[str]) -> None:
    once = cleaned(shell, ":".join(["/bin", *(word.replace("@", str(base)) for word in words)]))
    assert cleaned(shell, ":".join(once)) == once


@forgiving
@given(words=entries(), option=st.sampled_from(["ksh_arrays", "sh_word_split", "no_glob", "no_bare_glob_qual"]))
def test_options_of_the_user_change_nothing_about_it(shell: Shell, base: Path, words: list[str], option: str) -> None:
    path = ":".join(["/bin", *(word.replace("@", str(base)) for word in words)])
    assert cleaned(shell, path, f"setopt {option} rc_expand_param null_glob no_unset; ") == cleaned(shell, path)


@forgiving
@given(words=entries())
def test_the_whitelist_spares_what_it_names_and_nothing_else(shell: Shell, base: Path, words: list[str]) -> None:
    words = ["/bin", *(word.replace("@", str(base)) for word in words)]
    allowed = ("/nowhere", f"{base}/gone")
    found = cleaned(shell, ":".join(words), ZSH_PATH_WHITELIST=f"/nowhere/:{base}/gone")
    assert found == model(words, str(shell.root / "home"), allowed=allowed)


def test_relative_and_missing_folders_stay_where_the_settings_say_so(shell: Shell) -> None:
    given_path = "rel:/nowhere:/bin:::/bin/"
    (shell.root / "zf-here" / "rel").mkdir()
    assert cleaned(shell, given_path, ZSH_PATH_ALLOW_RELATIVE="1") == ["rel", "/bin"]
    assert cleaned(shell, given_path, ZSH_PATH_ALLOW_NONEXISTENT="1") == ["/nowhere", "/bin"]


def test_what_is_left_out_is_named_with_the_reason_on_request(shell: Shell) -> None:
    done = shell.run(f"PATH=rel::/nowhere:/bin:/bin/; {CLEAN}", "-f", ZSH_PATH_DEBUG="1")
    assert done.stderr.splitlines() == [
        "zf: left out of PATH, relative: rel",
        "zf: left out of PATH, empty: ''",
        "zf: left out of PATH, no folder: /nowhere",
        "zf: left out of PATH, there before: /bin/",
    ]


def test_a_folder_added_twice_later_is_still_there_once(shell: Shell) -> None:
    done = shell.run(f"PATH=/usr/bin:/bin; {CLEAN}path+=(/usr/bin); path=(/bin $path); print -r -- $PATH", "-f")
    assert done.stdout == "/bin:/usr/bin\n"


def test_a_clean_path_is_not_taken_apart(shell: Shell) -> None:
    show = "print -r -- $+functions[-zf-path-clean]"
    assert shell.run(f"PATH=/usr/bin:/bin; {CLEAN}{show}", "-f").stdout == "0\n"
    assert shell.run(f"PATH=/usr/bin:/bin/; {CLEAN}{show}", "-f").stdout == "1\n"


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="children are counted in /proc")  # noqa: PTH110  at import, before any path is made
def test_no_process_is_started_for_it(shell: Shell) -> None:
    faults = 'words=(${(s: :)"$(</proc/$$/stat)"}); '
    done = shell.run(f"{faults}a=$words[11]; PATH=/usr/bin:rel:/bin/; {CLEAN}{faults}print -r -- $(( words[11] - a ))")
    assert done.stdout == "0\n"
