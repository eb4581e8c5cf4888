"""Commands are loaded when they are called, and not before."""

import click
import pytest

from zshforge.cli.lazy import Lazy, LazyGroup


def group() -> LazyGroup:
    return LazyGroup(
        "zf",
        table={
            "settings": Lazy("zshforge.cli.settings:command", "what is set"),
            "broken": Lazy("zshforge.no_such_module:command", "is listed all the same"),
        },
    )


def test_the_list_and_the_help_load_no_command() -> None:
    context = click.Context(group())
    assert group().list_commands(context) == ["settings", "broken"]
    assert "is listed all the same" in group().get_help(context)


def test_a_command_is_loaded_by_its_name() -> None:
    command = group().get_command(click.Context(group()), "settings")
    assert command is not None
    assert command.name == "settings"


def test_a_name_that_is_not_in_the_table_is_no_command() -> None:
    assert group().get_command(click.Context(group()), "nothing") is None


def test_a_module_that_is_missing_is_an_error_and_no_missing_command() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        group().get_command(click.Context(group()), "broken")


def test_what_is_not_a_command_cannot_be_loaded_as_one() -> None:
    with pytest.raises(TypeError, match="os:sep"):
        Lazy("os:sep", "a string").load()


def test_an_option_in_the_place_of_a_command_is_an_unknown_option() -> None:
    with pytest.raises(click.NoSuchOption):
        group().make_context("zf", ["--jsno"])
