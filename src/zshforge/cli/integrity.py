"""``zf integrity``: lock, verify, accept, sign, status, states."""

from __future__ import annotations

import getpass
import platform
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import Here, here, json_option, print_record, print_screen, scratch_folder
from zshforge.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from zshforge.integrity.keeping import Subject
    from zshforge.model.integrity import Integrity

_EXIT = {
    "pass": ExitCode.PASS,
    "warn": ExitCode.PASS,
    "fail": ExitCode.FINDING,
    "unknown": ExitCode.INCONCLUSIVE,
}
_MEGABYTE = 1_000_000
_FILE = click.Path(path_type=Path)

_config = click.argument("config", required=False)
_lock = click.option("--lock", "lock_file", metavar="FILE", type=_FILE, help="The lock; zf-integrity.json by default.")
_signers = click.option("--signers", metavar="FILE", type=_FILE, help="Whose signatures count (ssh's allowed signers).")
_full = click.option("--full", is_flag=True, help="Read every file again, whatever is remembered of it.")
_all = click.option("--all", "every", is_flag=True, help="Show every finding.")


@click.group("integrity")
def command() -> None:
    """Know that what runs in every shell is what you chose.

    lock starts the configuration once, sees every file of code that it reads, and writes down what each contains.
    verify compares, and runs nothing of what it reads. What is caught, and what is not: docs/integrity.md.
    """


@command.command("lock")
@_config
@_lock
@click.option("--sign", "key", metavar="KEY", type=_FILE, help="Sign the lock with this ssh key.")
@click.option(
    "--list", "listed", metavar="FILE", type=_FILE, help="Write what plugin_scan_now reads in the shell, too."
)
@_signers
@_full
@_all
@json_option
def lock_command(  # noqa: PLR0917  click passes each of them by its name
    config: str | None,
    lock_file: Path | None,
    key: Path | None,
    listed: Path | None,
    signers: Path | None,
    full: bool,
    every: bool,
    as_json: bool,
) -> int:
    """Write down what CONFIG's shells read: every file, compiled ones included.

    The configuration is started once, in a throw-away copy. The lock has no times and no machine's paths: the same
    content is the same lock. The one before it is kept as NAME.previous.json.
    """
    from zshforge.integrity.keeping import lock_config  # noqa: PLC0415  heavy

    place = here()
    return _handed_on(
        lock_config(_subject(place, config, lock_file, signers, full=full), key=key, listed=listed), every, as_json
    )


@command.command("verify")
@_config
@_lock
@_signers
@_full
@_all
@click.option("--sarif", metavar="FILE", type=_FILE, help="Write the findings as SARIF 2.1.0, too.")
@json_option
def verify_command(  # noqa: PLR0917  as above
    config: str | None,
    lock_file: Path | None,
    signers: Path | None,
    full: bool,
    every: bool,
    sarif: Path | None,
    as_json: bool,
) -> int:
    """Compare CONFIG with its lock; runs nothing of it.

    Told apart: unchanged, updated, edited, missing, unexpected, stale or foreign compiled files, wider permissions,
    another owner, links that leave their plugin, moved tags. Ends with 1 when something fails, each with the way back.
    """
    from zshforge.integrity.keeping import verify_config  # noqa: PLC0415  heavy

    result = verify_config(_subject(here(), config, lock_file, signers, full=full))
    if sarif is not None:
        _write_sarif(sarif, result)
    return _handed_on(result, every, as_json)


@command.command("accept")
@click.argument("name")
@_config
@_lock
@click.option("--reason", required=True, help="Why; it is kept with the change, your name and the time.")
@_all
@json_option
def accept_command(  # noqa: PLR0917  as above
    name: str, config: str | None, lock_file: Path | None, reason: str, every: bool, as_json: bool
) -> int:
    """Take one plugin into the lock as it is now; NAME is that of a plugin, or configuration.

    There is no way to accept everything at once: look at what changed, and name it.
    """
    from zshforge.integrity.keeping import Act, accept  # noqa: PLC0415  heavy

    if not reason.strip():
        raise UsageError("the reason is empty", where="--reason", hint="say why this change is right")
    act = Act(who=f"{getpass.getuser()}@{platform.node()}", when=_now(), reason=reason.strip())
    return _handed_on(accept(_subject(here(), config, lock_file, None, full=False), name, act), every, as_json)


@command.command("sign")
@_config
@_lock
@click.option("--key", required=True, metavar="KEY", type=_FILE, help="The ssh key.")
def sign_command(config: str | None, lock_file: Path | None, key: Path) -> int:
    """Sign the lock as it is; the signature lies beside it as NAME.sig."""
    from zshforge.integrity.keeping import sign_lock  # noqa: PLC0415  heavy

    click.echo(f"zf: signed {sign_lock(_subject(here(), config, lock_file, None, full=False), key)}", err=True)
    return ExitCode.PASS


@command.command("status")
@_config
@_lock
@_signers
@_all
@json_option
def status_command(config: str | None, lock_file: Path | None, signers: Path | None, every: bool, as_json: bool) -> int:
    """Tell what is locked and what the last check found, without comparing anything."""
    from zshforge.integrity.keeping import status  # noqa: PLC0415  heavy

    return _handed_on(status(_subject(here(), config, lock_file, signers, full=False)), every, as_json)


@command.command("states")
@click.argument("log", required=False, type=_FILE)
@json_option
def states_command(log: Path | None, as_json: bool) -> int:
    """Judge the LOG in which shells tell the states of their tasks: none ran before its prompt.

    By default the log of this user's shells, with the part before it that was turned over. Ends with 1 when a task ran
    before its prompt or out of order, with 3 when the log does not show it.
    """
    from zshforge.integrity.state_log import judge_log  # noqa: PLC0415  heavy
    from zshforge.report.async_states import render_states  # noqa: PLC0415  the same

    place = here()
    home = Path(place.environ.get("HOME") or Path.home())
    kept = Path(place.environ.get("XDG_CACHE_HOME") or home / ".cache") / "zshforge/async-state.log"
    made = judge_log(kept if log is None else place.cwd / log, place.workspace.metrics / "async-states.json")
    if as_json:
        print_record(made)
    else:
        print_screen(lambda width: render_states(made, width=width))
    return _EXIT[made.verdict]


def _subject(place: Here, name: str | None, lock: Path | None, signers: Path | None, *, full: bool) -> Subject:
    from zshforge.integrity.hash_cache import HashCache  # noqa: PLC0415  heavy
    from zshforge.integrity.keeping import Subject  # noqa: PLC0415  the same
    from zshforge.integrity.locking import Tools  # noqa: PLC0415  the same
    from zshforge.integrity.observing import Surroundings  # noqa: PLC0415  the same
    from zshforge.shell.config import resolve  # noqa: PLC0415  the same
    from zshforge.shell.git import Git  # noqa: PLC0415  the same
    from zshforge.shell.zsh import find_zsh  # noqa: PLC0415  the same

    home = Path(place.environ.get("HOME") or Path.home())
    zdotdir = place.environ.get("ZDOTDIR")
    search = place.environ.get("PATH", "/usr/bin:/bin")
    chosen = name or _default_config()
    config = resolve(chosen, cwd=place.cwd, home=home, search=search, zdotdir=Path(zdotdir) if zdotdir else None)
    zsh, scratch = find_zsh(search, None), scratch_folder(place)
    cache = HashCache(None if full else place.workspace.cache / "integrity-hashes.bin", time.time_ns())
    largest = int(place.settings.number("integrity.largest_mb") * _MEGABYTE)
    return Subject(
        config=config,
        lock=place.cwd / (lock or place.workspace.root / "zf-integrity.json"),
        signers=None if signers is None else place.cwd / signers,
        tools=Tools(zsh, Git(search=search, home=home), cache, scratch, largest),
        around=Surroundings(settings=place.settings, zsh=zsh, user=getpass.getuser(), scratch=scratch),
        search=search,
        result=place.workspace.metrics / "integrity-current.json",
    )


def _default_config() -> str:
    from zshforge.cli.capture import default_config  # noqa: PLC0415  heavy

    return default_config()


def _handed_on(result: Integrity, every: bool, as_json: bool) -> int:
    if as_json:
        print_record(result)
    else:
        from rich.console import Console  # noqa: PLC0415  heavy

        from zshforge.report.integrity import render_integrity  # noqa: PLC0415  the same

        console = Console(highlight=False)
        console.print(render_integrity(result, width=console.width, every=every), soft_wrap=True)
    return _EXIT[result.verdict]


def _write_sarif(file: Path, result: Integrity) -> None:
    from zshforge import __version__  # noqa: PLC0415  with the format alone
    from zshforge.report.integrity_sarif import integrity_sarif  # noqa: PLC0415  the same
    from zshforge.store.atomic import atomic_write  # noqa: PLC0415  the same

    atomic_write(file, integrity_sarif(result, version=__version__))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
