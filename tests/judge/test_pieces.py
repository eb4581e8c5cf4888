"""A commit in pieces: complete commands, one after the other, up to the state after it."""

import shutil
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from zshforge.judge.pieces import pieces_of
from zshforge.shell.complete_commands import complete_commands
from zshforge.shell.history import Change

ZSH = Path(shutil.which("zsh") or "zsh")
COMMANDS = ["a=1", "print x", "f() {\n  print y\n}", "# a comment", "if true; then\n  b=2\nfi"]


def change(before: str | None, after: str | None, path: str = "zsh/.zshrc") -> Change:
    return Change(path, None if before is None else before.encode(), None if after is None else after.encode())


def test_each_added_command_is_a_piece_with_its_lines() -> None:
    pieces = pieces_of([change("a=1\nz=9\n", "a=1\nf() {\n  b=2\n}\nc=3\nz=9\n")], ZSH)
    assert [(p.place.first, p.place.last, p.place.text) for p in pieces] == [
        (2, 4, ("f() {", "  b=2", "}")),
        (5, 5, ("c=3",)),
    ]
    assert pieces[0].content == b"a=1\nf() {\n  b=2\n}\nz=9\n"


def test_a_changed_line_goes_with_what_replaces_it() -> None:
    (piece,) = pieces_of([change("a=1\nb=2\n", "a=1\nb=3\n")], ZSH)
    assert (piece.place.first, piece.place.text) == (2, ("b=3",))


def test_lines_that_only_went_away_are_one_piece() -> None:
    (piece,) = pieces_of([change("a=1\nb=2\nc=3\n", "a=1\nc=3\n")], ZSH)
    assert (piece.place.first, piece.place.text, piece.content) == (1, (), b"a=1\nc=3\n")


def test_new_and_removed_and_binary_files() -> None:
    new, gone, binary = pieces_of(
        [change(None, "x=1\n", "new.zsh"), change("y=1\n", None, "gone.zsh"), Change("a.zwc", b"\0a", b"\0b")], ZSH
    )
    assert (new.place.file, new.content) == ("new.zsh", b"x=1\n")
    assert (gone.place.file, gone.content) == ("gone.zsh", None)
    assert (binary.place.text, binary.content) == ((), b"\0b")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(COMMANDS), max_size=4), st.lists(st.sampled_from(COMMANDS), max_size=4))
def test_all_pieces_together_are_the_state_after(before: list[str], after: list[str]) -> None:
    one, other = ("".join(f"{command}\n" for command in commands) for commands in (before, after))
    pieces = pieces_of([change(one, other)], ZSH)
    assert bool(pieces) == (one != other)
    if pieces:
        assert pieces[-1].content == other.encode()


def test_a_text_is_cut_where_a_command_is_complete() -> None:
    assert complete_commands(["a=1", "for x in 1 2; do", "  print $x", "done", "b=2"], ZSH) == (1, 4, 5)
    assert complete_commands(["cat <<E", "text", "E"], ZSH)[-1] == 3
    assert complete_commands(["if true"], ZSH) == (1,)
    assert complete_commands([], ZSH) == ()
