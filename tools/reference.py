"""Renders docs/REFERENCE.md from the code: commands, exit codes, settings, refused variables, schemas.

Usage: ``tools/reference.py --write | --check [--file PATH]``. ``--check`` prints the difference and exits with 1 when
the file is out of date; a command whose module is missing is an error of both.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import enum
import inspect
import sys
import textwrap
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

import click
import msgspec

from zshforge.cli import COMMANDS, root
from zshforge.explain.rules import RULES
from zshforge.model.errors import EXIT_MEANING
from zshforge.model.schema import REGISTRY
from zshforge.model.settings_table import BOUNDARY_KEYS, REFUSED, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zshforge.cli.lazy import Lazy
    from zshforge.model.setting import Setting

PAGE = Path(__file__).parents[1] / "docs" / "REFERENCE.md"

HEAD = """\
<!-- Written by tools/reference.py from the code; change the code, then run: make docs -->
# Reference
"""

SETTINGS_INTRO = """\
A flag beats the environment, which beats `zf.toml` of the workspace (the nearest folder that has one), which beats
`$XDG_CONFIG_HOME/zshforge/zf.toml`, which beats the default. In `zf.toml` the part before the dot is the table's name.
The first environment variable of a row that is set wins; an empty one counts as not set; a name that ends in a unit
(`_MS`, `_SEC`) is read in that unit. `zf settings` shows what is set here and by whom."""

WORDS = {str: "text", int: "integer", float: "number", bool: "true or false", types.NoneType: "null"}

REFUSED_INTRO = """\
Variables of the guide's scripts that have no effect any more. `zf settings` mentions those that are set."""

RULES_INTRO = """\
What `zf explain` advises. A finding stands on what was seen in this configuration; where that is missing, its rule says
nothing. A saving is promised once: of two findings on the same lines the one that saves more is told. How far it may be
off is the spread of its measurements and `advice.doubt_share` of it."""

RECORDS_INTRO = """\
What the schemas consist of. A value that was not observed is `null`, with a reason beside it."""


def commands(lazy_commands: Mapping[str, Lazy]) -> tuple[dict[str, click.Command], list[str]]:
    """The commands that can be loaded, and what is wrong with the others."""
    found: dict[str, click.Command] = {}
    missing: list[str] = []
    for name, lazy in lazy_commands.items():
        try:
            found[name] = lazy.load()
        except ModuleNotFoundError as error:
            missing.append(f"zf {name}: {error}")
    return found, missing


def page(found: dict[str, click.Command]) -> str:
    """The whole page."""
    parts = [HEAD, *command_parts(found), *exit_code_parts(), *rule_parts(), *setting_parts(), *refused_parts()]
    return "\n".join([*parts, *schema_parts()])


def command_parts(found: dict[str, click.Command]) -> Iterator[str]:
    """Each command with its usage, what it does, and its options."""
    yield "## Commands\n"
    context = click.Context(root, info_name="zf")
    for name, command in each_command(found):
        yield f"### `zf {name}`\n"
        here = click.Context(command, info_name=name, parent=context)
        yield f"```\n{' '.join(['zf', name, *command.collect_usage_pieces(here)])}\n```\n"
        yield f"{textwrap.dedent(inspect.cleandoc(command.help or '')).replace(chr(8), '').strip()}\n"
        records = [record for p in command.params if (record := p.get_help_record(here)) and record[1]]
        if records:
            yield from table(("option", "meaning"), ((f"`{names}`", text) for names, text in records))


def each_command(found: Mapping[str, click.Command]) -> Iterator[tuple[str, click.Command]]:
    """The commands in their order; a group is followed by the commands in it."""
    for name, command in found.items():
        yield name, command
        if isinstance(command, click.Group):
            yield from each_command({f"{name} {inner}": below for inner, below in command.commands.items()})


def exit_code_parts() -> Iterator[str]:
    """The exit codes of every command."""
    yield "## Exit codes\n"
    yield from table(("code", "meaning"), ((str(int(code)), text) for code, text in EXIT_MEANING.items()))


def rule_parts() -> Iterator[str]:
    """The rules of the advice, as `zf rule CODE` prints them."""
    yield f"## Advice\n\n{RULES_INTRO}\n"
    for page in (rule.page for rule in RULES):
        yield f"### {page.code}\n\n**{page.title}.** {page.why}\n"
        words = {"evidence": page.evidence, "saving": page.saving, "do": page.how}
        words |= {"`--fix`": page.fix or "No mechanical change is safe.", "silent": page.silent}
        yield from (f"- {word}: {' '.join(text.split())}" for word, text in words.items())
        yield f"\n```zsh\n{page.example}\n```\n" if page.example else ""


def setting_parts() -> Iterator[str]:
    """The settings, one table for each group."""
    yield f"## Settings\n\n{SETTINGS_INTRO}\n"
    for group in dict.fromkeys(setting.name.partition(".")[0] for setting in SETTINGS):
        yield f"### `[{group}]`\n"
        rows = (setting_row(setting) for setting in SETTINGS if setting.name.startswith(f"{group}."))
        yield from table(("setting", "default", "allowed", "meaning", "source", "environment"), rows)
    yield "### `[boundaries]`\n"
    keys = ", ".join(f"`{key}`" for key in BOUNDARY_KEYS)
    yield f"Lists of globs, matched against the files that a session sources: {keys}. The workspace's list wins.\n"


def setting_row(setting: Setting) -> tuple[str, ...]:
    """One setting as a row."""
    default = setting.default
    shown = str(default).lower() if isinstance(default, bool) else f"{default}".removesuffix(".0")
    names = " ".join(f"`{name}`" for name in setting.environment)
    value = f"`{shown}` {setting.unit}".strip()
    return f"`{setting.name}`", value, setting.allowed, setting.meaning, setting.source, names


def refused_parts() -> Iterator[str]:
    """The variables that have no effect any more."""
    yield f"## Refused variables\n\n{REFUSED_INTRO}\n"
    yield from table(("variable", "why"), ((f"`{refused.name}`", refused.reason) for refused in REFUSED))


def schema_parts() -> Iterator[str]:
    """The schemas, each with its fields, then the records that they consist of."""
    yield "## Schemas\n\n`zf schema NAME` prints the JSON Schema of one.\n"
    for name in sorted(REGISTRY):
        entry = REGISTRY[name]
        yield f"### `{name}`\n"
        files = ", ".join(f"`artifacts/{file}`" for file in entry.files)
        yield f"{entry.title[0].upper()}{entry.title[1:]}." + (f" In {files}." if files else "") + "\n"
        yield from field_table(entry.struct)
    yield f"## Records\n\n{RECORDS_INTRO}\n"
    roots = [entry.struct for entry in REGISTRY.values()]
    for struct in sorted(nested(roots) - set(roots), key=lambda struct: (struct.__name__, struct.__module__)):
        yield f"### {struct.__name__}\n\n{markdown(inspect.getdoc(struct) or '')}\n"
        yield from field_table(struct)


def field_table(struct: type[msgspec.Struct]) -> Iterator[str]:
    """The fields of a record: name, type, whether it may be absent, and the field's own words."""
    words = {"schema": "What the document is, and in which version.", **field_words(struct)}
    rows = (
        (f"`{field.encode_name}`", type_words(field.type), required(field), markdown(words.get(field.name, "")))
        for field in msgspec.structs.fields(struct)
    )
    return table(("field", "type", "required", "meaning"), rows)


def required(field: msgspec.structs.FieldInfo) -> str:
    """Whether a document without that field is refused; one that names no schema always is."""
    return "yes" if field.required or field.name == "schema" else ""


def markdown(docstring: str) -> str:
    """A docstring's words as Markdown, in the words of JSON."""
    return docstring.replace("``None``", "``null``").replace("``", "`")


def field_words(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The strings that stand below a record's fields in its source."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    if not isinstance(definition, ast.ClassDef):
        return {}
    pairs = zip(definition.body, definition.body[1:], strict=False)
    return {
        field.target.id: " ".join(inspect.cleandoc(text.value.value).split())
        for field, text in pairs
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def type_words(kind: Any) -> str:
    """A field's type in words."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is None:
        return plain_type_words(kind)
    if origin is Literal:
        return " or ".join(f"`{argument}`" for argument in arguments)
    words = [type_words(argument) for argument in arguments if argument is not ...]
    if origin in (Union, types.UnionType):
        return " or ".join(words)
    if origin is dict:
        return f"map of {words[0]} to {words[1]}"
    return f"list of {words[0]}" if origin is list or ... in arguments else f"[{', '.join(words)}]"


def plain_type_words(kind: Any) -> str:
    """A type without parameters in words; a record is a link to its own table."""
    if issubclass(kind, enum.Enum):
        return " or ".join(f"`{member.value}`" for member in kind)
    if not issubclass(kind, msgspec.Struct):
        return WORDS[kind]
    name = next((entry.name for entry in REGISTRY.values() if entry.struct is kind), kind.__name__)
    return f"[{name}](#{name.lower().replace('.', '')})"


def nested(structs: Iterable[type[msgspec.Struct]]) -> set[type[msgspec.Struct]]:
    """Every record type that these ones consist of, themselves included."""
    seen: set[type[msgspec.Struct]] = set()
    waiting: list[Any] = list(structs)
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen:
            seen.add(kind)
            waiting += [field.type for field in msgspec.structs.fields(kind)]
    return seen


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A Markdown table, with an empty line after it."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        cells = (" ".join(cell.split()).replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def check(file: Path, text: str) -> int:
    """Prints the difference between the file and the code."""
    if not file.is_file():
        print(f"reference: {file} is missing. Try: make docs", file=sys.stderr)
        return 1
    old = file.read_text(encoding="utf-8").splitlines()
    lines = list(difflib.unified_diff(old, text.splitlines(), str(file), "the code", lineterm=""))
    for line in lines:
        print(line)
    if lines:
        print(f"reference: {file} is out of date. Try: make docs", file=sys.stderr)
    return int(bool(lines))


def main(args: list[str], lazy_commands: Mapping[str, Lazy] = COMMANDS) -> int:
    """Writes or checks the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", action="store_true")
    mode.add_argument("--check", action="store_true")
    parser.add_argument("--file", type=Path, default=PAGE)
    options = parser.parse_args(args)
    found, missing = commands(lazy_commands)
    for line in missing:
        print(f"reference: {line}", file=sys.stderr)
    text = page(found)
    if options.check:
        return check(options.file, text) or int(bool(missing))
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(text, encoding="utf-8")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
