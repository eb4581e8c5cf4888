"""``zf rule``."""

from __future__ import annotations

import shutil

import click

from zshforge.cli.common import json_option, print_record


@click.command("rule")
@click.argument("code", required=False)
@json_option
def command(code: str | None, as_json: bool) -> None:
    """List the rules of the advice, or print the page of the one of that CODE.

    A page tells why it costs, what must have been seen, where the promised saving comes from, what to do, what
    `zf explain --fix` changes, and when the rule says nothing.
    """
    from zshforge.explain.rules import RULES, rule  # noqa: PLC0415  heavy
    from zshforge.model.advice import RuleList  # noqa: PLC0415  the same
    from zshforge.report.rule_page import render_rule, render_rules  # noqa: PLC0415  the same

    pages = tuple(one.page for one in RULES) if code is None else (rule(code).page,)
    if as_json:
        print_record(RuleList(rules=pages) if code is None else pages[0])
    elif code is None:
        click.echo(render_rules(pages), nl=False)
    else:
        click.echo(render_rule(pages[0], width=min(shutil.get_terminal_size().columns, 120)), nl=False)
