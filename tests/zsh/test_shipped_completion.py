"""Completion of the shipped configuration: at most one compinit, on a dump that tells the truth."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from completion_site import ask, ready, settle

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Session, Shell

pytestmark = pytest.mark.pty
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


def calls(shell: Shell) -> int:
    """How often zsh's own compinit has run in this home."""
    log = shell.root / "home" / "compinit.log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def dump(shell: Shell, suffix: str = "") -> Path:
    """The dump, or the file beside it with this suffix."""
    folder = shell.root / "home" / ".cache" / "zshforge"
    (found,) = folder.glob("compdump*.key")
    return found.with_suffix(suffix)


@pytest.mark.usefixtures("site")
def test_compinit_runs_once_in_a_new_home_and_never_on_its_dump(shell: Shell) -> None:
    settle()
    for _ in range(3):
        assert ask(shell, "cd", "zf-none") == "_cd none"
        assert calls(shell) == 1


@pytest.mark.usefixtures("site")
def test_the_module_that_is_read_again_starts_nothing_again(shell: Shell) -> None:
    ready(shell)
    session = shell.session(
        "source $ZDOTDIR/post-plugin/50*.zsh; unset _LOADED_POST_PLUGIN_COMPLETION_HISTORY; "
        "source $ZDOTDIR/post-plugin/50*.zsh; print -r -- done $_COMPINIT_DONE $_comps[cd]"
    )
    assert "done 1 _cd" in session.screen
    assert calls(shell) == 1


@pytest.mark.usefixtures("site")
def test_completion_is_made_ready_in_a_quiet_moment_without_a_key(shell: Shell) -> None:
    shell.write_local("post/state", 'state() { print -r -- "is-$_zf_completion" $_comps[cd] }')
    ready(shell)
    with shell.live() as live:
        live.calm()
        live.press("state\n")
        live.until("is-ready _cd")


@pytest.mark.usefixtures("site")
def test_the_first_dump_is_made_in_the_background_while_the_shell_answers(shell: Shell) -> None:
    with shell.live() as live:
        live.press("print -r -- at-once\n")
        live.until("\nat-once")
        live.until(lambda: calls(shell) == 1)
        live.until(lambda: any((shell.root / "home" / ".cache" / "zshforge").glob("*.key")))


def test_the_folder_of_the_dump_is_made_for_the_user_alone_and_nothing_else_stays_in_it(
    shell: Shell, site: Path
) -> None:
    assert site.exists()
    ready(shell)
    folder = shell.root / "home" / ".cache" / "zshforge"
    names = sorted(file.name for file in folder.glob("compdump*"))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [name.removeprefix(names[0]) for name in names] == ["", ".key", ".zwc"]


def test_a_new_completion_is_known_in_the_next_shell(shell: Shell, site: Path) -> None:
    ready(shell)
    (site / "_zf_new").write_text("#compdef zf-new\n")
    assert ask(shell, "zf-new") == "_zf_new"


def test_an_edited_first_line_is_noticed_although_no_folder_has_changed(shell: Shell, site: Path) -> None:
    (site / "_zf_one").write_text("#compdef zf-one\n")
    ready(shell)
    before = site.stat()
    with (site / "_zf_one").open("r+") as file:
        file.write("#compdef zf-two\n")
    os.utime(site / "_zf_one", (1, 1))
    assert (site.stat().st_mtime_ns, site.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert ask(shell, "zf-one", "zf-two") == "none _zf_one"


def test_what_is_changed_in_the_second_of_the_dump_is_noticed(shell: Shell, site: Path) -> None:
    for name in ("zf-a", "zf-b", "zf-c"):
        (site / "_zf_one").write_text(f"#compdef {name}\n")
        assert ask(shell, name) == "_zf_one"


def test_a_removed_completion_is_forgotten(shell: Shell, site: Path) -> None:
    (site / "_zf_one").write_text("#compdef zf-one\n")
    ready(shell)
    (site / "_zf_one").unlink()
    assert ask(shell, "zf-one") == "none"


def test_a_renamed_completion_is_forgotten_although_the_count_is_the_same(shell: Shell, site: Path) -> None:
    (site / "_zf_one").write_text("#compdef zf-one\n")
    ready(shell)
    (site / "_zf_one").rename(site / "_zf_two")
    (site / "_zf_two").write_text("#compdef zf-two\n")
    assert ask(shell, "zf-one", "zf-two") == "none _zf_two"


def test_a_folder_that_is_replaced_by_an_older_one_is_noticed(shell: Shell, site: Path) -> None:
    (site / "_zf_one").write_text("#compdef zf-new\n")
    old = shell.root / "old"
    shutil.copytree(site, old)
    (old / "_zf_one").write_text("#compdef zf-old\n")
    for path in (old / "_zf_one", old):
        os.utime(path, (1, 1))
    ready(shell)
    site.rename(shell.root / "away")
    old.rename(site)
    assert ask(shell, "zf-new", "zf-old") == "none _zf_one"


def test_an_older_folder_that_joins_fpath_is_noticed(shell: Shell, site: Path) -> None:
    assert site.exists()
    more = shell.root / "more"
    more.mkdir()
    (more / "_zf_more").write_text("#compdef zf-more\n")
    os.utime(more, (1, 1))
    ready(shell)
    shell.write_local("post/more", f"fpath+=({more})")
    assert ask(shell, "zf-more") == "_zf_more"


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("suffix", ["", ".key", ".zwc"])
@pytest.mark.parametrize("damage", ["", "\x00\x01garbage (((\n"])
def test_damaged_files_mean_a_new_dump_and_no_message(shell: Shell, suffix: str, damage: str) -> None:
    ready(shell)
    file = dump(shell, suffix)
    file.write_text(damage)
    for _ in range(2):
        session = shell.session("print -r -- 'known:' $_comps[cd] .")
        assert "known: _cd ." in session.screen
        assert "parse" not in session.screen
        assert "zf-compl" not in session.screen
    # zsh itself passes over a compiled file that it cannot use.
    assert suffix == ".zwc" or file.read_text(errors="replace") != damage


@as_root
def test_an_insecure_folder_is_left_out_without_a_question_and_stays_out(shell: Shell, site: Path) -> None:
    (site / "_zf_bad").write_text("#compdef zf-bad\n")
    site.chmod(0o777)
    (site / "_zf_bad").chmod(0o666)
    os.chown(site, 12345, 12345)
    settle()
    for _ in range(2):
        session = shell.session(f"print -r -- found ${{_comps[zf-bad]:-none}} in ${{fpath[(I){site}]}}")
        assert "found none in 0" in session.screen
    assert calls(shell) == 1


@as_root
@pytest.mark.usefixtures("site")
def test_a_dump_that_belongs_to_somebody_else_is_not_read(shell: Shell) -> None:
    ready(shell)
    dump(shell).write_text("print -r -- taken over\n")
    os.chown(dump(shell), 12345, 12345)
    session = shell.session("print -r -- 'known:' $_comps[cd] .")
    assert "taken over" not in session.screen
    assert "known: _cd ." in session.screen


@pytest.mark.usefixtures("site")
def test_completion_that_somebody_else_started_is_not_started_again(shell: Shell) -> None:
    shell.write_local("pre/done", "_COMPINIT_DONE=1")
    shell.session("print -r -- comp", "sleep 0.3")
    assert calls(shell) == 0


def test_a_compinit_of_a_plugin_before_ours_is_the_only_one(shell: Shell, site: Path) -> None:
    (site / "_zf_one").write_text("#compdef zf-one\n")
    (shell.zdotdir / "plugins.zsh").write_text("autoload -Uz compinit; compinit -u; compdef _zf_own zf-own")
    assert ask(shell, "zf-one", "zf-own", "cd") == "_zf_one _zf_own _cd"
    assert calls(shell) == 1


def test_a_compinit_after_ours_does_nothing_but_what_is_new_in_fpath_is_known(shell: Shell, site: Path) -> None:
    (site / "_zf_one").write_text("#compdef zf-one\n")
    more = shell.root / "more"
    more.mkdir()
    (more / "_zf_more").write_text("#compdef zf-more\n")
    shell.write_local("post/own", f"fpath+=({more}); autoload -Uz compinit; compinit; compinit -d x")
    settle()
    assert ask(shell, "zf-one", "zf-more") == "_zf_one _zf_more"
    assert calls(shell) == 1


def test_a_compinit_at_the_prompt_looks_for_what_has_changed(shell: Shell, site: Path) -> None:
    ready(shell)
    session = shell.session(
        f"print '#compdef zf-new' > {site}/_zf_new; print $_comps[zf-new]",
        f"print '#compdef zf-newer' > {site}/_zf_newer; compinit; print -r -- found $_comps[zf-newer]",
    )
    assert "found _zf_newer" in session.screen


def test_compdef_calls_keep_their_order_and_effect(shell: Shell, site: Path) -> None:
    (site / "_zf_one").write_text("#compdef zf-one zf-two zf-three\n")
    shell.write_local(
        "post/defs",
        "compdef _zf_mine zf-one; compdef _zf_yours zf-one; compdef -d zf-two; compdef zf-alias=zf-three; "
        "compdef -p _zf_pat 'zf-*x'; _comps[zf-direct]=_zf_direct; compdef '_zf_odd a b' 'zf odd'",
    )
    assert ask(shell, "zf-one", "zf-two", "zf-alias", "zf-direct", "zf odd") == (
        "_zf_yours none _zf_one _zf_direct _zf_odd a b"
    )
    assert "pattern _zf_pat" in shell.session("print -r -- pattern $_patcomps[zf-*x]").screen


@pytest.mark.parametrize(
    "option",
    ["ksh_arrays", "sh_word_split", "no_unset", "err_return", "glob_subst", "null_glob", "sh_glob", "ignore_braces"],
)
@pytest.mark.usefixtures("site")
def test_the_options_of_the_user_do_not_matter(shell: Shell, option: str) -> None:
    shell.write_local("pre/z-options", f"setopt {option}")
    shell.write_local("post/def", "compdef _zf_mine zf-one zf-two")
    ready(shell)
    assert ask(shell, "zf-one", "zf-two", "cd") == "_zf_mine _zf_mine _cd"
    with shell.live() as live:
        live.press("cd /usr/sha\t")
        live.until("cd /usr/share/")


@pytest.mark.usefixtures("site")
def test_a_read_only_cache_costs_time_but_no_completion(shell: Shell) -> None:
    session = shell.session("print -r -- ${+functions[compdef]} $_comps[cd]", XDG_CACHE_HOME="/proc/1/task")
    assert "1 _cd" in session.screen
    with shell.live(XDG_CACHE_HOME="/proc/1/task") as live:
        live.press("cd /usr/sha\t")
        live.until("cd /usr/share/")


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="child page faults are read from /proc")  # noqa: PTH110
def test_nothing_is_forked_before_the_prompt(shell: Shell) -> None:
    shell.session(options=("-d",))  # in a new home pictures and dumps are made
    assert shell.session(options=("-d",)).children_faults == 0


def test_nothing_is_said_when_a_queued_compdef_is_wrong(shell: Shell, site: Path) -> None:
    assert site.exists()
    shell.write_local("post/wrong", "compdef zf-x=zf-no-such-service; compdef; compdef _zf_ok zf-ok")
    session: Session = shell.session("print -r -- 'known:' $_comps[zf-ok] .")
    assert "known: _zf_ok ." in session.screen
    assert "compdef:" not in session.screen
