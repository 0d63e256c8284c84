# `make run` serves the lab, `make test` checks everything; both install what they need first.
# PYTHON=… chooses the Python, ARGS=… is passed on: make test ARGS="-k stage"

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --quiet
WORKERS ?= 2

# A stamp is written only after its step has succeeded, so what was interrupted is done again.
RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
# Without its interpreter (Python upgraded or removed) an environment is nothing.
ifeq ($(wildcard $(PY)),)
$(shell rm -f $(RUN) $(DEV))
endif

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run dev test bench soak cluster lint types javascript chromium programs pytest thorough fuzz format requirements licences \
	sbom audit previews libraries clean

help: ## say what each command does
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| grep '##' Makefile

run: $(RUN) ## serve the lab at http://localhost:8501
	$(PY) -m streamlit run app.py --server.address localhost $(ARGS)

dev: $(RUN) ## the same, and the page renews itself when a file is edited
	$(PY) -m streamlit run app.py --server.address localhost --server.fileWatcherType auto $(ARGS)

test: lint types javascript chromium programs audit pytest ## lint, check types and arrows, run all tests

bench: $(DEV) ## measure the speed; about half an hour (ARGS="--seconds 1 --rounds 1" for less)
	@$(PY) scripts/find_chromium.py --install
	@$(PY) scripts/find_programs.py --install
	$(PY) -m benchmarks $(ARGS)

soak: $(DEV) ## half an hour of fifty learners: does the server stay as it is? (ARGS="--minutes 3" for less)
	$(PY) -m benchmarks.soak $(ARGS)

cluster: $(DEV) ## serve two replicas behind a balancer (ARGS=--trial: and try what they bear)
	@$(PY) scripts/find_chromium.py --install
	@$(PY) scripts/find_programs.py --install
	$(PY) -m deploy.cluster $(ARGS)

lint: $(DEV)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports --no-logo

types: $(DEV)
	$(PY) -m mypy

javascript:
	sh scripts/check_javascript.sh

chromium: $(DEV)
	@$(PY) scripts/find_chromium.py --install

programs: $(DEV)
	@$(PY) scripts/find_programs.py --install

# What pytest makes of the tests is kept from run to run, whatever the environment says.
pytest thorough: export PYTHONDONTWRITEBYTECODE :=

pytest: $(DEV)
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

thorough: chromium programs ## run what takes too long for every change: every step by axe, and more
	$(PY) -m pytest -n $(WORKERS) --dist worksteal -m thorough $(ARGS)

fuzz: $(DEV) ## try 50,000 pieces of nonsense (ARGS="--seed 7 --cases 500", ARGS="--name link-7-12")
	$(PY) -m tests.fuzz $(ARGS)

format: $(DEV) ## format the code and mend what the linters can
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .
	sh scripts/check_javascript.sh --write

requirements: $(DEV) ## compile requirements*.txt anew (ARGS=--upgrade for newer versions)
	$(COMPILE) requirements.in --output-file requirements.txt $(ARGS)
	$(COMPILE) requirements-dev.in --constraint requirements.txt \
		--output-file requirements-dev.txt $(ARGS)

COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make requirements'

licences: $(DEV) ## write docs/third-party.md anew
	@mkdir -p build
	$(PY) scripts/third_party.py > build/third-party.md && mv build/third-party.md docs/

sbom: $(DEV) ## list what a server installs for machines: build/sbom.json (CycloneDX)
	@mkdir -p build
	$(PY) -m uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt \
		--output-reproducible --output-file build/sbom.json

audit: $(DEV) ## ask the public lists of known faults about all that is pinned
	$(PY) scripts/audit.py

previews: $(DEV) ## take the pictures that links to the pages are shown with
	@$(PY) scripts/find_chromium.py --install
	$(PY) -m scripts.take_previews

libraries: ## take over KaTeX and plotly.js, as package.json pins them
	npm ci --no-audit --no-fund --loglevel=error
	cp node_modules/katex/dist/katex.min.js node_modules/katex/dist/katex.min.css \
		node_modules/katex/LICENSE ui/web/katex/
	cp node_modules/katex/dist/fonts/*.woff2 ui/web/katex/fonts/
	cp node_modules/plotly.js-gl3d-dist-min/plotly-gl3d.min.js \
		node_modules/plotly.js-gl3d-dist-min/LICENSE ui/web/plotly/

clean: ## remove all that was installed or made here
	rm -rf $(VENV) node_modules build .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements.txt
	sh scripts/make_venv.sh $(VENV) $(PYTHON)
	@echo 'Installing what the lab needs; the first time takes a minute or two.'
	$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt requirements-torch.txt $(RUN)
	@echo 'Installing what the tests need.'
	$(PIP) -r requirements-dev.txt
	$(PIP) -r requirements-torch.txt
	@touch $@
