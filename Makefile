# make book      everything from a bare machine to the finished handbook; HANDOUTS=ID for one handout instead of all
# make quick     the tests that build nothing, in half a minute
# make test      ruff, mypy and all tests on the small book in tests/books/garden, in about four minutes on two cores
# make test-all  all tests: the real handbook, its validators, browsers, calibre (700 MB of packages), in thirty
# make fonts SCRIPTS="arabic cjk"   typefaces for scripts other than Latin; docs/languages.md has their names
# make bench     compares speed with other programs and writes bench/REPORT.md; the machine should be otherwise idle
# A second run is quick: set-up is skipped while the lock files have not changed.

PYTHON ?= python3
HANDOUTS ?= all
VENV := .venv
BIN := $(VENV)/bin
SYSTEM_BOOK := libpangoft2-1.0-0 libharfbuzz-subset0
# poppler-utils separates the inks of the press edition; gettext checks the catalogs.
SYSTEM_TEST := $(SYSTEM_BOOK) poppler-utils gettext
SYSTEM_ALL := default-jre-headless maven chromium chromium-driver
SYSTEM_READER := --no-install-recommends calibre omegat apertium-eng-spa
SYSTEM_BENCH := gettext pandoc
# Without bytecode, each process of the tests and of a build would compile the program and its templates again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: book quick test test-all check lock clean

book: $(VENV)/book
	$(BIN)/python publish.py build
	$(BIN)/python publish.py build --handout $(HANDOUTS)

quick: $(VENV)/test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not (handbook or validator or browser or slow or process or builds)"

test: $(VENV)/test check
	$(BIN)/python -m pytest -n 2 --dist worksteal

# One run: the tests share what is built. While one of three workers waits for a browser, the other two have the two
# cores. Each run has other random inputs and another order of sets, but in CI all runs are the same.
test-all: export HYPOTHESIS_PROFILE := $(if $(CI),seeded,random)
test-all: export PYTHONHASHSEED := $(if $(CI),0,random)
test-all: $(VENV)/all $(VENV)/verapdf/ready $(VENV)/node/ready $(VENV)/nginx/ready check
	$(BIN)/python -m pytest -n 3 --dist worksteal -m ""

check: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# --- set-up ---

$(VENV)/book: requirements.lock
	@$(MAKE) --no-print-directory system PACKAGES="$(SYSTEM_BOOK)" PROGRAMS=""
	@$(MAKE) --no-print-directory venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/test: requirements-dev.lock Makefile
	@$(MAKE) --no-print-directory system PACKAGES="$(SYSTEM_TEST)" PROGRAMS="pdftoppm msgfmt"
	@$(MAKE) --no-print-directory venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/book

$(VENV)/all: $(VENV)/test
	@$(MAKE) --no-print-directory system PACKAGES="$(SYSTEM_ALL)" PROGRAMS="java mvn chromium chromedriver"
	@$(MAKE) --no-print-directory system PACKAGES="$(SYSTEM_READER)" PROGRAMS="ebook-convert calibre-server omegat apertium"
	@touch $@

# veraPDF, the validator of PDF/UA and PDF/A, is a Java program from Maven; its files must match SHA256SUMS.
$(VENV)/verapdf/ready: tests/validators/pom.xml tests/validators/SHA256SUMS $(VENV)/all
	mvn --quiet --batch-mode --file tests/validators/pom.xml \
	  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=$(abspath $(VENV)/verapdf)
	cd $(VENV)/verapdf && sha256sum --quiet --check $(abspath tests/validators/SHA256SUMS)
	@touch $@

# DAISY Ace, which checks e-books in a browser, and the readers epub.js and pdf.js, without its optional canvas. No npm
# package downloads its own browser; Node itself comes from a Python package.
NODE_FILES := $(addprefix tests/validators/,package.json package-lock.json .npmrc)
$(VENV)/node/ready: $(NODE_FILES) $(VENV)/all
	mkdir -p $(VENV)/node && cp $(NODE_FILES) $(VENV)/node
	cd $(VENV)/node && PATH=$(abspath $(BIN)):$$PATH PUPPETEER_SKIP_DOWNLOAD=1 npm ci --omit=optional --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

# nginx, which reads the block of docs/desk.md. It is unpacked: its package would start a server on this machine.
$(VENV)/nginx/ready: $(VENV)/all
	@rm -rf $(VENV)/nginx && mkdir $(VENV)/nginx
	@if command -v apt-get >/dev/null; then cd $(VENV)/nginx && apt-get -o APT::Sandbox::User=root download -qq nginx && dpkg-deb -x nginx_*.deb .; \
	  else echo "Please install nginx, to test what docs/desk.md says of it"; fi
	@touch $@

.PHONY: venv system
venv:
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
	  elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then sudo apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv module is missing. Run: sudo apt-get install python3-venv"; exit 1; fi; }

# Installs missing packages as root or with sudo; otherwise prints the command to run.
system:
	@have() { ldconfig -p 2>/dev/null | grep -q "$$1"; }; \
	missing=0; \
	if [ "$$(uname)" = Linux ]; then have libpangoft2-1.0.so && have libharfbuzz-subset.so || missing=1; fi; \
	for program in $(PROGRAMS); do command -v $$program >/dev/null || missing=1; done; \
	if [ $$missing = 1 ]; then \
	  if ! command -v apt-get >/dev/null; then echo "Please install these first (README, “Other systems”): $(PACKAGES)"; exit 1; \
	  elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(PACKAGES) >/dev/null; \
	  elif sudo -n true 2>/dev/null; then sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(PACKAGES) >/dev/null; \
	  else echo "Some system libraries are missing. Run: sudo apt-get install $(PACKAGES)"; exit 1; fi; \
	fi

# Typefaces: the packages of the named extras in pyproject.toml, with the hashes of the lock file.
define FONTS
import re, sys, tomllib
extras = tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]
wanted = set(sys.argv[1:])
if not wanted or wanted - extras.keys():
    sys.exit("unknown SCRIPTS: use names of docs/languages.md, as in: make fonts SCRIPTS=\"arabic cjk\"")
packages = [re.match("[\\w-]+", need)[0] for script in wanted for need in extras[script]]
locked = re.split("\n(?=\\w)", open("requirements-fonts.lock").read())
print(*(entry for entry in locked if entry.split("==")[0] in packages), sep="\n")
endef
export FONTS

.PHONY: fonts
fonts: $(VENV)/book
	@$(BIN)/python -c "$$FONTS" $(SCRIPTS) > $(VENV)/fonts.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/fonts.txt

# --- upkeep ---

lock: $(VENV)/test
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header --allow-unsafe --extra dev --extra cluster --extra fonts -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header --allow-unsafe --extra fonts -c requirements-dev.lock -o requirements-fonts.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header --allow-unsafe -o bench/requirements.lock bench/requirements.in
	sed -i -e '/^--/d' -e '/./,$$!d' requirements.lock requirements-dev.lock requirements-fonts.lock bench/requirements.lock    # drop the index options of this machine

clean:
	rm -rf build $(VENV)

# All benchmarks, and the programs they compare with. Sphinx has its own environment.
bench: $(VENV)/book $(VENV)/bench/ready
	$(BIN)/python bench/report.py
.PHONY: bench

$(VENV)/bench/ready: bench/requirements.lock | $(VENV)/book
	@$(MAKE) --no-print-directory system PACKAGES="$(SYSTEM_BENCH)" PROGRAMS="msgmerge pandoc"
	$(BIN)/python -m venv $(VENV)/bench
	$(VENV)/bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r bench/requirements.lock
	@touch $@

# The pictures in the README and docs/, made from what `make book` and the sheets edition build, and in Chromium.
PAGES := $(BIN)/python publish.py contact-sheet
picture: book $(VENV)/all
	$(BIN)/python publish.py build --edition sheets
	$(PAGES) build/generic/en/childhood-all-booklet-en.pdf --pages 1,2,7,41,44,55 --columns 6 --width 200 --out docs/pages.png
	for lang in en es; do \
	  $(PAGES) build/generic/$$lang/handouts/childhood-all-chemotherapy-booklet-$$lang.pdf --columns 6 --width 200 --out docs/handout-$$lang.png && \
	  $(PAGES) build/generic/$$lang/childhood-all-booklet-$$lang.pdf --columns 18 --width 80 --out docs/booklet-$$lang.png && \
	  $(PAGES) build/generic/$$lang/childhood-all-sheets-$$lang.pdf --columns 6 --width 200 --out docs/sheets-$$lang.png || exit 1; \
	done
	$(BIN)/python tests/browser/desk_pictures.py
.PHONY: picture
