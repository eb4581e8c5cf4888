"""Completion at the keyboard: TAB, the menu, what need not be typed exactly, styles and keys of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from completion_site import ready

if TYPE_CHECKING:
    from tests.zsh.conftest import Live, Shell

pytestmark = pytest.mark.pty


def fill(shell: Shell) -> None:
    """A few files to complete."""
    for name in ("Alpha-one", "Alpha-two", "Beta.txt", ".hidden"):
        (shell.root / "zf-here" / name).write_text("")
    (shell.root / "zf-here" / "Folder").mkdir()


def completes_at_first_and_when_ready(shell: Shell) -> None:
    """A tab is the first key, and comes once more when all is loaded."""
    with shell.live() as live:
        for _ in range(2):
            live.press("print Be\t")
            live.until("print Beta.txt")
            live.press("\x15\x0c")
            live.calm()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("keymap", ["-e", "-v"])
def test_a_tab_is_completed_when_it_is_the_first_key_and_when_all_is_ready(shell: Shell, keymap: str) -> None:
    fill(shell)
    shell.write_local("pre/keymap", f"bindkey {keymap}")
    completes_at_first_and_when_ready(shell)


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
    completes_at_first_and_when_ready(shell)


@pytest.mark.usefixtures("site")
def test_processes_sections_and_hosts_are_completed(shell: Shell) -> None:
    folder = shell.root / "home" / ".ssh"
    folder.mkdir()
    (folder / "config").write_text("Host zf-remote-host\n  User me\n")
    ready(shell)
    with shell.live() as live:
        live.press("ssh zf-rem\t")
        live.until("ssh zf-remote-host")
