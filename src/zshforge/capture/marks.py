"""Marker lines that a configuration writes about itself: read with care, because a wrong line is a wrong number.

The formats are the guide's, with absolute stamps::

    MARK name=<moment> us=<int>
    SEGMENT name=<label> ms=<int> phase=<phase> sample=<context> start_us=<int> end_us=<int>
    POST_PLUGIN_SEGMENT <label> <ms>
    PRE_PLUGIN_COMPLETE|POST_PLUGIN_COMPLETE|PROMPT_READY_COMPLETE <ms> start_us=<int> end_us=<int>
    POLICY checksum=<hex>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.model.markers import LIFECYCLE, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The moments that the shipped configuration marks.
NATIVE_MOMENTS = (
    "rc_start",
    "pre_plugin_start",
    "pre_plugin_end",
    "plugins_end",
    "post_plugin_end",
    "prompt_ready",
)
_TOTALS = ("PRE_PLUGIN_COMPLETE", "POST_PLUGIN_COMPLETE", "PROMPT_READY_COMPLETE")
_MARK = re.compile(r"MARK name=(?P<name>[a-z_]+) us=(?P<us>[1-9]\d*)")
_SEGMENT = re.compile(
    r"SEGMENT name=(?P<name>\S+) ms=(?P<ms>\d+) phase=(?P<phase>[a-z_]+) sample=\S+"
    r" start_us=(?P<start>\d+) end_us=(?P<end>\d+)"
)
_TOTAL = re.compile(r"(?P<name>[A-Z_]+_COMPLETE) (?P<ms>\d+) start_us=(?P<start>\d+) end_us=(?P<end>\d+)")
_MIRROR = re.compile(r"POST_PLUGIN_SEGMENT \S+ \d+")
_POLICY = re.compile(r"POLICY checksum=(?P<checksum>[0-9a-f]+)")


class Marks(Struct, frozen=True, kw_only=True):
    """What a log says, and everything that is wrong with it."""

    stamps: dict[str, int]
    segments: tuple[Segment, ...]
    checksum: str | None
    problems: tuple[str, ...]
    """``empty_log``, ``malformed``, ``foreign_line``, ``exit_before_prompt``, and with the name behind a colon:
    ``missing``, ``twice``, ``order``, ``negative``, ``contradiction``."""


def read_marks(lines: Iterable[str], *, required: Sequence[str] = NATIVE_MOMENTS, labels: Sequence[str] = ()) -> Marks:
    """Read a log.

    Args:
        lines: The lines without their ends.
        required: Moments that must be there, exactly once, in this order on their stamps.
        labels: Segments that must be there.

    Returns:
        Stamps and segments of the lines that are sound; each defect has its own word in ``problems``.
    """
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return reader.result(required, labels)


class _Reader:
    def __init__(self) -> None:
        self.stamps: dict[str, int] = {}
        self.segments: list[Segment] = []
        self.checksum: str | None = None
        self.totals: set[str] = set()
        self.problems: list[str] = []
        self.empty = True

    def take(self, line: str) -> None:
        """One line; its first word tells what it must be."""
        self.empty = False
        word = line.split(" ", 1)[0]
        readers = {"MARK": self._mark, "SEGMENT": self._segment, "POLICY": self._policy}
        if word in readers:
            readers[word](line)
        elif word in _TOTALS:
            self._total(line)
        elif not _MIRROR.fullmatch(line) and not line.startswith("#"):
            self.problems.append("malformed" if word == "POST_PLUGIN_SEGMENT" else "foreign_line")

    def result(self, required: Sequence[str], labels: Sequence[str]) -> Marks:
        if self.empty:
            self.problems.append("empty_log")
        if "exit_before_prompt" in self.stamps:
            self.problems.append("exit_before_prompt")
        self.problems += [f"missing:{name}" for name in required if name not in self.stamps]
        self.problems += [f"missing:{name}" for name in _TOTALS if name not in self.totals and required]
        self.problems += [f"order:{name}" for name in _out_of_order(self.stamps, required)]
        names = {segment.name for segment in self.segments}
        self.problems += [f"missing:{label}" for label in labels if label not in names]
        return Marks(
            stamps=self.stamps,
            segments=tuple(self.segments),
            checksum=self.checksum,
            problems=tuple(dict.fromkeys(self.problems)),
        )

    def _mark(self, line: str) -> None:
        match = _MARK.fullmatch(line)
        if match is None or match["name"] not in (*LIFECYCLE, "exit_before_prompt"):
            self.problems.append("malformed")
        elif match["name"] in self.stamps:
            self.problems.append(f"twice:{match['name']}")
        else:
            self.stamps[match["name"]] = int(match["us"])

    def _segment(self, line: str) -> None:
        match = _SEGMENT.fullmatch(line)
        if match is None:
            self.problems.append("malformed")
            return
        start, end, name = int(match["start"]), int(match["end"]), match["name"]
        if end < start:
            self.problems.append(f"negative:{name}")
        elif abs((end - start) // 1000 - int(match["ms"])) > 1:
            self.problems.append(f"contradiction:{name}")
        else:
            self.segments.append(Segment(name=name, phase=match["phase"], start_us=start, end_us=end))

    def _total(self, line: str) -> None:
        match = _TOTAL.fullmatch(line)
        if match is None:
            self.problems.append("malformed")
        elif match["name"] in self.totals:
            self.problems.append(f"twice:{match['name']}")
        else:
            self.totals.add(match["name"])
            if int(match["end"]) < int(match["start"]):
                self.problems.append(f"negative:{match['name']}")

    def _policy(self, line: str) -> None:
        match = _POLICY.fullmatch(line)
        if match is None:
            self.problems.append("malformed")
        else:
            self.checksum = match["checksum"]


def _out_of_order(stamps: dict[str, int], order: Sequence[str]) -> list[str]:
    """Moments whose stamp is earlier than that of a moment before them."""
    latest, found = 0, []
    for name in order:
        stamp = stamps.get(name)
        if stamp is None:
            continue
        if stamp < latest:
            found.append(name)
        latest = max(latest, stamp)
    return found
