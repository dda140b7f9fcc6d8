# Two commands: `make run` serves a demo on 127.0.0.1:8000, `make test` passes all tests.
# Needs Python 3.11, pip and git; everything else is installed below .venv and .tools.
PYTHON ?= python3
UV_VERSION = 0.13.9
UV = .tools/bin/uv
BIN = .venv/bin
SYNC = $(UV) pip install --quiet --python $(BIN)/python --require-hashes

.PHONY: help install install-dev install-peers compiled run test check format lock openapi sbom licences clean
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: .venv/runtime.stamp compiled  ## the environment (.venv) from requirements.lock
install-dev: .venv/dev.stamp compiled  ## and what tests need, from requirements-dev.lock
install-peers: .venv/peers.stamp  ## and the tools that benchmarks measure against

$(UV):
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location --target .tools uv==$(UV_VERSION)
.venv/runtime.stamp: requirements.lock pyproject.toml | $(UV)
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(SYNC) -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@
.venv/dev.stamp: requirements-dev.lock .venv/runtime.stamp
	$(SYNC) -r requirements-dev.lock
	@touch $@
.venv/peers.stamp: requirements-peers.lock .venv/dev.stamp
	$(SYNC) -r requirements-peers.lock
	@touch $@

# The modules that read cells, translated to C: a third faster. Without a C compiler they run as they are.
COMPILING = .tools/compile
compiled: matching/compiled/made-from.txt  ## matching/compiled, from the sources as they are now
$(COMPILING)/stamp: requirements-compile.lock | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) $(COMPILING)
	$(UV) pip install --quiet --python $(COMPILING)/bin/python --require-hashes -r requirements-compile.lock
	@touch $@
matching/compiled/made-from.txt: $(wildcard matching/normalise/*.py) matching/records.py tools/compile.py $(COMPILING)/stamp
	$(COMPILING)/bin/python tools/compile.py

run: install  ## a demo register of 50,000 people, served on http://127.0.0.1:8000
	$(BIN)/khop demo

test: install-dev  ## all checks and all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile

check: format test  ## format, then all checks and tests

format: install-dev  ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

openapi: install  ## write openapi.yaml from the app
	$(BIN)/khop openapi > openapi.yaml

LOCK = $(UV) pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" pyproject.toml
lock: | $(UV)  ## compile the lock files anew
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group dev --group peers -c requirements.lock -o requirements-peers.lock
	$(subst pyproject.toml,,$(LOCK)) --group compile -c requirements-dev.lock -o requirements-compile.lock

sbom: install  ## a CycloneDX list of what the service is made of, sbom.json
	$(BIN)/python tools/supply_chain.py sbom > sbom.json

licences: install  ## docs/licences.md anew, after `make lock`
	$(BIN)/python tools/supply_chain.py licences > docs/licences.md

clean:  ## remove the environment and the demo data
	rm -rf .venv .tools var matching/compiled/normalise matching/compiled/*.so matching/compiled/made-from.txt
