"""Findings as SARIF 2.1.0, for what shows them beside the code (GitHub, editors)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import msgspec

from zshforge.model.integrity import FindingKind

if TYPE_CHECKING:
    from zshforge.model.integrity import Finding, Integrity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MEANINGS: dict[str, str] = {
    "updated": "A plugin stands at another commit, with that commit's content",
    "edited": "The content is not the locked one",
    "missing": "A locked file is gone",
    "unexpected": "A file that is not locked lies where zsh reads code",
    "stale_compiled": "A compiled file is older than its source",
    "foreign_compiled": "A compiled file is not what zsh makes of its source",
    "permissions": "More people may write than when it was locked",
    "owner": "It belongs to somebody else than when it was locked",
    "link_leaves": "A link leads out of its plugin",
    "tag_moved": "A tag names another commit than when it was locked",
    "unreadable": "A locked file cannot be read",
    "lock_edited": "The lock was edited by hand",
    "signature": "The lock's signature does not hold",
}


def integrity_sarif(result: Integrity, *, version: str) -> bytes:
    """The findings as one SARIF log.

    Args:
        result: What was found.
        version: The version of this program.
    """
    rules = [
        {"id": f"integrity/{kind}", "shortDescription": {"text": _MEANINGS[kind]}} for kind in get_args(FindingKind)
    ]
    driver = {"name": "zshforge", "version": version, "rules": rules}
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "results": [_result(finding, result.lock) for finding in result.findings]}
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _result(finding: Finding, lock: str) -> dict[str, Any]:
    base, _, below = finding.path.partition("/")
    place: dict[str, Any] = {"uri": _uri(below or base or lock)}
    if base and below:
        place["uriBaseId"] = base
    text = finding.detail + (f". To get back: {finding.fix}" if finding.fix else "")
    return {
        "ruleId": f"integrity/{finding.kind}",
        "level": "error" if finding.level == "fail" else "warning",
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": place}}],
        "partialFingerprints": {"finding/v1": f"{finding.plugin}:{finding.kind}:{finding.path}"},
    }


def _uri(path: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415  only for this format

    return quote(path)
