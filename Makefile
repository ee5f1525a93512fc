# Verbs for people.  Meson and Ninja do the work; `make help` lists what there is.

BUILD  ?= build
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

# ThreadSanitizer does not start where addresses are too random.
STILL = $(shell setarch -R true 2>/dev/null && echo setarch -R)
SANITIZED = -Dchecks=true -Db_lundef=false -Dprefix=$(PREFIX)

.DEFAULT_GOAL := build
.PHONY: build run test smoke bench counts counts-record fuzz asan tsan coverage tidy analyze format install clean help

build: ## build the binary, build/scrip (installs missing Debian packages first)
	@tools/packages build
	@tools/configure $(BUILD) -Dprefix=$(PREFIX)
	@ninja -C $(BUILD) scrip

run: build ## start a server on demo data at 127.0.0.1:8080, with commands to paste
	@tools/packages run
	@tools/demo

test: ## build, run every suite, end with "N passed, N failed"
	@tools/packages build test
	@tools/configure $(BUILD) -Dprefix=$(PREFIX)
	@ninja -C $(BUILD)
	@tools/test --build $(BUILD)

smoke: ## short runs of the benchmark, the fuzzers and the simulation
	@tools/packages build test fuzz load
	@tools/configure $(BUILD) -Dprefix=$(PREFIX)
	@ninja -C $(BUILD)
	@tools/smoke --build $(BUILD)

bench: ## the benchmark; it audits its rows before it prints a figure
	@tools/packages build load bench
	@tools/configure $(BUILD) -Dprefix=$(PREFIX)
	@ninja -C $(BUILD)
	@bench/run --build $(BUILD)

counts: ## instructions of single operations, by layer; fails where 5 % more than bench/counts.txt
	@tools/packages build test
	@tools/configure $(BUILD) -Dprefix=$(PREFIX)
	@ninja -C $(BUILD) bench/counts
	@tools/counts --build $(BUILD)

counts-record: ## the same, and writes them to bench/counts.txt
	@tools/packages build test
	@tools/configure $(BUILD) -Dprefix=$(PREFIX)
	@ninja -C $(BUILD) bench/counts
	@tools/counts --build $(BUILD) --record

fuzz: ## every fuzzer for FUZZ_SECONDS (60) each, with clang's libFuzzer
	@tools/packages build test fuzz
	@tools/fuzz --seconds $(FUZZ_SECONDS)

asan: ## build-asan: every suite under AddressSanitizer and UBSan
	@tools/packages build test
	@tools/configure build-asan $(SANITIZED) -Db_sanitize=address,undefined
	@ninja -C build-asan
	@tools/test --build build-asan

coverage: ## build-coverage: which share of lines and branches the C suites reach, by folder
	@tools/packages build test
	@tools/configure build-coverage -Dchecks=true -Doptimization=0 -Db_coverage=true
	@ninja -C build-coverage
	@tools/coverage --build build-coverage

tsan: ## build-tsan: every suite under ThreadSanitizer
	@tools/packages build test
	@tools/configure build-tsan $(SANITIZED) -Db_sanitize=thread
	@ninja -C build-tsan
	@$(STILL) tools/test --build build-tsan

tidy: ## the rules of the house: layers, banned calls, sizes, and the format of the code
	@tools/packages tidy
	@python3 test/tidy/tidy.py
	@tools/format --check

analyze: ## gcc's analyzer, clang-tidy and cppcheck over src/ and lib/
	@tools/packages build analyze
	@tools/configure $(BUILD) -Dprefix=$(PREFIX)
	@tools/analyze --build $(BUILD)

format: ## have clang-format lay out the C files anew
	@tools/packages tidy
	@tools/format

install: build ## install the binary and the client library under PREFIX (/usr/local), below DESTDIR if given
	@ninja -C $(BUILD)
	@DESTDIR='$(DESTDIR)' meson install -C $(BUILD) --no-rebuild --quiet
	@echo 'installed $(DESTDIR)$(PREFIX)/bin/scrip'

clean: ## remove what was built
	@rm -rf build build-asan build-tsan build-coverage build-fuzz build-gcc build-clang build-analyzer build-gcc-analyzer

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile
