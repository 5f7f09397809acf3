# `make` runs everything that a reviewer would.

.PHONY: all help build fmt clippy doc test validate thorough bench schema bless doctor
.DEFAULT_GOAL := all

VALIDATORS := tests/validators/node_modules/.package-lock.json
PYTHON := target/python/.requirements.txt

all: fmt clippy doc test ## Format check, lints, docs, tests

build: ## The release binary: target/release/layercake
	cargo build --release

fmt: ## Is everything formatted?
	cargo fmt --check

clippy: ## Lints, warnings denied
	cargo clippy --all-targets -- -D warnings

doc: ## The library's documentation, warnings denied
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --lib

test: ## All tests; consumers that are not installed are skipped, and named
	cargo test --doc
	cargo test --lib --bins --test suite

validate: $(VALIDATORS) $(PYTHON) ## All tests; a consumer that is not installed is a failure
	LAYERCAKE_VALIDATE=1 cargo test --lib --bins --test suite
	@cat target/tmp/matrix.txt

$(VALIDATORS): tests/validators/package-lock.json
	cd tests/validators && npm ci --no-audit --no-fund
	touch $@

$(PYTHON): tests/validators/requirements.txt
	python3 -m venv target/python
	target/python/bin/pip install --quiet --disable-pip-version-check -r $<
	cp $< $@

thorough: ## All tests, with all that could be tried: minutes, as root for mounts
	LAYERCAKE_THOROUGH=1 cargo test --test suite

bench: ## Time and memory of builds, formats, layouts and pictures, beside other tools
	cargo bench --bench build
	cargo bench --bench formats
	cargo bench --bench layout
	cargo bench --bench pictures

schema: ## Rewrite schema/ from the code
	BLESS=1 cargo test --test suite schema

bless: ## Rewrite what the tests expect; read that diff as you would read code
	BLESS=1 TRYCMD=overwrite cargo test --lib --bins --test suite

doctor: ## What is missing on this machine, and how to get it
	@PATH="$$PATH:/usr/sbin:/sbin"; \
	ok() { command -v "$$1" >/dev/null && echo "ok       $$1" || echo "missing  $$1: $$2"; }; \
	ok cargo "install Rust 1.95 or newer with rustup"; \
	ok cc "apt-get install build-essential"; \
	ok dot "apt-get install graphviz (for make validate)"; \
	ok plantuml "apt-get install plantuml (for make validate)"; \
	ok xmllint "apt-get install libxml2-utils (for make validate)"; \
	ok rsvg-convert "apt-get install librsvg2-bin (for make validate)"; \
	ok pdftotext "apt-get install poppler-utils (for make validate)"; \
	ok node "apt-get install nodejs npm (for make validate)"; \
	ok npm "apt-get install npm (for make validate)"; \
	ok chromium "apt-get install chromium (for make validate)"; \
	ok python3 "apt-get install python3 python3-venv (for make validate)"; \
	ok strace "apt-get install strace (for make validate)"; \
	ok faketime "apt-get install faketime (for make validate)"; \
	ok setpriv "apt-get install util-linux (for make validate)"; \
	ok mkfs.ext4 "apt-get install e2fsprogs (for make validate)"; \
	ok xfs_io "apt-get install xfsprogs (for make validate)"; \
	ok soffice "apt-get install libreoffice-calc-nogui (for make validate, if 280 MB are no matter)"; \
	ok ninja "apt-get install ninja-build (for make bench, to compare)"; \
	test -f $(VALIDATORS) && echo "ok       npm packages" || echo "missing  npm packages: make validate installs them"; \
	test -f $(PYTHON) && echo "ok       python packages" || echo "missing  python packages: make validate installs them"

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)
