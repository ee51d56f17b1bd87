# run        prepare everything and start a desk (DEMO=0 for a real one; PORT, HOST, OTKLIK_DATA, DATABASE_URL)
# test       every test; test-fast leaves out those that start servers and browsers, and long ones
# coverage   every test, and what they reach: all branches of the rooms that decide, 90 % elsewhere
# check      style, types, layers, templates and texts; `make -k check` does not stop at the first fault
# bench      the bars of speed, memory and growth, as tables
# bench-rivals  other helpdesks beside ours with the same tickets; needs root and Debian
# wheel      a wheel in build/wheel, tried in an environment of its own
# setup      only prepare

PY := .venv/bin/python
DEMO ?= 1
export DEMO

.PHONY: run test test-fast coverage check bench bench-rivals setup wheel prepared style types layers templates texts

setup:
	@tools/setup run

run: setup
	@exec $(PY) -m otklik.config.command serve

# A file's tests run in one process, which sets up once what they share. A process waits for a third
# of its time, for browsers and for desks that start; one more than a small machine has cores uses it.
PYTEST := $(PY) -m pytest -q -n 3 --dist loadscope --no-loadscope-reorder

test:
	@tools/setup dev
	$(PYTEST)

test-fast:
	@tools/setup dev
	$(PYTEST) -n auto -m "not slow and not lengthy"

# The rooms that decide; a star of two goes through folders.
STRICT := **/actions.py,**/actions/**,**/policies.py,**/policies/**,**/models.py,**/models/**,**/handlers.py,**/handlers/**

coverage:
	@tools/setup dev
	$(PYTEST) --cov --cov-report=
	$(PY) -m coverage report --include="$(STRICT)" --skip-covered --show-missing --fail-under=100
	$(PY) -m coverage report --omit="$(STRICT)" --skip-covered --show-missing --fail-under=90

check: prepared
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types style layers templates texts

style types layers templates texts: prepared
prepared:
	@tools/setup dev

style:
	$(PY) -m ruff check
	$(PY) -m ruff format --check

types: export OTKLIK_DATA := build/scratch
types: export SECRET_KEY := only for checking, never for serving
types:
	$(PY) -m mypy

layers:
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

templates:
	$(PY) -m djlint src --lint --quiet

texts:
	$(PY) -m otklik.config.messages check

wheel: setup
	@tools/try-wheel

bench:
	@tools/setup dev
	$(PY) -m bench

bench-rivals:
	@tools/setup dev
	$(PY) -m bench rivals
