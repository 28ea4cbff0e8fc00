# `make` alone lists the commands.
VENV := .venv
PYTHON := $(VENV)/bin/python
# Where to find the CPU build of torch on an ordinary package index (README): make demo TORCH_INDEX=<url>
TORCH_INDEX ?=
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check
# The parts of make test-long that are run (as pytest's -k), and the number of the first part of the sequences.
FIRST_SEED ?= 1
ONLY ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-long test-browser test-interop check fix bench migrations messages clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-13s %s\n", $$1, $$2}'

$(VENV)/installed: requirements.lock
	python3 -m venv $(VENV)
	$(PIP) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) "$$(grep '^torch==' requirements.lock)"
	$(PIP) --requirement requirements.lock
	touch $@

demo: $(VENV)/installed ## screen twelve patients for real; ONCE=1 exits after the table, PHOTOS=DIR takes real photographs
	$(PYTHON) -m deploy.demo $(if $(ONCE),--once) $(if $(PHOTOS),--photos "$(PHOTOS)")

test: $(VENV)/installed ## the tests but slow ones and those in a browser; starts what they need
	$(PYTHON) -m pytest -m "not slow" --numprocesses 2 --dist worksteal

test-slow: $(VENV)/installed ## the tests that ask whole engines, many photographs or sequences, or kill workers
	$(PYTHON) -m pytest -m slow --numprocesses 2 --dist worksteal

test-long: $(VENV)/installed ## ten thousand sequences, lost connections, kills; an hour. ONLY=seed-17 or FIRST_SEED=1000
	FIRST_SEED=$(FIRST_SEED) $(PYTHON) -m pytest tests/long -m long -vv --numprocesses 2 --dist worksteal $(if $(ONLY),-k "$(ONLY)")

test-browser: $(VENV)/installed ## journeys and every page in headless Chromium; screenshots in var/screens
	$(PYTHON) -m pytest tests/browser

test-interop: $(VENV)/installed ## FHIR clients and validators of others; they come with npm, the validators also with ../shared
	if [ -d ../shared/checks/fhir ]; then mkdir -p var/fhir-checks && cp ../shared/checks/fhir/*.* var/fhir-checks/ \
	  && (cd var/fhir-checks && npm install --no-audit --no-fund --silent); fi
	mkdir -p var/fhir-client && cp tests/interop/medplum/* var/fhir-client/ \
	  && (cd var/fhir-client && npm install --no-audit --no-fund --silent)
	rm -rf var/fhir-bodies && mkdir -p var/fhir-bodies
	FHIR_BODIES=$(CURDIR)/var/fhir-bodies $(PYTHON) -m pytest --ignore=tests/integration/config/fhir/test_changes.py \
	  --ignore=tests/integration/config/fhir/test_pages.py tests/integration/config/fhir tests/interop

check: $(VENV)/installed ## lint, format, types, import directions, missing migrations, tests that cannot be read; changes nothing
	$(VENV)/bin/ruff check --quiet .
	$(VENV)/bin/ruff format --quiet --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run
	@read=$$($(PYTHON) -m pytest --collect-only -qq tests 2>&1) || { echo "$$read" | tail -40; exit 1; }

fix: $(VENV)/installed ## format and mend what lint can mend
	$(VENV)/bin/ruff check --quiet --fix .
	$(VENV)/bin/ruff format --quiet .

bench: $(VENV)/installed ## measure; prints a table and writes var/bench.json
	$(PYTHON) -m tests.benchmarks

migrations: $(VENV)/installed ## make migrations after a model change; NAME=what_it_does
	$(PYTHON) manage.py makemigrations --name $(NAME)

messages: $(VENV)/installed ## collect strings for translation
	$(PYTHON) manage.py makemessages --locale ko --no-obsolete --add-location file --ignore .venv --ignore var

clean: ## stop the embedded servers and remove what runs left behind
	-$(PYTHON) -m deploy.embedded
	rm -rf var
