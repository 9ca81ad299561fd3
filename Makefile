# certops.kubernetes: set-up, checks, and a real cluster to try things on. `make help` lists the targets.
# TESTBED=N  which testbed (default 0; `make test` uses 1)      TARGETS="issuer …"  which integration targets (default all)
# KUBECONFIG_TARGET=/path [CONTEXT=…]  a cluster of yours instead of the testbed
# PYTHON=/path/to/python3  the interpreter                       CERTOPS_CACHE=/path  the folder of downloads and builds

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
CACHE := $(or $(CERTOPS_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/certops-testbed)
TESTBED_CLI := .venv/bin/python -m tests.testbed
RUN := .venv/bin/python -m tests.run

.PHONY: help setup environment test lint sanity unit integration testbed testbed-down env demo demo-down bench clean clean-cache

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup: ## set up all that the other targets need
	@tests/setup/setup.sh --testbed

environment: ## only the Python environment (lint, sanity, unit)
	@tests/setup/setup.sh

test: setup ## every check there is
	@$(RUN) lint sanity unit integration

lint: environment ## ruff, mypy, yamllint, shellcheck, ansible-lint, changelog fragments
	@$(RUN) lint

sanity: environment ## ansible-test sanity, all tests
	@$(RUN) sanity

unit: environment ## unit tests
	@$(RUN) unit

integration: setup ## integration tests on testbed 1 [TARGETS="issuer certificate"]
	@$(RUN) integration

testbed: setup ## bring up a cluster with cert-manager's images at hand
	@$(TESTBED_CLI) up

testbed-down: setup ## take it down
	@$(TESTBED_CLI) down

env: setup ## print the testbed's environment: eval "$$(make -s env)"
	@$(TESTBED_CLI) env

demo: testbed ## the whole path on the testbed, to verified HTTPS hosts
	@$(RUN) demo

demo-down: setup ## remove what the demo made, then the testbed
	@$(RUN) demo-down

bench: setup ## compare with kubernetes.core, N = 1, 20, 100
	@$(RUN) bench

clean: ## remove what was made in the checkout (the cache stays)
	@rm -rf .venv .cache .ansible .mypy_cache .ruff_cache .pytest_cache tests/output
	@echo "The cache of downloads and builds stays in $(CACHE); make clean-cache removes it."

clean-cache: ## remove the cache of downloads and builds
	@chmod -R u+w $(CACHE) 2> /dev/null; rm -rf $(CACHE)
