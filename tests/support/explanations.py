"""An explanation that was written by hand, with a name that would end a script."""

from __future__ import annotations

from zshforge.model.explanation import (
    Deferred,
    Explanation,
    LevelCost,
    Part,
    Place,
    Row,
    Stack,
    Step,
    Stretch,
)
from zshforge.model.run import Fingerprint

MACHINE = Fingerprint(
    host="h",
    system="Linux",
    kernel="6",
    cpu="c",
    cpu_count=2,
    zsh="5.9",
    zsh_path="/bin/zsh",
    columns=80,
    rows=24,
    term="xterm",
    locale="C.UTF-8",
    login=True,
    state="warm",
    config_digest="d",
    tool="0",
)
RC = Place(kind="file", name="/z/.zshrc", file="/z/.zshrc")
WORK = Place(kind="function", name="work</script>;x", file="/z/.zshrc", line=3)
FOUND = Explanation(
    config="/z",
    framework="plain",
    level="lines",
    wall_ms=100.0,
    until="prompt",
    typing_safe_ms=101.0,
    unattributed_ms=10.0,
    parts=(Part(name="/z/.zshrc", ms=90.0), Part(name="unattributed", ms=10.0)),
    rows=(
        Row(kind="file", name="/z/.zshrc", file="/z/.zshrc", self_ms=60.0, inclusive_ms=90.0, count=1),
        Row(kind="function", name="work", file="/z/.zshrc", line=3, self_ms=30.0, inclusive_ms=30.0, count=2),
        Row(kind="line", name="/z/.zshrc:7", file="/z/.zshrc", line=7, self_ms=55.0, inclusive_ms=55.0),
    ),
    chain=(Step(depth=0, kind="file", name="/z/.zshrc", start_ms=1.0, self_ms=60.0, inclusive_ms=90.0),),
    deferred=(Deferred(kind="background", name="sleep", start_ms=5.0, self_ms=20.0, count=1),),
    levels=(LevelCost(name="lines", sessions=3, looks_us=60.0, pairs=3, overhead_ms=5.0, overhead_share=0.05),),
    places=(RC, WORK),
    stacks=(Stack(places=(0,), ms=60.0), Stack(places=(0, 1), ms=30.0), Stack(places=(), ms=10.0)),
    stretches=(
        Stretch(place=0, depth=0, start_ms=1.0, end_ms=91.0),
        Stretch(place=1, depth=1, start_ms=5.0, end_ms=20.0),
        Stretch(place=1, depth=1, start_ms=30.0, end_ms=45.0),
    ),
    plain_ms=(100.0,),
    traced_ms=(105.0,),
    fingerprint=MACHINE,
)
