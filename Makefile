# Every target installs what it needs. PYTHON may name another interpreter (3.11 or newer).
PYTHON ?= python3
V := .venv
BIN := $(V)/bin
STAMP := $(V)/.installed

.PHONY: help install run test faults check bench screens locales clean

help:  ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP)  ## Set up .venv with the programs and what the tests need

$(STAMP): requirements-dev.lock pyproject.toml deploy/install.sh
	@PYTHON="$(PYTHON)" sh deploy/install.sh $(V)
	@touch $@

run: install  ## Try it: sandbox chat, bot, practice responder and console (TRAIN=1: ten people write; WAYOUT_BOT_TOKEN: the real Telegram)
	@exec $(BIN)/python deploy/practice.py $(if $(PRACTICE),--practice) $(if $(TRAIN),--train) $(ARGS)

test: install  ## Every test, PostgreSQL and browser included
	@sh deploy/test-tools.sh
	@$(BIN)/python -m pytest -n 3 --dist loadgroup

faults: install  ## Every fault of the fault tests (`make test` takes a third, another one each day)
	@sh deploy/test-tools.sh
	@$(BIN)/python -m pytest -n 3 --dist loadgroup -m fault --faults

check: install  ## Format, lint, types, import contracts, catalogues, then the tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/wayout flows check
	@$(BIN)/python -m locales.check
	@$(MAKE) --no-print-directory test

screens: install  ## Pictures for the README, from the running programs, in docs/pictures
	@$(BIN)/python deploy/pictures.py

bench: install  ## Steps a second against the tutorial bot, as a table and bench.json
	@$(BIN)/python -m tests.bench

clean:  ## Remove what `make run` and the tests left (keys and cases of the practice included)
	rm -rf .wayout .mypy_cache .ruff_cache .pytest_cache .hypothesis
