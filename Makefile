# livechat: `make run` starts it, `make test` runs all tests; both work on a fresh clone.
#   make run ARGS='--lan --port 9000'      make test ARGS='-k presence'      make check      make bench      make browsers

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=
# A process for each core, to which whole modules go: their tests share what is costly to make.
WORKERS := -n logical --maxprocesses 4 --dist loadscope --no-loadscope-reorder

.PHONY: run test check bench browsers chromium
.DEFAULT_GOAL := run

run: .venv/.installed
	@$(BIN)/livechat serve $(ARGS)

# Some of the tests say nothing of coverage. Silent about the second report unless it fails: the last line is pytest's.
test: .venv/.installed-for-development chromium
	@$(BIN)/python -m pytest $(WORKERS) $(if $(ARGS),$(ARGS),--cov --cov-report=term --cov-fail-under=80)
	@$(if $(ARGS),,report=$$($(BIN)/coverage report --include='livechat/domain/*,livechat/store/*' --fail-under=90) || { echo "$$report"; exit 1; })

check: .venv/.installed-for-development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

bench: .venv/.installed-for-development
	@$(BIN)/python -m tests.benchmarks $(ARGS)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo 'livechat needs Python 3.11 or newer. Debian, Ubuntu: sudo apt-get install python3 python3-venv' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'This Python lacks venv or ensurepip. Debian, Ubuntu: sudo apt-get install python3-venv' >&2; exit 2; }
	@echo 'Making a virtual environment in .venv (once) ...'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 2; }

# Editable: later changes of the code need no new installation. The pins are what the tests ran with.
.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo 'Installing livechat into .venv (once; about a minute) ...'
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

.venv/.installed-for-development: pyproject.toml constraints.txt | .venv/bin/python
	@echo 'Installing livechat and its development tools into .venv (once; one or two minutes) ...'
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ .venv/.installed

# $(call install,missing things,packages)
define install
	if ! command -v apt-get >/dev/null; then \
		echo 'Missing: $(1). Install them with the package manager of your system ($(2) on Debian).' >&2; exit 2; \
	elif test "$$(id -u)" = 0; then sudo=; \
	elif command -v sudo >/dev/null; then sudo=sudo; \
	else echo 'Missing: $(1). As root: apt-get install $(2)' >&2; exit 2; fi; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $(2) >/dev/null
endef
# true: make drops the output of a shell that ends with 127.
has = $(if $(shell for name in $(1); do command -v $$name; done; true),yes)
CHROMIUM = $(call has,chromium chromium-browser google-chrome)
FIREFOX = $(call has,firefox-esr firefox)
WEBKIT = $(and $(call has,WebKitWebDriver),$(call has,xvfb-run))

chromium:
	@$(if $(CHROMIUM),,$(call install,Chromium,chromium))

browsers:
	@$(if $(and $(CHROMIUM),$(FIREFOX),$(WEBKIT)),\
		echo 'The browsers are there: Chromium and Firefox and WebKit.',\
		$(call install,some of Chromium Firefox WebKit Xvfb,chromium firefox-esr webkit2gtk-driver xvfb))
