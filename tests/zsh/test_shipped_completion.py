"""Completion of the shipped configuration: at most one compinit, on a dump that tells the truth."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Live, Session, Shell

pytestmark = pytest.mark.pty
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")

#: A compinit before zsh's own in fpath, which counts and then is zsh's own.
COUNTING = """
print -r -- "${(j: :)@}" >> $HOME/compinit.log
local real; () { local dir; for dir in $fpath; do
  [[ $dir == */count || ! -e $dir/compinit ]] || { real=$dir/compinit; break }
done }
builtin source $real "$@"
"""
AFTER_PROMPT = """# -zf-after-prompt NAME FUNCTION
typeset -gA zf_test_queue
local fd
exec {fd}</dev/null
zf_test_queue[$fd]=$2
zf_test_run() { local f=$zf_test_queue[$1] fd=$1; zle -F $fd; exec {fd}<&-; $f }
zle -F $fd zf_test_run
"""


@pytest.fixture
def site(shell: Shell) -> Path:
    """A folder in fpath that belongs to the test; the calls of zsh's compinit are written down."""
    folder = shell.root / "site"
    for name in ("site", "count"):
        (shell.root / name).mkdir()
    (shell.root / "count" / "compinit").write_text(COUNTING)
    shell.write_local("pre/site", f"fpath=({shell.root}/count {folder} $fpath)\n")
    after = shell.zdotdir / "functions" / "-zf-after-prompt"
    if not after.exists():
        after.write_text(AFTER_PROMPT)
    return folder


def calls(shell: Shell) -> int:
    """How often zsh's own compinit has run in this home."""
    log = shell.root / "home" / "compinit.log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def dump(shell: Shell, suffix: str = "") -> Path:
    """The dump, or the file beside it with this suffix."""
    folder = shell.root / "home" / ".cache" / "zshforge"
    (found,) = folder.glob("compdump*.key")
    return found.with_suffix(suffix)


def ask(shell: Shell, *names: str) -> str:
    """What a fresh shell knows for these commands, told by its first command."""
    session = shell.session("print -r -- 'known:' " + " ".join(f"${{_comps[{name}]:-none}}" for name in names) + " .")
    return session.screen.rpartition("known: ")[2].partition(" .")[0]


def settle() -> None:
    """Lets the second pass in which something was changed: within it nothing counts as seen."""
    time.sleep(1.1 - time.time() % 1)


def ready(shell: Shell) -> None:
    """Leaves a dump that is true."""
    settle()
    ask(shell, "cd")


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


def fill(shell: Shell) -> None:
    """A few files to complete."""
    for name in ("Alpha-one", "Alpha-two", "Beta.txt", ".hidden"):
        (shell.root / "zf-here" / name).write_text("")
    (shell.root / "zf-here" / "Folder").mkdir()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("keymap", ["-e", "-v"])
def test_a_tab_is_completed_when_it_is_the_first_key_and_when_all_is_ready(shell: Shell, keymap: str) -> None:
    fill(shell)
    shell.write_local("pre/keymap", f"bindkey {keymap}")
    with shell.live() as live:
        for _ in range(2):
            live.press("print Be\t")
            live.until("print Beta.txt")
            live.press("\x15\x0c")
            live.calm()


@pytest.mark.usefixtures("site")
def test_the_menu_shows_groups_colours_and_moves_with_the_keys(shell: Shell) -> None:
    fill(shell)
    ready(shell)
    with shell.live() as live:
        live.press("ls \t")
        live.until("Folder")
        live.calm()
        assert "-- file" in live.text
        row, text = next((n, t) for n, t in enumerate(live.screen.display) if "Folder" in t)
        cell = live.screen.buffer[row][text.index("Folder")]
        assert (cell.fg, cell.bold) == ("blue", True)
        live.press("\t")
        live.until(lambda: selected(live) != "")
        first = selected(live)
        live.press("\t")
        live.until(lambda: selected(live) not in {"", first})
        live.press("\x1b[Z")
        live.until(lambda: selected(live) == first)


def selected(live: Live) -> str:
    """The match that the menu marks, by its reversed cells."""
    cells = [live.screen.buffer[row][column] for row in range(24) for column in range(80)]
    return "".join(cell.data for cell in cells if cell.reverse).strip()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("print beta\t", "print Beta.txt"),  # case
        ("print al_o\t", "print Alpha-one"),  # case, and _ for -
        ("print two\t", "print Alpha-two"),  # in the middle
        ("print Bteta.txt\t", "print Beta.txt"),  # a slip
        ("cd ..\t", "cd ../"),
    ],
)
def test_what_is_typed_need_not_be_exact(shell: Shell, typed: str, shown: str) -> None:
    fill(shell)
    ready(shell)
    with shell.live() as live:
        live.press(typed)
        live.until(shown)


@pytest.mark.usefixtures("site")
def test_a_style_of_the_users_wins_wherever_it_was_set(shell: Shell) -> None:
    shell.write_local("pre/styles", "zstyle ':completion:*' menu no")
    shell.write_local("post/styles", "zstyle ':completion:*' matcher-list 'm:x=y'")
    ready(shell)
    session = shell.session("print -r -- comp", "zstyle -L ':completion:*'")
    assert "menu no" in session.screen
    assert "matcher-list 'm:x=y'" in session.screen
    assert "menu select" not in session.screen
    assert "use-cache yes" in session.screen


@pytest.mark.usefixtures("site")
def test_a_key_that_the_user_has_bound_keeps_its_widget(shell: Shell) -> None:
    shell.write_local("post/key", "bindkey '^Xh' beep; bindkey '^I' beep")
    ready(shell)
    session = shell.session("print -r -- comp", "bindkey '^Xh'; bindkey '^I'; bindkey '^Xe'; zle -lL _expand_word")
    for wanted in ('"^Xh" beep', '"^I" beep', '"^Xe" _expand_word', "zle -C _expand_word .complete-word _expand_word"):
        assert wanted in session.screen


@pytest.mark.usefixtures("site")
def test_a_widget_that_a_plugin_has_wrapped_meanwhile_still_completes(shell: Shell) -> None:
    fill(shell)
    shell.write_local(
        "post/wrap",
        "zle -A expand-or-complete orig-1-expand-or-complete; wrap() { zle orig-1-expand-or-complete }; "
        "zle -N expand-or-complete wrap",
    )
    with shell.live() as live:
        for _ in range(2):
            live.press("print Be\t")
            live.until("print Beta.txt")
            live.press("\x15\x0c")
            live.calm()


@pytest.mark.usefixtures("site")
def test_processes_sections_and_hosts_are_completed(shell: Shell) -> None:
    folder = shell.root / "home" / ".ssh"
    folder.mkdir()
    (folder / "config").write_text("Host zf-remote-host\n  User me\n")
    ready(shell)
    with shell.live() as live:
        live.press("ssh zf-rem\t")
        live.until("ssh zf-remote-host")


def test_nothing_is_said_when_a_queued_compdef_is_wrong(shell: Shell, site: Path) -> None:
    assert site.exists()
    shell.write_local("post/wrong", "compdef zf-x=zf-no-such-service; compdef; compdef _zf_ok zf-ok")
    session: Session = shell.session("print -r -- 'known:' $_comps[zf-ok] .")
    assert "known: _zf_ok ." in session.screen
    assert "compdef:" not in session.screen
