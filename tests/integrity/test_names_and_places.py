"""Names that come back whatever is in them, and places that hold on every machine."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.integrity.names import spelt, unspelt
from zshforge.integrity.places import Places, places_of
from zshforge.shell.config import Config

ODD = [
    "with space",
    "new\nline",
    "it's",
    '"q"',
    "$(touch x)",
    "-rf",
    "\\x41",
    "caf\u00e9",
    os.fsdecode(b"\xff\xfe"),
    "\x1b[2J",
]


@pytest.mark.parametrize("name", ODD)
def test_a_name_comes_back_and_shows_no_control_character(name: str) -> None:
    text = spelt(name)
    assert unspelt(text) == name
    assert text.isprintable()
    assert text.encode("utf-8")


@given(st.binary(max_size=40).map(os.fsdecode), st.binary(max_size=40).map(os.fsdecode))
def test_different_names_are_spelt_differently(one: str, other: str) -> None:
    assert (spelt(one) == spelt(other)) == (one == other)
    assert unspelt(spelt(one)) == one


def test_a_place_is_named_from_the_innermost_root() -> None:
    places = Places((("ZDOTDIR", "/home/ann/.config/zsh"), ("HOME", "/home/ann")))
    assert places.word("/home/ann/.config/zsh/.zshrc") == "ZDOTDIR/.zshrc"
    assert places.word("/home/ann/.zshenv") == "HOME/.zshenv"
    assert places.word("/home/anna/.zshenv") == "/home/anna/.zshenv"
    assert places.path("HOME/a\\x0ab") == "/home/ann/a\nb"
    assert places.path("/usr/share") == "/usr/share"


def test_a_configuration_has_its_roots(tmp_path: Path) -> None:
    config = Config(kind="zdotdir", argument="x", label="x", path=tmp_path, shape="zdotdir")
    assert places_of(config).word(f"{tmp_path}/.zshrc") == "ZDOTDIR/.zshrc"
    home = Config(kind="home", argument="home", label="home", path=tmp_path, shape="home_dir", zdotdir=tmp_path / "z")
    assert places_of(home).word(f"{tmp_path}/z/.zshrc") == "ZDOTDIR/.zshrc"
    assert places_of(home).word(f"{tmp_path}/.zshenv") == "HOME/.zshenv"
