# Both first targets set up what they need: a private .venv with zf in it, and zsh.
.PHONY: demo test check setup bench soak docs clean

demo: setup ## capture the shipped configuration, and yours when there is one
	@.venv/bin/python tools/demo.py

test: ## set up and run everything that CI runs
	@.ci/run

setup:
	@tools/setup

bench: setup ## timings: start-up, overhead, agreement (minutes; see benchmarks/)
	@.venv/bin/python benchmarks/run.py

soak: setup ## long runs: a thousand starts (tens of minutes)
	@.venv/bin/python benchmarks/soak.py

docs: setup ## write docs/REFERENCE.md anew from the code
	@.venv/bin/python tools/reference.py --write

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis artifacts
