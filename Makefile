# `make run` starts everything; `make help` lists the rest.
PYTHON ?= python3
PY     := .venv/bin/python
BIN    := .venv/bin
LOCKER := var/lock-env/bin/uv
PYTEST := $(PY) -m pytest -q
WORKERS ?= 2
MESSAGES ?= 100000

.DEFAULT_GOAL := help

.PHONY: help run test test-sqlite e2e prove lint format bench bench-scale lock clean

help: ## List these commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# The environment is made once and again whenever the lock changes. Debian splits ensurepip off, so the system's
# pip installs into it; a Python without pip brings its own. Most packages are for tests, and their byte code is
# of no use to `make run`: --no-compile saves a third of the time.
.venv/.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@echo "Making .venv (half a minute or more, once)"
	@if $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m venv --clear --without-pip .venv; \
		else $(PYTHON) -m venv --clear .venv; fi
	@echo "Installing the packages of requirements.lock, each checked against its hash"
	@if [ -x .venv/bin/pip ]; then pip="$(PY) -m pip"; else pip="$(PYTHON) -m pip --python $(PY)"; fi; \
		PIP_ROOT_USER_ACTION=ignore $$pip install -q --disable-pip-version-check \
		--require-hashes --only-binary :all: --no-binary http-ece --no-compile -r requirements.lock
	@touch $@

run: .venv/.stamp ## Start the site on http://localhost:8000 (PORT=, BIND=, VAR= change where)
	@$(PY) -m rehab.serve

test: .venv/.stamp ## Run the tests on PostgreSQL and Valkey (ARGS= passes on to pytest)
	@$(PYTEST) -n $(WORKERS) $(ARGS)

test-sqlite: .venv/.stamp ## Run the tests on SQLite
	@TEST_DATABASE=sqlite $(PYTEST) -n $(WORKERS) $(ARGS)

e2e: .venv/.stamp ## Run the tests in a real browser; PICTURES=1 also renews docs/pictures
	@$(PYTEST) tests/e2e $(ARGS)

prove: .venv/.stamp ## Send MESSAGES=100000 and take servers and senders down meanwhile: some twenty minutes
	@POSTGRES_FSYNC=1 MESSAGES=$(MESSAGES) $(PYTEST) -s -p no:randomly tests/proof $(ARGS)

lint: .venv/.stamp ## Check style, types, templates, migrations and the generated documents
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/djlint --lint --quiet templates
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) manage.py rules_doc --check

format: .venv/.stamp ## Put the code into its usual form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/.stamp ## Measure the rules, the pages, growth, start-up and memory (ARGS= chooses)
	@$(PY) -m tests.benchmarks $(ARGS)

bench-scale: .venv/.stamp ## Measure the clock and the outbox among many plans (ARGS="10000 1000000")
	@$(PY) -m tests.benchmarks.scale $(ARGS)

lock: ## Choose package versions anew and write requirements.lock
	@mkdir -p var
	@test -x $(LOCKER) || { $(PYTHON) -m venv --clear --without-pip var/lock-env && $(PYTHON) -m pip --python var/lock-env/bin/python install -q --disable-pip-version-check uv; }
	@$(LOCKER) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $(LOCKFLAGS) --output-file requirements.lock \
		pyproject.toml --group test --group browser --group lint

clean: ## Remove what was made: .venv, caches. Data in var/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results var/static var/lock-env
