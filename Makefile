# Two commands are all: `make demo` and `make test`. Everything is installed under .venv.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
TEST_DEPS := .venv/.installed-test

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/.installed ## Run the portal against the sandbox billing system (EBOK_DEMO_ADAPTER=soap or rest)
	@exec $(BIN)/ebok demo

demo-tryton: $(TEST_DEPS) ## Run the portal against a real ERP, Tryton, which is installed for it under .demo
	@exec $(BIN)/python -m tests.tryton.demo

test: ## Install what is needed, then lint and run every test
	@$(MAKE) --no-print-directory -j2 lint prepared
	$(BIN)/pytest -q -n 4 --dist loadgroup

# What comes from elsewhere arrives while pip and lint work. Tryton goes on behind the first tests; its own wait for it.
prepared: | .venv/bin/python
	@scripts/system-packages
	@$(BIN)/python -m tests.tryton.build >/dev/null 2>&1 &

campaign: $(TEST_DEPS) ## The long versions: histories, fuzzing, mail and submissions while processes are killed, guessing
	EBOK_HISTORIES=250 EBOK_FUZZ=1500 EBOK_MAILS=1000 EBOK_REGISTRATIONS=1000 EBOK_NAMES=10000 $(BIN)/pytest -q -n 2 \
	  tests/gateway/test_rule_through_the_door.py tests/gateway/test_api_fuzzed.py tests/gateway/mail/test_nothing_lost.py \
	  tests/gateway/mail/test_registrations_arrive.py tests/gateway/test_login_guards.py
	EBOK_OUTBOX_RUNS=2000 EBOK_OUTBOX_STEPS=50 $(BIN)/pytest -q tests/gateway/outbox/test_state_machine.py
	EBOK_PAYMENT_RUNS=500 EBOK_PAYMENT_STEPS=40 $(BIN)/pytest -q tests/gateway/payments/test_state_machine.py
	EBOK_SUBMISSIONS=840 EBOK_KILLS=45 $(BIN)/pytest -q -s -n 2 tests/gateway/campaign
	EBOK_FUZZ=1500 EBOK_EXAMPLES=1000 $(BIN)/pytest -q -n 2 tests/schemas tests/adapters tests/gateway/test_every_setting.py
	EBOK_FACES=both $(BIN)/pytest -q -n 2 tests/gateway/pages tests/gateway/test_api_sending.py \
	  tests/gateway/test_api_receipts.py tests/gateway/test_api_office.py
	EBOK_TRIES=1000 $(BIN)/python -m benchmarks.known_and_unknown

lint: $(TEST_DEPS) ## Check style, types, the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(TEST_DEPS) ## Measure, side by side with peers in one run
	$(BIN)/python -m benchmarks

clean: ## Remove the demo's data and everything installed
	rm -rf .demo .venv build dist *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install -q -e .
	@touch $@

$(TEST_DEPS): setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install -q -e '.[test]'
	@touch $@ .venv/.installed

.PHONY: help demo demo-tryton test prepared campaign lint bench clean
