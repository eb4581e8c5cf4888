"""What zsh does itself, without a process: which program it replaces, and where the words are exactly the same."""

from __future__ import annotations

import re

#: A program, and what zsh has for it.
INSTEAD = {
    "date": "strftime, $EPOCHSECONDS (zmodload zsh/datetime), or ${(%):-%D{%F}}",
    "basename": "${path:t}",
    "dirname": "${path:h}",
    "readlink": "${path:A}",
    "realpath": "${path:A}",
    "uname": "$OSTYPE, $MACHTYPE, $CPUTYPE",
    "arch": "$CPUTYPE",
    "hostname": "$HOST",
    "whoami": "$USERNAME",
    "id": "$UID, $EUID, $GID, $USERNAME",
    "tty": "$TTY",
    "tput": "$terminfo and echoti (zmodload zsh/terminfo), or %F{…} in a prompt",
    "which": "$commands[NAME]",
    "cut": "${(s:X:)value}[N], ${value%%X*}, ${value##*X}",
    "tr": "${(L)value}, ${(U)value}, ${value//x/y}",
    "sed": "${value//x/y}, ${(f)…}",
    "head": "${${(f)…}[1]}",
    "tail": "${${(f)…}[-1]}",
    "grep": "[[ $value == *x* ]], ${(M)list:#*x*}",
    "egrep": "[[ $value =~ x ]]",
    "awk": "${${(z)value}[N]}, ${${(f)…}}",
    "wc": "$#list, ${#${(f)…}}",
    "sort": "${(o)list}",
    "uniq": "${(u)list}",
    "expr": "$(( … ))",
    "seq": "{1..N}",
    "cat": "$(<FILE)",
    "ls": "a glob: *(N)",
    "find": "a glob: **/*(N)",
    "test": "[[ … ]]",
    "[": "[[ … ]]",
    "env": "${(k)parameters[(R)*export*]}",
    "printenv": "$NAME",
    "true": "true, the builtin",
    "mkdir": "[[ -d DIR ]] || mkdir -p DIR",
    "rm": "zf_rm (zmodload -F zsh/files b:zf_rm)",
    "ln": "zf_ln (zmodload -F zsh/files b:zf_ln)",
    "chmod": "zf_chmod (zmodload -F zsh/files b:zf_chmod)",
    "stat": "zstat (zmodload -F zsh/stat b:zstat)",
    "printf": "print, printf, the builtins",
    "echo": "print, the builtin",
    "xargs": "a for loop",
    "paste": "${(j:X:)list}",
}

#: What zsh has nothing for: a program's own answers, dates that are computed, a folder that is made as a lock.
ALONE = {
    "uname": re.compile(r"\buname\s+-\w*[rvanio]"),
    "date": re.compile(r"\bdate\s+(?:\S+\s+)*(?:-d|--date|-r|-j|-v|-f|-s)\b"),
    "mkdir": re.compile(r"\bmkdir\s+(?!-\w*p)"),
    "grep": re.compile(r"\bgrep\s+(?:\S+\s+)*--(?:colou?r|version|help|exclude)"),
    "ls": re.compile(r"\bls\s+(?:\S+\s+)*--|\bls\s+-\w*[Gl]"),
    "id": re.compile(r"\bid\s+-\w*G"),
    "stat": re.compile(r"\bstat\s+(?:\S+\s+)*-f\b"),
}

#: Programs that answer a question whose answer does not change, and subshells of builtins, by the words of the line.
ASKED = (
    ("(subshell)", re.compile(r"\$\(\s*(?:printf|echo -n?e)\b"), "$'…', or printf -v NAME"),
    (
        "(subshell)",
        re.compile(r"\$\(\s*(?:which|whence(?: -p)?|command -v|type)\b[^|)]*\)"),
        "$commands[NAME], $+functions[NAME]",
    ),
    ("(subshell)", re.compile(r"\$\(\s*pwd\b"), "$PWD, ${PWD:A}"),
    (
        "(subshell)",
        re.compile(r"\$\(\s*(?:echo|print|printf)\b"),
        "the value itself, with ${…//…}, ${…%%:*} and their like",
    ),
    ("brew", re.compile(r"\bbrew\s+--(?:prefix|cellar|repository)\b"), "$HOMEBREW_PREFIX, or the path itself"),
    ("xcode-select", re.compile(r"\bxcode-select\s+-"), "the path itself"),
    ("java_home", re.compile(r"/java_home\b"), "the path itself"),
    ("npm", re.compile(r"\bnpm\s+(?:bin|root|prefix|config\s+get)\b"), "the path itself"),
    ("go", re.compile(r"\bgo\s+env\b"), "the path itself: GOPATH is ~/go"),
    ("ruby", re.compile(r"\bruby\b.*\bGem\b"), "the path itself"),
    ("gem", re.compile(r"\bgem\s+env"), "the path itself"),
    ("manpath", re.compile(r"\bmanpath\b"), "MANPATH is found from PATH by man itself"),
)

#: Words that mean exactly the same, whatever the options are.
EXACT = (
    (re.compile(r"(?P<q>\"?)\$\((?:command )?whoami\)(?P=q)"), "USERNAME"),
    (re.compile(r"(?P<q>\"?)\$\((?:command )?id -un\)(?P=q)"), "USERNAME"),
    (re.compile(r"(?P<q>\"?)\$\((?:command )?hostname\)(?P=q)"), "HOST"),
    (re.compile(r"(?P<q>\"?)\$\((?:command )?id -u\)(?P=q)"), "EUID"),
    (re.compile(r"(?P<q>\"?)\$\((?:command )?id -g\)(?P=q)"), "EGID"),
    (re.compile(r"(?P<q>\"?)\$\((?:command )?tty\)(?P=q)"), "TTY"),
)
_CAT = re.compile(r"\$\(cat (?P<file>[\w~/.${}\"-]+)\)")


def exactly(line: str) -> str | None:
    """The line without the processes that a parameter replaces word by word; ``None`` when there are none."""
    changed = line
    for pattern, name in EXACT:
        changed = pattern.sub(rf"\g<q>${name}\g<q>", changed)
    changed = _CAT.sub(lambda match: f"$(<{match['file']})", changed)
    return changed if changed != line else None
