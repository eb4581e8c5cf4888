"""Every threshold and every knob, resolved once: flag over environment over zf.toml over the user's file."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from zshforge.model.errors import UsageError
from zshforge.model.setting import Refused, Setting, Value
from zshforge.model.settings_table import BOUNDARY_KEYS, ENVIRONMENT_FACTOR, REFUSED, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["SETTINGS", "Resolved", "Setting", "Settings", "SettingsReport", "load_settings", "settings_report"]

_BY_NAME = {setting.name: setting for setting in SETTINGS}
_TABLES = {setting.name.partition(".")[0] for setting in SETTINGS} | {"boundaries"}
_KNOWN = [*_BY_NAME, *(f"boundaries.{key}" for key in BOUNDARY_KEYS), *sorted(_TABLES)]


class Resolved(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value and who set it: ``flag``, ``environment NAME``, a file's path, or ``default``."""

    value: Value
    origin: str = "default"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting's value; the accessors' names are the settings' types."""

    values: dict[str, Resolved]
    boundaries: dict[str, tuple[str, ...]]
    """Globs matched against sourced files, by boundary (``plugins``)."""

    def integer(self, name: str) -> int:
        """The value of an integer setting."""
        value = self.values[name].value
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} is not an integer setting")
        return value

    def number(self, name: str) -> float:
        """The value of a number setting, or of an integer one as a float."""
        value = self.values[name].value
        if isinstance(value, (bool, str)):
            raise TypeError(f"{name} is not a number setting")
        return float(value)

    def flag(self, name: str) -> bool:
        """The value of a setting that is true or false."""
        value = self.values[name].value
        if not isinstance(value, bool):
            raise TypeError(f"{name} is not a flag setting")
        return value

    def text(self, name: str) -> str:
        """The value of a text setting."""
        value = self.values[name].value
        if not isinstance(value, str):
            raise TypeError(f"{name} is not a text setting")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a text setting, between commas; the single word ``none`` stands for nothing."""
        found = tuple(dict.fromkeys(word.strip() for word in self.text(name).split(",") if word.strip()))
        return () if found == ("none",) else found

    def origin(self, name: str) -> str:
        """Who set it: ``flag``, ``environment NAME``, a file's path, or ``default``."""
        return self.values[name].origin


class SettingRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One setting as ``zf settings`` shows it."""

    name: str
    """Group and key, with a dot between them."""
    value: Value
    """What holds here."""
    unit: str
    """Of the value and of the default."""
    origin: str
    """Who set the value."""
    default: Value
    """What holds when nobody sets it."""
    allowed: str
    """What it may be, in words."""
    meaning: str
    """What it does."""
    source: str
    """Where the default comes from."""
    environment: tuple[str, ...]
    """Variables that set it, the first one wins."""


class SettingsReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is set here and by whom (``settings.v1``)."""

    schema: Literal["settings.v1"] = "settings.v1"
    settings: tuple[SettingRow, ...]
    """One row for each setting."""
    boundaries: dict[str, tuple[str, ...]]
    """Lists of globs by key, as ``zf.toml`` has them."""
    refused_in_environment: tuple[Refused, ...]
    """Variables that are set and have no effect any more."""


def load_settings(
    *,
    environ: Mapping[str, str],
    workspace_file: Path | None = None,
    user_file: Path | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """Resolves every setting.

    Args:
        environ: The environment; a variable that is empty counts as not set.
        workspace_file: The workspace's ``zf.toml``; one that does not exist sets nothing.
        user_file: The user's ``zf.toml``; the same.
        overrides: Values of flags by setting name; ``None`` for a flag that was not given.

    Raises:
        UsageError: An unknown key, a wrong type or a value out of range; names the place and what is allowed.
    """
    values = {name: Resolved(value=setting.default) for name, setting in _BY_NAME.items()}
    boundaries: dict[str, tuple[str, ...]] = {}
    for file in (user_file, workspace_file):
        if file is not None and file.is_file():
            _apply_file(file, values, boundaries)
    for setting in SETTINGS:
        _apply_environment(setting, environ, values)
    for name, value in (overrides or {}).items():
        if value is not None:
            values[name] = _checked(name, value, origin="flag")
    return Settings(values=values, boundaries=boundaries)


def settings_report(settings: Settings, environ: Mapping[str, str]) -> SettingsReport:
    """Every setting with its value, its origin and its meaning, and the refused variables that are set."""
    return SettingsReport(
        settings=tuple(_row(setting, settings.values[setting.name]) for setting in SETTINGS),
        boundaries=settings.boundaries,
        refused_in_environment=tuple(refused for refused in REFUSED if environ.get(refused.name)),
    )


def _row(setting: Setting, resolved: Resolved) -> SettingRow:
    return SettingRow(
        name=setting.name,
        value=resolved.value,
        unit=setting.unit,
        origin=resolved.origin,
        default=setting.default,
        allowed=setting.allowed,
        meaning=setting.meaning,
        source=setting.source,
        environment=setting.environment,
    )


def _apply_file(file: Path, values: dict[str, Resolved], boundaries: dict[str, tuple[str, ...]]) -> None:
    for key, value in _flattened(_parsed(file)):
        table, _, rest = key.partition(".")
        if value == {} and key in _TABLES:
            continue
        if table == "boundaries" and rest in BOUNDARY_KEYS:
            boundaries[rest] = _globs(key, value, origin=str(file))
        else:
            values[key] = _checked(key, value, origin=str(file))


def _parsed(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read as text: {error}", where=str(file)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"is not TOML: {error}", where=str(file)) from error


def _flattened(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _apply_environment(setting: Setting, environ: Mapping[str, str], values: dict[str, Resolved]) -> None:
    name = next((name for name in setting.environment if environ.get(name)), None)
    if name is None:
        return
    value = setting.read_text(environ[name], ENVIRONMENT_FACTOR.get(name, 1.0))
    shown = f"{name}={environ[name]}"
    values[setting.name] = _checked(setting.name, value, origin=f"environment {name}", shown=shown)


def _checked(name: str, value: object, *, origin: str, shown: str | None = None) -> Resolved:
    setting = _BY_NAME.get(name)
    if setting is None:
        raise UsageError(f"there is no setting {name}", where=origin, hint=_suggestion(name))
    if not setting.accepts(value):
        shown = shown or f"{name} = {value!r}"
        raise UsageError(f"{shown} is not {setting.allowed}", where=origin, hint=f"the default, {setting.default}")
    # the check has seen that it is bool, int, float or str
    typed: Value = float(value) if isinstance(setting.default, float) else value  # type: ignore[arg-type,assignment]
    return Resolved(value=typed, origin=origin)


def _suggestion(name: str) -> str:
    close = get_close_matches(name, _KNOWN, n=1) or [known for known in _BY_NAME if known.startswith(f"{name}.")]
    return close[0] if close else "zf settings, which lists every name"


def _globs(key: str, value: object, *, origin: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(glob, str) and glob for glob in value):
        return tuple(value)
    raise UsageError(f"{key} = {value!r} is not a list of globs", where=origin)
