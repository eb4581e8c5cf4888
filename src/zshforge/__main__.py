"""``python -m zshforge`` is ``zf``."""

from zshforge.cli import main

raise SystemExit(main())
