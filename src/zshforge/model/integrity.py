"""What a configuration's shells really read (``integrity-lock.v1``), and what became of it (``integrity.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["file", "link", "folder", "fifo", "socket", "device"]
#: How a start used a file; ``present`` lies where zsh looks for code, or in a plugin's folder, and was not read.
Use = Literal["sourced", "autoloaded", "compiled", "module", "present"]
#: What a compiled file is to its source; ``none`` for what is no compiled file.
Compiled = Literal["none", "source", "stale", "foreign", "alone", "other_version"]
Owner = Literal["user", "root", "other"]
FindingKind = Literal[
    "updated",
    "edited",
    "missing",
    "unexpected",
    "stale_compiled",
    "foreign_compiled",
    "permissions",
    "owner",
    "link_leaves",
    "tag_moved",
    "unreadable",
    "lock_edited",
    "signature",
]
#: ``unchecked``: there is a signature, and nobody was named whose signature counts.
Signature = Literal["unsigned", "valid", "invalid", "unchecked"]
Level = Literal["fail", "warn"]


class LockedFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One file as it was when it was locked."""

    path: str
    r"""Below the plugin's root; control characters, backslashes and bytes that are not UTF-8 as ``\xNN``."""
    kind: Kind = "file"
    """What it is; only files and links are ever read."""
    use: Use = "present"
    """How a start used it."""
    sha256: str | None = None
    """Of the content; of a link: of the file that it leads to; ``null`` for what is not read."""
    size: int = 0
    """Bytes."""
    mode: str = ""
    """The permission bits, octal."""
    owner: Owner = "user"
    """``user`` is whoever runs zf, so that a lock holds on another machine."""
    goal: str = ""
    """Where a link leads, as it is written in the link."""
    compiled: Compiled = "none"
    """Of a ``.zwc``: whether it is what zsh makes of the source beside it."""


class LockedFolder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One folder as it was: who may change what lies in it."""

    path: str
    """Below the plugin's root; for folders above it their place."""
    mode: str
    """The permission bits, octal."""
    owner: Owner = "user"
    """Whose it is."""


class Watched(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder in which a new file would be read by a shell."""

    path: str
    """Below the plugin's root; ``.`` is the root."""
    rule: Literal["fpath", "code", "start"]
    """Which files count: all (zsh autoloads from it), those that look like zsh code, or zsh's start files."""


class LockedPlugin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plugin, or another group of files that belong together (``configuration``, ``zsh``)."""

    name: str
    """Its folder's name."""
    root: str
    """Its place, from ``ZDOTDIR``, ``HOME`` or ``/``."""
    source: str
    """The address it was cloned from (without passwords), or ``folder``, or ``system``."""
    commit: str | None = None
    """The commit that is checked out; ``null`` when it is no git checkout."""
    tags: dict[str, str] = {}
    """Tags that name this commit, with the objects that they were."""
    whole: bool
    """Whether everything in the folder is locked (a plugin), or only what was read and what lies beside it."""
    watched: tuple[Watched, ...] = ()
    """Folders in which a new file is unexpected, when not everything is locked."""
    folders: tuple[LockedFolder, ...]
    """Every folder in it."""
    files: tuple[LockedFile, ...]
    """By path."""
    digest: str
    """SHA-256 over all of the above."""


class Lock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shells of a configuration read; without times and machine paths: the same content is the same lock."""

    schema: Literal["integrity-lock.v1"] = "integrity-lock.v1"
    kind: str
    """What was locked: ``builtin``, ``home``, ``home_dir``, ``zdotdir`` or ``file``."""
    zsh: str
    """The version of the zsh that was watched."""
    observed: Literal["system calls", "source trace", "nothing"]
    """How the files were found: the kernel's view of a start, zsh's own trace, or by their place alone."""
    fpath: tuple[str, ...]
    """Where zsh looks for functions, in its order."""
    above: tuple[LockedFolder, ...]
    """Folders above the roots, up to the top."""
    plugins: tuple[LockedPlugin, ...]
    """By name."""
    digest: str
    """SHA-256 over all of the above: told to people, and signed with the file."""


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is not as it was locked."""

    kind: FindingKind
    """What happened."""
    level: Level
    """Whether it fails the check."""
    path: str
    """The file or folder, from ``ZDOTDIR``, ``HOME`` or ``/``."""
    plugin: str
    """The plugin that it belongs to; empty for the lock itself."""
    detail: str
    """What was found, in words."""
    fix: str = ""
    """One line that leads back to the locked content."""


class PluginState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One plugin, in one line."""

    name: str
    """Its name in the lock."""
    root: str
    """Its place."""
    source: str
    """Where it came from."""
    state: Literal["unchanged", "updated", "changed", "missing"]
    """``changed`` when it has findings of any other kind than an update."""
    commit: str | None = None
    """The commit that is checked out now."""
    locked_commit: str | None = None
    """The commit that was locked."""
    files: int
    """Files that are locked."""
    digest: str
    """SHA-256 over everything that is locked of it."""


class Integrity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of what was locked."""

    schema: Literal["integrity.v1"] = "integrity.v1"
    action: Literal["lock", "verify", "accept", "status"]
    """Which command made this."""
    config: str
    """The configuration, as a report prints it."""
    lock: str
    """The lock's file."""
    digest: str
    """The lock's digest."""
    verdict: Literal["pass", "warn", "fail", "unknown"]
    """``unknown`` when nothing was compared."""
    signature: Signature
    """What is known of the lock's signature."""
    signer: str = ""
    """Who signed it, when the signature is valid."""
    counts: dict[str, int]
    """How many files, and how many findings of each kind."""
    findings: tuple[Finding, ...]
    """By plugin and path."""
    plugins: tuple[PluginState, ...]
    """By name."""
    notes: tuple[str, ...] = ()
    """What a reader should know besides."""


class Acceptance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One named act: a changed plugin became the locked one."""

    plugin: str
    """What was accepted."""
    reason: str
    """Why, in the words of who did it."""
    who: str
    """User and machine."""
    when: str
    """UTC, ISO 8601."""
    before: str
    """The plugin's digest until then; empty for one that was not locked."""
    after: str
    """Its digest since."""
    findings: tuple[Finding, ...]
    """What was accepted, one by one."""


class Acceptances(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every act of accepting, the oldest first (``integrity-accepted.v1``)."""

    schema: Literal["integrity-accepted.v1"] = "integrity-accepted.v1"
    accepted: tuple[Acceptance, ...] = ()
    """Appended to, never rewritten."""
