# make demo | demo-app | demo-cluster | test | lint | bench | soak    on a throw-away server of their own:
#   SERVER=debian    PostgreSQL 15 with pg_cron, from Debian's packages (the default of demo)
#   SERVER=embedded  PostgreSQL 18 from a Python wheel, without apt and without root
#   SERVER=14|16|17  from the npm registry; SERVER=trixie  PostgreSQL 17 with pg_cron 1.6 (root only)
# or on yours, where PGHOST or DATABASE_URL names one. make bench SIZE=small takes two minutes.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: demo demo-app demo-cluster test matrix lint bench soak mutants freeze release release-dump dist clean

PYTHON ?= python3
VENV := $(CURDIR)/.venv
IN_VENV := PATH="$(VENV)/bin:$$PATH"

ifneq ($(PGHOST)$(DATABASE_URL),)
with_server =
test_servers := yours
else
with_server = .ci/with-server $(or $(1),$(SERVER),debian)
test_servers := $(or $(SERVER),debian embedded)
endif

demo: $(VENV)/installed
	@$(IN_VENV) $(call with_server) tests/demo/run

demo-app: $(VENV)/installed
	@$(IN_VENV) $(call with_server) tests/demo/run app

# Two databases and a proxy before them: PL/Proxy, from Debian's packages.
demo-cluster: $(VENV)/installed
	@$(IN_VENV) $(call with_server) tests/demo/cluster

# The lint and all servers at once, and what each has to say in one piece.
# Each is told of all (SERVERS) and which it is (ON): what does not depend on the server runs beside the first only,
# and of what hardly does each runs a share (tests/conftest.py).
# With PLPGSQL_PROFILER=on and SERVER=debian it also prints what was executed of the PL/pgSQL (by one worker).
test: $(VENV)/installed
	@echo 'The lint, and the suite on: $(test_servers). Each prints what it has to say when it is done.'
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target \
	    lint $(addprefix test-,$(test_servers)) SERVERS="$(test_servers)"

# How many processes run the tests of one server.
WORKERS ?= $(if $(PLPGSQL_PROFILER),0,2)

# Compiled tests are kept, whatever the environment says: it takes each process six seconds to compile them.
test-%: $(VENV)/installed
	@$(IN_VENV) PYTHONDONTWRITEBYTECODE= SERVERS="$(SERVERS)" ON=$* \
	    $(call with_server,$(filter-out yours,$*)) pytest --numprocesses=$(WORKERS) $(PYTEST_ARGS)

# Every version that README names, each with every test; root only, because of trixie. One after the other.
matrix: $(VENV)/installed
	@$(MAKE) --no-print-directory --keep-going $(addprefix test-,14 debian 16 17 trixie embedded) SERVERS=

bench: $(VENV)/installed
	@$(IN_VENV) $(call with_server) python tests/bench/bench.py $(SIZE)

# A random mix of everything by many sessions: make soak MINUTES=10 [SEED=...] [SESSIONS=8]
soak: $(VENV)/installed
	@$(IN_VENV) PYTHONPATH=tests $(call with_server) python -m soak --minutes $(or $(MINUTES),10) \
		$(if $(SEED),--seed $(SEED)) $(if $(SESSIONS),--sessions $(SESSIONS))

# What of sql/ could be otherwise without a test noticing: make mutants [ROOM=planner] [SAMPLE=100 SEED=1] ...
mutants: $(VENV)/installed
	@$(IN_VENV) PYTHONPATH=tests python -m mutants $(ROOM) $(if $(SAMPLE),--sample $(SAMPLE)) \
		$(if $(SEED),--seed $(SEED)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(FRESH),--fresh) \
		$(if $(BUDGET),--budget $(BUDGET)) $(if $(SLOW),--slow) $(if $(REPORT),--report)

# Copies what changed in sql/ to where it is installed from, and writes the sums.
freeze:
	@$(PYTHON) .ci/freeze

lint: $(VENV)/installed
	@$(IN_VENV) .ci/lint

# Closes the release that pyproject.toml has the number of: CONTRIBUTING.md says when, and what is left to do.
release: $(VENV)/installed
	@$(PYTHON) .ci/release
	@$(MAKE) --no-print-directory release-dump

# A database in use that this release has installed, from which later releases are upgraded.
release-dump: $(VENV)/installed
	@$(IN_VENV) $(call with_server,debian) python tests/release_dump.py

# The wheel and the sdist of this release, into dist/.
dist: $(VENV)/installed
	@rm -rf build dist *.egg-info
	@$(IN_VENV) python -c "from setuptools.build_meta import *; build_sdist('dist'); build_wheel('dist')" >/dev/null
	@rm -rf build *.egg-info
	@ls dist/*

# Editable: its command planned-slot-topoff is that of the checkout.
$(VENV)/installed: pyproject.toml .ci/build.py
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@rm -rf build *.egg-info
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
