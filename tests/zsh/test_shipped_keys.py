"""Keys of the shipped configuration, pressed in a real terminal, in both keymaps."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Live, Shell

pytestmark = pytest.mark.pty

#: Terminals that module 40 knows without asking terminfo, and what terminfo calls the keys that it binds.
FAMILIES = ["xterm", "xterm-256color", "screen", "screen-256color", "tmux", "tmux-256color", "linux", "rxvt", "vte"]
FAMILIES += ["rxvt-unicode-256color", "alacritty", "foot", "konsole", "gnome", "putty", "wezterm", "xterm-kitty", "st"]
KEYS = {
    "kcuu1": "up-line-or-beginning-search",
    "kcud1": "down-line-or-beginning-search",
    "khome": "beginning-of-line",
    "kend": "end-of-line",
    "kdch1": "delete-char",
    "kich1": "overwrite-mode",
    "kpp": "up-line-or-history",
    "knp": "down-line-or-history",
    "kcbt": "reverse-menu-complete",
}
#: Binds keys by terminfo unless it is told not to; loads the line editor for it.
DEBIAN = Path("/etc/zsh/zshrc")
KEYMAPS = pytest.mark.parametrize("keymap", ["-e", "-v"])
LINE_ENDS = b"\x1b[?2004l"
HOME_KEY, ESCAPE = "\x1b[H", "\x1b"
#: After `abc def ghi`: what is pressed before a key of this widget, and the line when `X` was typed after it.
INSERTING = {
    "beginning-of-line": ("", "Xabc def ghi"),
    "end-of-line": (HOME_KEY, "abc def ghiX"),
    "backward-word": ("", "abc def Xghi"),
    "forward-word": (HOME_KEY, "abc Xdef ghi"),
    "delete-char": (HOME_KEY, "Xbc def ghi"),
    "kill-word": (HOME_KEY, "X def ghi"),
    "overwrite-mode": (HOME_KEY, "Xbc def ghi"),
}
#: The same where keys are commands of vi: the cursor stands on a letter, and `iX` puts an X before it.
COMMANDING = INSERTING | {
    "end-of-line": (HOME_KEY, "abc def ghXi"),
    "overwrite-mode": (HOME_KEY, "Xabc def ghi"),
}
#: Moves through the history, with a line of their own to begin with.
STEPPING = {
    "up-line-or-beginning-search": ("", ": second"),
    "down-line-or-beginning-search": ("\x1b[A\x1b[A", ": second"),
    "up-line-or-history": ("", ": second"),
    "down-line-or-history": ("\x1b[5~\x1b[5~", ": second"),
}
MODES = pytest.mark.parametrize(
    ("keymap", "mode"), [("-e", ""), ("-v", ""), ("-v", ESCAPE)], ids=["emacs", "viins", "vicmd"]
)
#: Keys of one keymap alone.
EDITS = [("\x1b[D\x7f", "abc def gXi"), ("\x1b[D\x08", "abc def gXi"), ("\x17", "abc def X"), ("\x15", "X")]


def typed(live: Live) -> str:
    """What stands after the prompt."""
    return re.sub(r"^[^#%]*zf-here[^#%]*[#%] ?", "", live.line())


def our_keys(shell: Shell) -> list[tuple[str, str]]:
    """Every key that module 40 binds in all keymaps, as it is sent, with its widget."""
    shell.session("print -rl -- $_zf_keys >| keys")
    words = (shell.root / "zf-here" / "keys").read_text().split()
    plain = [word.replace("^[", ESCAPE).replace("^I", "\t") for word in words]
    return list(zip(plain[::2], plain[1::2], strict=True))


def clear(live: Live) -> None:
    """An interrupt when the line has its colours (zsh loses one while it takes a line apart), and the next prompt."""
    live.calm()
    ended = live.raw.count(LINE_ENDS)
    live.press("\x03")
    # Beside work the line is drawn again before it ends, and a moment of that looks like an empty one.
    live.until(lambda: live.raw.count(LINE_ENDS) > ended and "zf-here" in live.line() and typed(live) == "")


@MODES
def test_every_key_moves_or_deletes_what_its_name_says(shell: Shell, keymap: str, mode: str) -> None:
    keys = our_keys(shell)
    shell.write_local("pre/keymap", f"bindkey {keymap}; KEYTIMEOUT=5")
    wrong, tried = {}, set()
    with shell.live() as live:
        for key, widget in keys:
            before, wanted = (COMMANDING if mode else INSERTING).get(widget, ("", ""))
            if not wanted:
                continue
            live.press("abc def ghi", mode)
            live.calm()
            live.press(before, key, "iX" if mode else "X")
            live.calm()
            if typed(live) != wanted:
                wrong[key] = typed(live)
            tried.add(widget)
            clear(live)
    assert wrong == {}
    assert tried == set(INSERTING)


@MODES
def test_every_key_of_the_history_steps_as_its_name_says(shell: Shell, keymap: str, mode: str) -> None:
    keys = our_keys(shell)
    shell.write_local("pre/keymap", f"bindkey {keymap}; KEYTIMEOUT=5")
    wrong, tried = {}, set()
    with shell.live() as live:
        live.press(": first\n: second\n")
        live.calm()
        for key, widget in keys:
            before, wanted = STEPPING.get(widget, ("", ""))
            if not wanted:
                continue
            live.press(mode)
            live.calm()
            live.press(before, key)
            live.calm()
            if typed(live) != wanted:
                wrong[key] = typed(live)
            tried.add(widget)
            clear(live)
    assert wrong == {}
    assert tried == set(STEPPING)


@KEYMAPS
def test_keys_that_go_back_in_a_menu_begin_with_the_last_match(shell: Shell, keymap: str) -> None:
    for name in ("left", "middle", "right"):
        (shell.root / "zf-here" / name).touch()
    keys = [key for key, widget in our_keys(shell) if widget == "reverse-menu-complete"]
    shell.write_local("pre/keymap", f"bindkey {keymap}; KEYTIMEOUT=5")
    with shell.live() as live:
        live.calm()
        for key in keys:
            live.press("print ", key)
            live.until(lambda: "right" in typed(live))
            live.calm()
            live.press("\x03")  # leaves the menu
            clear(live)
    assert len(keys) > 1


def test_every_key_is_tried(shell: Shell) -> None:
    assert {widget for _, widget in our_keys(shell)} == {*INSERTING, *STEPPING, "reverse-menu-complete"}


@KEYMAPS
def test_keys_that_erase_erase_what_was_there_before_insert_mode_too(shell: Shell, keymap: str) -> None:
    shell.write_local("pre/keymap", f"bindkey {keymap}; KEYTIMEOUT=5")
    with shell.live() as live:
        for keys, wanted in EDITS:
            live.press("abc def ghi")
            if keymap == "-v":
                live.press(ESCAPE)
                live.calm()
                live.press("A")
            live.press(keys, "X")
            live.until(lambda wanted=wanted: typed(live) == wanted)  # type: ignore[misc]  # the value of this turn
            clear(live)


@KEYMAPS
@pytest.mark.parametrize(("up", "down"), [("\x1b[A", "\x1b[B"), ("\x1bOA", "\x1bOB")])
def test_the_arrows_search_the_history_for_what_the_line_begins_with(
    shell: Shell, keymap: str, up: str, down: str
) -> None:
    shell.write_local("pre/keymap", f"bindkey {keymap}")
    with shell.live() as live:
        for line in (": one first", ": two", ": one second"):
            live.press(f"{line}\n")
        live.calm()
        live.press(": one")
        for key, wanted in ((up, ": one second"), (up, ": one first"), (down, ": one second")):
            live.press(key)
            live.until(lambda wanted=wanted: typed(live) == wanted)  # type: ignore[misc]  # the value of this turn
            assert live.screen.cursor.x == len(live.line())
        live.calm()  # its subject are the arrows; Ctrl-C beside the colouring has a test of its own
        live.press("\x03")
        live.until(lambda: typed(live) == "")
        live.press(up, up)
        live.until(lambda: typed(live) == ": two")


def test_the_arrows_move_within_a_line_of_several_rows_first(shell: Shell) -> None:
    with shell.live() as live:
        live.press(": before\n")
        live.calm()
        live.press("\x1b[200~print one\nprint two\x1b[201~", "\x1b[A", "X")
        live.until("print oneX")
        assert "print two" in live.text
        live.press("\x1b[B", "Y")
        live.until("print twoY")


def test_page_keys_step_through_the_history_without_a_search(shell: Shell) -> None:
    with shell.live() as live:
        live.press(": one\n: two\n")
        live.calm()
        live.press("x\x1b[5~")
        live.until(lambda: typed(live) == ": two")
        live.press("\x1b[6~")
        live.until(lambda: typed(live) == "x")


@pytest.mark.parametrize(("keymap", "keys"), [("-e", "\x18\x05"), ("-v", "\x1bv")])
def test_the_line_can_be_edited_in_an_editor(shell: Shell, keymap: str, keys: str) -> None:
    editor = shell.root / "editor"
    editor.write_text('#!/bin/sh\necho "print -r -- edited" > "$1"\n')
    editor.chmod(0o755)
    shell.write_local("pre/keymap", f"bindkey {keymap}; KEYTIMEOUT=5; VISUAL={editor} EDITOR={editor}")
    shell.write_local("post/keymap", f"bindkey {keymap}")
    with shell.live() as live:
        live.press("print -r -- draft")
        live.calm()
        live.press(keys)
        live.until("print -r -- edited")


def test_a_key_of_the_users_own_stays(shell: Shell) -> None:
    shell.write_local("post/key", "bindkey '^[[A' beep; bindkey -M viins '^[[H' beep")
    screen = shell.session("bindkey '^[[A'; bindkey -M viins '^[[H'").screen
    assert '"^[[A" beep' in screen
    assert '"^[[H" beep' in screen


@pytest.mark.skipif(shutil.which("infocmp") is None, reason="infocmp tells what terminfo holds")
def test_terminals_that_are_known_send_for_each_key_what_is_bound(shell: Shell) -> None:
    screen = shell.session("bindkey -M emacs").screen.replace("\r", "")
    bound = dict(re.findall(r'^"(\S+)" (\S+)$', screen, re.MULTILINE))
    wrong, seen = [], 0
    for terminal in FAMILIES:
        done = subprocess.run(["infocmp", "-1", "-x", terminal], capture_output=True, text=True, check=False)
        for name, sequence in re.findall(r"^\t(k\w+)=(.*),$", done.stdout, re.MULTILINE):
            if name in KEYS and (seen := seen + 1) and bound.get(sequence.replace("\\E", "^[")) != KEYS[name]:
                wrong.append((terminal, name, sequence))
    assert seen > 20
    assert wrong == []


@pytest.mark.parametrize("terminal", ["vt220", "sun", "cons25"])
def test_another_terminal_is_asked_for_its_keys(shell: Shell, terminal: str) -> None:
    done = subprocess.run(["infocmp", "-1", terminal], capture_output=True, text=True, check=False)
    found = re.search(r"^\tkcuu1=\\E(.*),$", done.stdout, re.MULTILINE)
    if not found:
        pytest.skip(f"terminfo here knows no {terminal}")
    shell.session("bindkey > keys", TERM=terminal)
    text = (shell.root / "zf-here" / "keys").read_text()
    assert f'"^[{found[1]}" up-line-or-beginning-search' in text


def test_our_keys_are_listed_with_what_they_replaced_and_what_they_do_now(shell: Shell) -> None:
    shell.write_local("post/key", "bindkey '^[[H' beep")
    screen = shell.session("zf::keys").screen
    assert re.search(r"\^\[\[A +up-line-or-beginning-search +up-line-or-history +ours", screen)
    assert re.search(r"\^\[\[H +beginning-of-line +\S+ +beep", screen)
    assert re.search(r"\^\[\[3;5~ +kill-word +nothing +ours", screen)


@pytest.mark.skipif(
    not DEBIAN.exists() or "DEBIAN_PREVENT_KEYBOARD_CHANGES" not in DEBIAN.read_text(),
    reason="this system has no start file that binds keys",
)
@pytest.mark.parametrize(("chosen", "bound"), [(None, 0), ("", 1)])
def test_the_keys_of_debians_start_file_are_left_to_us_unless_the_user_wants_them(
    shell: Shell, chosen: str | None, bound: int
) -> None:
    with shell.live(DEBIAN_PREVENT_KEYBOARD_CHANGES=chosen) as live:
        live.press(
            "print -r -- key:${+key}${+widgets[zle-line-init]} exported:${(t)DEBIAN_PREVENT_KEYBOARD_CHANGES}.\n"
        )
        live.until(f"key:{bound}{bound} exported:scalar" + ("-export." if bound else "."))
