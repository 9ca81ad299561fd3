# certops.kubernetes: set-up, checks, and a real cluster to try things on.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
CACHE := $(or $(CERTOPS_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/certops-testbed)
TESTBED_CLI := .venv/bin/python -m tests.testbed
RUN := .venv/bin/python -m tests.run
# Nothing of Ansible, kubectl and helm is left in the home folder.
export ANSIBLE_HOME := $(CURDIR)/.cache/ansible
export ANSIBLE_REMOTE_TMP := $(ANSIBLE_HOME)/tmp
export KUBECACHEDIR := $(CURDIR)/.cache/kube
export HELM_CACHE_HOME := $(CURDIR)/.cache/helm
export HELM_CONFIG_HOME := $(HELM_CACHE_HOME)
export HELM_DATA_HOME := $(HELM_CACHE_HOME)
# kubernetes.core keeps what it has discovered of a cluster in the folder for temporary files.
LOAD_ENV := environment=$$($(TESTBED_CLI) env) && eval "$$environment" && mkdir -p .cache/tmp && export TMPDIR=$(CURDIR)/.cache/tmp &&

.PHONY: help setup environment test test-long matrix molecule lint sanity unit ansible-units docs browser package acme integration testbed testbed-down env demo demo-down bench clean clean-cache

help: ## show this
	@sed -n -e 's/\$$\$$/$$/' -e 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target does; do \
	    printf '  make %-13s %s\n' "$$target" "$$does"; done
	@echo
	@echo '  TARGETS="issuer certificate"         the integration targets (default: all)'
	@echo '  ROLES="traefik"                      the roles that molecule tries (default: all)'
	@echo '  TESTBED=N                            the testbed (default: 1 for tests, else 0)'
	@echo '  KEEP=1                               leave the testbed of the integration tests running'
	@echo '  KUBECONFIG_TARGET=/path [CONTEXT=…]  a cluster of yours instead of a testbed'
	@echo '  PYTHON=/path/to/python3              the interpreter (default: the newest found)'
	@echo '  CERTOPS_CACHE=/path                  the folder of downloads and builds ($(CACHE))'

setup: ## set up all that the other targets need
	@tests/setup/setup.sh --testbed

environment: ## set up only what lint, sanity and unit need
	@tests/setup/setup.sh

test: ## every check there is, but for those of test-long
	@tests/setup/setup.sh --testbed --browser
	@$(RUN) lint sanity unit docs browser package acme integration

test-long: ## what takes longer and changes less: the matrix, plays of the documentation, AWX, events, restarts, Molecule
	@tests/setup/setup.sh --testbed --events
	@$(RUN) integration-long ansible-units molecule matrix matrix-sanity matrix-integration

lint: environment ## ruff, mypy, yamllint, shellcheck, ansible-lint, changelog fragments, pages made from code
	@$(RUN) lint

sanity: environment ## ansible-test sanity, all tests
	@$(RUN) sanity

unit: environment ## unit tests
	@$(RUN) unit

ansible-units: environment ## the unit tests by ansible-test
	@$(RUN) ansible-units

docs: environment ## the collection's pages, as a site in .cache/site/html
	@$(RUN) docs

browser: ## the report in a real Chromium: light and dark, on a desk and on a phone
	@tests/setup/setup.sh --browser
	@$(RUN) browser

package: environment ## build the collection, install it into an empty folder, let Galaxy's importer look at it
	@$(RUN) package

acme: setup ## the ACME client against a real server on loopback, with faults
	@$(RUN) acme

integration: ## integration tests on a testbed
	@tests/setup/setup.sh --testbed --events
	@$(RUN) integration

matrix: environment ## unit tests and sanity on the oldest and the newest of what the collection runs on
	@$(RUN) matrix matrix-sanity

molecule: setup ## every role's scenario by Molecule, on a testbed that its scenario `default` creates
	@$(RUN) molecule

testbed: setup ## bring up a real cluster with cert-manager's images at hand
	@$(TESTBED_CLI) up

testbed-down: setup ## take it down
	@$(TESTBED_CLI) down

env: setup ## print the testbed's environment: eval "$$(make -s env)"
	@$(TESTBED_CLI) env

demo: testbed ## the whole path on the testbed, to verified HTTPS hosts
	@$(LOAD_ENV) ansible-playbook tests/demo/demo.yml

demo-down: setup ## remove what the demo made, then take the testbed down
	@if $(TESTBED_CLI) status > /dev/null 2>&1; then $(LOAD_ENV) ansible-playbook tests/demo/demo_down.yml; fi
	@$(TESTBED_CLI) down

bench: testbed ## certificates side by side with kubernetes.core (BENCH="--numbers 1,20 --runs 5"), or ACME clients (BENCH=--peers)
	@$(LOAD_ENV) .venv/bin/python -m tests.bench $(BENCH)

clean: ## remove what was made in the checkout; the cache stays
	@rm -rf .venv .cache .ansible tests/output
	@echo 'The downloads and builds stay in $(CACHE); make clean-cache removes them.'

clean-cache: ## remove the folder of downloads and builds
	@if [ -d '$(CACHE)' ]; then chmod -R u+w '$(CACHE)' && rm -rf '$(CACHE)'; fi
