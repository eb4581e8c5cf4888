"""Rules on tools that print code for the shell at every start, and on version managers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zshforge.explain.evidence import NOTHING
from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import Edit, Fix, RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.explain.evidence import Cost, Evidence
    from zshforge.explain.trace import Spot

_INIT = re.compile(
    r"(?:^|[\s;&|{(])(?:eval|source|\.)\s+(?:--\s+)?(?:\"?\$\(|\"?`|<\()\s*(?P<call>[^)`]+?)\s*(?:\)\"?|`\"?)(?=$|[\s;&|})])"
)
_PLAIN = re.compile(r"^(?:eval\s+\"?\$\(|(?:source|\.)\s+<\()\s*(?P<call>[\w./-]+(?:\s+[\w./=-]+)*)\s*\)\"?\s*$")
_PREFIX = {"command", "builtin", "exec", "noglob", "nocorrect"}
#: What these print belongs to this one start.
_NEVER = frozenset(["ssh-agent", "gpg-agent", "gpgconf", "keychain", "tmux", "cat", "echo", "print", "printf", "sed"])
#: What these print is the same at every start, as long as the tool and its settings are.
_STEADY = frozenset(
    {"starship", "zoxide", "direnv", "fzf", "atuin", "navi", "mcfly", "oh-my-posh", "thefuck", "carapace", "sheldon"}
    | {"kubectl", "helm", "gh", "glab", "docker", "npm", "pip", "pip3", "poetry", "rustup", "op", "dircolors", "vivid"}
    | {"uv", "uvx", "just", "hugo", "kind", "minikube", "flux", "argocd", "tv", "jj", "zellij", "fnm", "mise", "rtx"}
)


class Manager(NamedTuple):
    """A version manager: the files that it is read from, and the words that ask for its code."""

    name: str
    files: str
    words: str
    lazy: str


_MANAGERS = (
    Manager("nvm", r"/nvm\.sh$", r"(?!)", "oh-my-zsh: zstyle ':omz:plugins:nvm' lazy yes; or fnm, or mise"),
    Manager(
        "sdkman", r"/sdkman-init\.sh$", r"(?!)", "add its candidates' bin folders to PATH, read the rest on first use"
    ),
    Manager("rvm", r"/scripts/rvm$", r"(?!)", "add its bin folder to PATH, read the rest on first use"),
    Manager("asdf", r"/asdf\.sh$", r"(?!)", "asdf from 0.16 on needs its shims in PATH alone"),
    Manager(
        "conda",
        r"/etc/profile\.d/(?:conda|mamba)\.sh$",
        r"\b(?:conda|mamba)\b\S*\"?'? \"?'?shell[. ]",
        "read it on first use",
    ),
    Manager(
        "pyenv", r"(?!)", r"\bpyenv\b.*\b(?:virtualenv-)?init\b", "add its shims to PATH, read the rest on first use"
    ),
    Manager("rbenv", r"(?!)", r"\brbenv\b.*\binit\b", "add its shims to PATH, read the rest on first use"),
    Manager("nodenv", r"(?!)", r"\bnodenv\b.*\binit\b", "add its shims to PATH, read the rest on first use"),
    Manager("jenv", r"(?!)", r"\bjenv\b.*\binit\b", "add its shims to PATH, read the rest on first use"),
    Manager("goenv", r"(?!)", r"\bgoenv\b.*\binit\b", "add its shims to PATH, read the rest on first use"),
)
_ANY_MANAGER = re.compile("|".join(manager.words for manager in _MANAGERS))


def _uncached(evidence: Evidence) -> Iterator[Finding]:
    for spot, call, waited, count in _asked(evidence):
        tool = _tool(call)
        if tool in _NEVER or waited.ms < evidence.settings.number("advice.least_ms"):
            continue
        yield Finding(
            code="ZF111",
            message=f"{tool} is asked for its code at every start ({call})",
            how=f"Keep what it prints in a file, and make that anew when {tool} is younger (zf rule ZF111).",
            spot=spot,
            evidence=(f"{spot[0]}:{spot[1]} waited {waited.ms:.1f} ms for {tool}",),
            cost=waited,
            saving=waited,
            count=count,
            claims=frozenset([spot]),
            fix=_kept(evidence, spot, tool),
        )


def _asked(evidence: Evidence) -> Iterator[tuple[Spot, str, Cost, int]]:
    """Each line that runs the output of a program, with the wait for the program; no version manager's."""
    found: dict[Spot, tuple[str, Cost, int]] = {}
    for ran in evidence.ran():
        place = evidence.sources.find(ran.spot, _INIT) if ran.spot else None
        if ran.spot is None or place is None or _ANY_MANAGER.search(place[1].string):
            continue
        spot = (ran.spot[0], place[0])
        before = found.get(spot, ("", NOTHING, 0))
        found[spot] = (place[1]["call"], before[1] + ran.waited, before[2] + ran.count)
    for spot, (call, waited, count) in found.items():
        yield spot, call, waited, count


def _tool(call: str) -> str:
    words = [word for word in call.split() if word not in _PREFIX and "=" not in word]
    return words[0].strip("\"'").rpartition("/")[2] if words else call


def _kept(evidence: Evidence, spot: Spot, tool: str) -> Fix | None:
    """A line that is nothing else, of a tool whose code is known to stay the same."""
    found = evidence.sources.find(spot, _PLAIN, 0)
    if found is None or tool not in _STEADY or not evidence.sources.editable(spot[0]):
        return None
    line, match = found
    call = match["call"]
    name = re.sub(r"\W+", "-", call).strip("-")
    insert = tuple(
        _KEPT.replace("@CALL", call).replace("@PROGRAM", call.split()[0]).replace("@NAME", name).splitlines()
    )
    return Fix(edits=(Edit(file=spot[0], line=line, remove=(match.string,), insert=insert),))


_KEPT = """\
_init_cache=${XDG_CACHE_HOME:-$HOME/.cache}/zsh-init/@NAME.zsh # made anew when the program is younger
if [[ ! -s $_init_cache || $_init_cache -ot =@PROGRAM ]]; then
  mkdir -p ${_init_cache:h} && @CALL >| $_init_cache
fi
source $_init_cache
unset _init_cache"""


def _eager(evidence: Evidence) -> Iterator[Finding]:
    for manager in _MANAGERS:
        yield from (found for found in _of(evidence, manager) if _matters(evidence, found))


def _matters(evidence: Evidence, found: Finding) -> bool:
    return found.saving is not None and found.saving.ms >= evidence.settings.number("advice.least_ms")


def _of(evidence: Evidence, manager: Manager) -> Iterator[Finding]:
    for script in (file for file in evidence.files() if re.search(manager.files, file)):
        runs = evidence.spans(lambda place, script=script: place.kind == "file" and place.name == script)  # type: ignore[misc]
        caller = next((span.caller for found in runs for span in found), None)
        claims = frozenset([(script, 0), *([caller] if caller else [])])
        yield _finding(manager, caller, script, evidence.inside_file(script), claims)
    spots: dict[Spot, None] = {}
    words = re.compile(manager.words)
    for ran in evidence.ran():
        place = evidence.sources.find(ran.spot, words) if ran.spot else None
        if ran.spot and place:
            spots[ran.spot[0], place[0]] = None
    for spot in spots:
        yield _finding(manager, spot, f"{spot[0]}:{spot[1]}", evidence.whole(spot), frozenset([spot]))


def _finding(manager: Manager, spot: Spot | None, what: str, cost: Cost, claims: frozenset[Spot]) -> Finding:
    return Finding(
        code="ZF112",
        message=f"{manager.name} is loaded at every start, whether it is used or not",
        how=f"Load it when it is first called: {manager.lazy} (zf rule ZF112).",
        spot=spot,
        evidence=(f"{what} takes {cost.ms:.1f} ms before the prompt",),
        cost=cost,
        saving=cost,
        count=1,
        claims=claims,
    )


UNCACHED = Rule(
    page=RulePage(
        code="ZF111",
        title="A tool is asked for its shell code at every start",
        why='eval "$(tool init zsh)" starts a program that prints the same text each time.',
        evidence="A program that a line with eval, source or . ran, and the shell waited for it.",
        saving="The measured wait for the program; reading its text stays.",
        how="Keep the text in a file, and make the file anew when the program is younger.",
        example=_KEPT.replace("@CALL", "zoxide init zsh")
        .replace("@PROGRAM", "zoxide")
        .replace("@NAME", "zoxide-init-zsh"),
        fix="A line that is nothing but such a call becomes the example, for tools that are known to print the same "
        "text at every start.",
        silent="Tools whose text belongs to one start (ssh-agent, keychain), and version managers (ZF112).",
    ),
    find=_uncached,
)
EAGER = Rule(
    page=RulePage(
        code="ZF112",
        title="A version manager is loaded at every start",
        why="nvm, sdkman, rvm, conda, pyenv, rbenv and their like run thousands of lines, or several programs, before "
        "the prompt; most shells never use them.",
        evidence="Its file was sourced, or a line that asks for its code ran a program.",
        saving="The measured time of that file or line with everything inside it.",
        how="Let a function of the same name load it. Programs that it provides (node, npm) need such a function, "
        "too, or its bin folder in PATH: editors and scripts look for them there.",
        example="""\
nvm() {
  unfunction nvm
  source $NVM_DIR/nvm.sh
  nvm "$@"
}""",
        silent="It is not loaded before the prompt.",
    ),
    find=_eager,
)

INITS = (UNCACHED, EAGER)
