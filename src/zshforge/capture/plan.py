"""What one session shall do."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from zshforge.model.sample import LATENCY_NAMES

#: zsh-bench types a line of 160 characters that a highlighter has to look at, and closes a quote with the last key.
INPUT_LINE = " \\abc" * 32 + "'"


class SessionPlan(Struct, frozen=True, kw_only=True):
    """One session: which shell, in which surroundings, what is observed and for how long.

    ``prefix`` makes every token unique: the folder that the shell stands in is ``<prefix>folder``, its host name is
    ``<prefix>host``, the git branch ``<prefix>branch``, and the first command prints ``<prefix>msg``.
    """

    zsh: str
    environment: dict[str, str]
    folder: Path
    control: Path
    """Where the FIFOs of this session are made; it must exist."""
    prefix: str
    login: bool = True
    columns: int = 80
    rows: int = 24
    native: bool = False
    """The configuration writes markers itself; it gets a descriptor for them."""
    watch: bool = True
    """Look at the shell's call stack from outside."""
    lines: bool = False
    """Look all the time, and at the line too: for a pass that explains, not for one that measures."""
    line_look_us: float = 60.0
    """The time between two such looks."""
    light: bool = False
    """Stop after the first command: for pairs with and without a probe."""
    asked: tuple[str, ...] = LATENCY_NAMES
    """Latencies after the first command that are measured: ``input_ms``, ``command_ms``, ``exit_ms``."""
    watch_period_us: int = 200
    look_share: float = 0.02
    """The time between two looks grows to this share of what has passed; spans are then exact to as much."""
    prompt_deadline_s: float = 15.0
    session_deadline_s: float = 30.0
    lost_line_ms: float = 400.0
    """A shell that waits for keys this long has lost the line that was typed before."""
    settle_ms: float = 100.0
    settle_max_ms: float = 5000.0
    prompt_grace_ms: float = 60.0
    """How long a native prompt mark is waited for."""
    adaptive_wait_share: float = 0.4
    """How long late segments are waited for, as a share of the pre-plugin time, but never above the next."""
    adaptive_wait_ms: float = 120.0
    input_line: str = INPUT_LINE
    input_repeats: int = 2
    command_window_ms: float = 100.0
    command_max_prompts: int = 1000
    keep_bytes: int = 1 << 20
    extra: dict[str, str] = field(default_factory=dict)
    """Environment on top, for this session alone (``PERF_SAMPLE_CONTEXT``)."""

    def token(self, what: str) -> str:
        """A text that nothing else prints: ``folder``, ``host``, ``branch`` or ``msg``."""
        return self.prefix + what

    @property
    def driver_file(self) -> str:
        """The file that the typed line sources, in the folder that the shell stands in (and in ``control``)."""
        return "s"

    @property
    def typed(self) -> bytes:
        """The line that waits in the terminal before the shell starts; quoted against aliases and functions."""
        return f" 'builtin' '.' ./{self.driver_file}\n".encode()

    @property
    def typed_again(self) -> bytes:
        """The line for a shell that lost it, or stands in another folder; the path shows none of the tokens."""
        path = str(self.control / self.driver_file).replace("'", "'\\''")
        return f" 'builtin' '.' '{path}'\r".encode()

    @property
    def argv(self) -> tuple[str, ...]:
        """How the shell is started."""
        return (self.zsh, "-li" if self.login else "-i")
