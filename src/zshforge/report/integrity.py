"""What became of a lock, as terminal lines: findings first, each with the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import Piece, flow, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.integrity import Finding, Integrity, PluginState

_STYLES = {"pass": "bold green", "warn": "bold yellow", "fail": "bold red", "unknown": "bold magenta"}
_LEVELS = {"fail": "red", "warn": "yellow"}
_SHORT = 12
_MOST = 40
_KIND = 17


def render_integrity(result: Integrity, *, width: int, every: bool = False) -> Group:
    """The findings, the plugins, and a last line with the verdict.

    Args:
        result: What was found.
        width: Columns of the terminal.
        every: Show all findings, also when there are very many.
    """
    shown = result.findings if every else result.findings[:_MOST]
    lines = [line for finding in shown for line in _finding(finding, width)]
    if len(shown) < len(result.findings):
        lines.append(Text(f"… and {len(result.findings) - len(shown)} more; all of them: --all", "dim"))
    lines += _plugins(result.plugins)
    lines += [line for note in result.notes for line in flow([Piece(f"note     {visible(note)}", "dim")], width=width)]
    return Group(*lines, *_ending(result, width))


def _finding(finding: Finding, width: int) -> Iterator[Text]:
    head = Text(f"{finding.kind.replace('_', ' '):<{_KIND}}", _LEVELS[finding.level])
    head.append(visible_path(finding.path) or "the lock", "bold")
    if finding.plugin:
        head.append(f"  ({visible_path(finding.plugin)})", "dim")
    yield head
    yield from flow([Piece(visible_path(finding.detail))], width=width, indent=" " * _KIND)
    if finding.fix:
        yield Text(" " * _KIND + "→ ").append(visible(finding.fix), "bold")


def _plugins(plugins: tuple[PluginState, ...]) -> Iterator[Text]:
    width = max((len(visible_path(plugin.name)) for plugin in plugins), default=0)
    for plugin in plugins:
        commit = (plugin.commit or "")[:_SHORT]
        line = Text(f"{plugin.state:<10}", "" if plugin.state == "unchanged" else "yellow")
        line.append(f"{visible_path(plugin.name):<{width}}  {plugin.files:>6} files  {plugin.digest[:_SHORT]}  ")
        yield line.append(f"{visible_path(plugin.source)} {commit}".rstrip(), "dim")


def _ending(result: Integrity, width: int) -> list[Text]:
    counts = result.counts
    pieces = [Piece(result.verdict, _STYLES[result.verdict]), Piece(f"{counts.get('files', 0)} files locked")]
    told = ("files", "plugins", "unchanged", "hashed", "not_hashed")
    pieces += [
        Piece(f"{number} {name.replace('_', ' ')}") for name, number in counts.items() if number and name not in told
    ]
    signer = f" by {visible(result.signer)}" if result.signer else ""
    pieces += [Piece(f"{result.signature}{signer}"), Piece(f"lock {result.digest[:_SHORT]}", "dim")]
    return flow(pieces, width=width)


def visible_path(text: str) -> str:
    r"""A text from a lock: names in it are spelt already, so that their ``\xNN`` need no second spelling."""
    return visible(text).replace("\\\\", "\\")
