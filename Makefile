# The portal's commands. Needs Python 3.11 and make, nothing else; `make help` lists them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
MAIL_PORT ?= 2525
ACCOUNTS_PORT ?= 8090
export PORT MAIL_PORT ACCOUNTS_PORT
# Each command starts many processes: what the first of them compiled, the others read.
unexport PYTHONDONTWRITEBYTECODE
SERVICES := clamav-daemon mariadb-server-core mariadb-client-core

.PHONY: help run test check gather test-long test-services words pictures bench lock mail journal manage clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | sort

run: $(VENV)/.run ## start the whole portal here, with two sample companies
	$(BIN)/python -m portal.embedded.run

test: $(VENV)/.dev .cache/browser ## everything: real database, broker, mail and browser
	$(MAKE) -j 2 check gather
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev ## style, types of the law, walls, migrations, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict requests_app/law
	$(BIN)/lint-imports
	$(BIN)/python -m tests.stack manage makemigrations --check --dry-run -- check --fail-level WARNING
	$(BIN)/djlint templates --lint --quiet

gather: $(VENV)/.dev # the tests are read and compiled once, for all processes that run them, while the other core checks
	@mkdir -p .cache && $(BIN)/python -m pytest -qq --collect-only > .cache/gathered || { tail -n 40 .cache/gathered; exit 1; }

test-long: $(VENV)/.dev .cache/browser ## what takes long by nature: repetitions, killed processes, walks whose steps others take too
	$(BIN)/python -m pytest -q -m long

test-services: $(VENV)/.dev ## what needs programs of the distribution: a virus scanner, MariaDB
	@PATH="$$PATH:/usr/sbin"; command -v clamd >/dev/null && command -v mariadbd >/dev/null \
	  && command -v mariadb-install-db >/dev/null && command -v my_print_defaults >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(SERVICES); \
	  else echo "needed; as root on Debian: apt-get install --no-install-recommends $(SERVICES)"; exit 1; fi; }
	$(BIN)/python -m pytest -q -m services

words: $(VENV)/.dev ## collect what a language's catalogue lacks, to be translated: make words CODE=pt-BR
	$(BIN)/python -m tests.stack manage check_language $(CODE) --write

pictures: $(VENV)/.dev .cache/browser ## photograph the pages for docs/pictures
	$(BIN)/python -m pytest -q -m pictures tests/journeys

bench: $(VENV)/.dev ## work as a ratio to a floor measured in the same run; CASES="1000 100000" spares the million
	$(BIN)/python -m tests.bench

mail: $(VENV)/.run ## send the running portal a mail: make mail TO=… FROM=… SUBJECT=… BODY=…
	@$(BIN)/python -m portal.embedded.send_mail "$(FROM)" "$(TO)" "$(SUBJECT)" "$(BODY)"

journal: $(VENV)/.run ## prove that the running portal's journal was not changed
	@$(BIN)/python -m portal.embedded.manage verify_journal

lock: $(VENV)/.run ## compile requirements/*.in into hash locks
	for set in run embedded dev; do \
	  $(BIN)/uv pip compile -q --generate-hashes --no-header --python-version 3.11 requirements/$$set.in -o requirements/$$set.txt; \
	done

clean: ## remove what make has built (the sample data too)
	rm -rf $(VENV) .cache .run staticfiles node_modules

$(VENV)/bin/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Python 3.11 is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (on Debian: python3-venv)"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.run: requirements/embedded.txt $(VENV)/bin/uv
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --require-hashes -r requirements/embedded.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/bin/uv
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/.run

.cache/browser: $(VENV)/.dev tests/browser/package-lock.json
	@$(BIN)/python -m tests.browser
	@touch $@
