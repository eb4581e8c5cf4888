"""A group of commands that loads a command when it is called, and not before (start-up is a feature)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class Lazy(NamedTuple):
    """A command that is not loaded yet.

    Attributes:
        target: ``module:attribute`` of the command.
        help: What it does, for the list of commands.
    """

    target: str
    help: str

    @property
    def module(self) -> str:
        """The module that holds the command."""
        return self.target.partition(":")[0]

    def load(self) -> click.Command:
        """Imports the command.

        Raises:
            ImportError: The module is missing.
            TypeError: What the target names is not a command.
        """
        command = getattr(import_module(self.module), self.target.partition(":")[2])
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.target} is not a command")
        return command


class LazyGroup(click.Group):
    """A group whose commands stand in a table, in the order in which they are shown.

    Args:
        args: What ``click.Group`` takes.
        table: Command by name.
        kwargs: What ``click.Group`` takes.
    """

    def __init__(self, *args: Any, table: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The names of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  the same
        """Loads a command."""
        lazy = self.table.get(cmd_name)
        return None if lazy is None else lazy.load()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  the same
        """Lists the commands from the table, without loading one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in self.table.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command of the first argument, or names the one that was probably meant."""
        if args[0] not in self.table and not args[0].startswith("-"):
            ctx.fail(f"No such command {args[0]!r}.{self._meant(args[0])}")
        return super().resolve_command(ctx, args)

    def _meant(self, name: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415  only for a misspelt name

        close = get_close_matches(name, self.table, n=1)
        return f" Did you mean {close[0]}?" if close else ""
