"""What the documents name exists, and what exists is named in the documents."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from zshforge.cli import COMMANDS
from zshforge.model.errors import EXIT_MEANING
from zshforge.model.markers import Provenance
from zshforge.model.sample import LATENCY_NAMES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "zshforge"
ARCHITECTURE, MEASURING = ROOT / "docs" / "ARCHITECTURE.md", ROOT / "docs" / "measuring.md"
README, TRACEABILITY = ROOT / "README.md", ROOT / "docs" / "TRACEABILITY.md"
RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
REQUIRED = ("M1", "M2", "M3", "M4", "M5", "M6", "M8", "M9", "M11", "M12", "C3", "C10", "B1", "B4", "B9", "J11")
#: What prompt_seen_by may be (zshforge.capture.observation.Observation).
PROMPT_SIGNS = ("token", "osc133", "native", "editor")
LAWS = tuple(f"Law {number}" for number in range(1, 9))

_FENCE = re.compile(r"^(```+)[^\n]*\n.*?^\1$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_ORDERED = re.compile(r"^( *)(\d+)\. ")
_TOP = ("src", "tests", "docs", "tools", "benchmarks", ".ci", *(folder.name for folder in PACKAGE.iterdir()))
_PATH = re.compile(rf"(?:{'|'.join(map(re.escape, _TOP))})/[\w./:*+-]+|[\w-]+\.(?:md|toml)|Makefile")
_MODULE = re.compile(r"zshforge(?:\.\w+)+")
#: Files that a workspace or a user has, and this repository has not.
_ELSEWHERE = {"zf.toml", "guidelines.md", "plugins.toml"}


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return _FENCE.sub("", document.read_text())


def named_paths(document: Path) -> list[str]:
    """What stands between backticks and looks like a path of this repository."""
    words = [word.split("::")[0] for word in _CODE.findall(prose(document))]
    return [word.rstrip("/") for word in words if _PATH.fullmatch(word) and word not in _ELSEWHERE]


def exists(name: str) -> bool:
    """Whether a path is there, from the top or from the package; it may be a pattern."""
    return any(any(top.glob(name)) for top in (ROOT, PACKAGE))


def slug(heading: str) -> str:
    """The anchor of a heading, as the usual renderers make it."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def anchors(document: Path) -> set[str]:
    return {slug(line.lstrip("#")) for line in document.read_text().splitlines() if line.startswith("#")}


def misnumbered(text: str) -> list[str]:
    """Items of ordered lists whose number is not the next one; a list ends where its paragraph does."""
    expected: dict[int, int] = {}
    wrong = []
    for line in text.splitlines():
        item = _ORDERED.match(line)
        if item:
            depth = len(item[1])
            expected = {d: n for d, n in expected.items() if d <= depth}
            if int(item[2]) != expected.get(depth, 1):
                wrong.append(line)
            expected[depth] = int(item[2]) + 1
        elif line and not line.startswith(" "):
            expected = {}
    return wrong


def rows(document: Path) -> Iterator[list[str]]:
    """The rows of a document's tables, without heads."""
    lines = prose(document).splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("|") and before.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def sections(document: Path) -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = re.split(r"^## (.+)$", document.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def flags_in_code() -> set[str]:
    """Words that the code appends to a sample's flags or problems; of a word with a name behind it the first part."""
    found = set()
    for module in (PACKAGE / "capture").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            found |= {word for value in _added(node) for word in _words(value)}
    return found


def _added(node: ast.AST) -> list[ast.expr]:
    """What a statement puts into something named flags or problems."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        return node.args if _is_flags(node.func.value) else []
    if isinstance(node, ast.AugAssign) and _is_flags(node.target):
        return [node.value]
    if isinstance(node, ast.Tuple) and any(isinstance(e, ast.Starred) and _is_flags(e.value) for e in node.elts):
        return [element for element in node.elts if isinstance(element, ast.Constant)]
    return []


def _is_flags(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in ("flags", "problems")


def _words(node: ast.AST) -> list[str]:
    """Texts of an expression that are words of ours: what is filled into them, or looked up with them, is not."""
    if isinstance(node, ast.FormattedValue | ast.Subscript | ast.Compare):
        return []
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.findall(r"\A[a-z_]{4,}(?=:?\Z)", node.value)
    return [word for child in ast.iter_child_nodes(node) for word in _words(child)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_and_module_that_a_document_names_exists(document: Path) -> None:
    modules = [word.replace(".", "/") for word in _CODE.findall(prose(document)) if _MODULE.fullmatch(word)]
    missing = [word for word in named_paths(document) if not exists(word)]
    missing += [word for word in modules if not any((ROOT / "src").glob(f"{word}*")) and not _is_member(word)]
    assert missing == []


def _is_member(word: str) -> bool:
    """Whether the last part is a name of the module before it."""
    holder, _, name = word.rpartition("/")
    path = ROOT / "src" / f"{holder}.py"
    return path.is_file() and re.search(rf"^(?:class |def )?{name}\b", path.read_text(), re.MULTILINE) is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_of_a_document_leads_somewhere(document: Path) -> None:
    broken = []
    for link in _LINK.findall(prose(document)):
        path, _, anchor = link.partition("#")
        goal = document.parent / path if path else document
        if "://" not in link and not (goal.exists() and (not anchor or anchor in anchors(goal))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_ordered_lists_are_numbered_one_after_the_other(document: Path) -> None:
    assert misnumbered(prose(document)) == []


def test_a_number_that_is_repeated_or_left_out_is_found() -> None:
    assert misnumbered("1. a\n2. b\n   1. x\n   2. y\n3. c\n\ntext\n\n1. again\n") == []
    assert misnumbered("1. a\n1. b\n") == ["1. b"]
    assert misnumbered("1. a\n3. b\n") == ["3. b"]
    assert misnumbered("2. a\n") == ["2. a"]


def test_the_architecture_names_every_module() -> None:
    modules = {
        str(path.relative_to(PACKAGE))
        for path in (*PACKAGE.rglob("*.py"), *PACKAGE.glob("capture/probe/*.zsh"))
        if path.name != "__init__.py" or path.parent.name == "cli"
    }
    assert modules - set(named_paths(ARCHITECTURE)) - {"__main__.py"} == set()
    assert "`__main__.py`" in ARCHITECTURE.read_text()


def test_the_architecture_leads_to_every_decision_and_decisions_are_numbered() -> None:
    links = _LINK.findall(ARCHITECTURE.read_text())
    assert RECORDS
    assert [path.name[:4] for path in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]
    assert [path.name for path in RECORDS if f"adr/{path.name}" not in links] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_has_its_context_and_its_consequences(record: Path) -> None:
    assert list(sections(record)) == ["Context", "Decision", "Consequences"]
    assert all(text.strip() for text in sections(record).values())
    assert record.read_text().startswith(f"# {record.name[:4]}: ")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_stands_in_the_readme_and_in_the_reference(name: str) -> None:
    assert f"zf {name}" in README.read_text()
    assert f"### `zf {name}`" in (ROOT / "docs" / "REFERENCE.md").read_text()


@pytest.mark.parametrize("code", list(EXIT_MEANING))
def test_every_exit_code_stands_in_the_readme(code: int) -> None:
    assert str(int(code)) in {row[0] for row in rows(README)}


def test_every_target_that_a_document_names_is_one_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        word for path in DOCUMENTS for word in re.findall(r"\bmake (\w+)`|^make (\w+)", path.read_text(), re.MULTILINE)
    }
    assert {one or other for one, other in named} <= targets


def test_flags_are_found_in_the_code() -> None:
    assert {"typed_again", "not_idle", "clock_stepped", "missing", "order", "malformed"} <= flags_in_code()


def test_what_a_run_says_of_itself_is_explained() -> None:
    told = set(_CODE.findall(prose(MEASURING)))
    told |= {word.partition(":")[0] for word in told}
    wanted = {*flags_in_code(), *map(str, Provenance), *PROMPT_SIGNS, *LATENCY_NAMES, "authentic", "warm", "cold"}
    assert wanted - told == set()


def test_every_requirement_of_the_capture_is_traced() -> None:
    traced = [row[0] for row in rows(TRACEABILITY)]
    assert [name for name in (*REQUIRED, *LAWS) if traced.count(name) != 1] == []


def test_every_row_of_the_trace_has_a_state_and_says_what_is_missing() -> None:
    for name, what, code, test, state in rows(TRACEABILITY):
        assert name
        assert what
        assert state == "done" or re.match(r"(partly|open): \w", state), state
        if state == "done":
            assert "`" in code, name
            assert "::" in test, name


def test_every_test_of_the_trace_exists() -> None:
    cells = "\n".join(row[3] for row in rows(TRACEABILITY))
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", cells)
    assert named
    missing = []
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text()) if (ROOT / path).is_file() else ast.Module([], [])
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if not functions or (name and name not in functions):
            missing.append(f"{path}::{name}")
    assert missing == []
