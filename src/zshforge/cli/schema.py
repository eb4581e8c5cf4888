"""``zf schema``."""

from __future__ import annotations

import click
import msgspec

from zshforge.cli.common import json_option, print_record
from zshforge.model.schema import json_schema, schema_list


@click.command("schema")
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """List the schemas, or print the one of that NAME as JSON Schema (draft 2020-12)."""
    if name is not None:
        click.echo(msgspec.json.format(msgspec.json.encode(json_schema(name)), indent=2))
        return
    listed = schema_list()
    if as_json:
        print_record(listed)
        return
    width = max(len(row.name) for row in listed.schemas)
    for row in listed.schemas:
        click.echo(f"{row.name:{width}}  {row.title}")
