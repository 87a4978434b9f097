# Each recipe names cargo lines and scripts of packaging/, no more: what grows becomes Rust in examples/, or a script there.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.PHONY: help demo run test lint verify update oracles bench soak fuzz package book prove-fresh hooks released

prerequisites := packaging/linux/prerequisites.sh
target := $${CARGO_TARGET_DIR:-$$PWD/target}
export STUDY
# What libFuzzer sees of the code: edges and comparisons.
coverage := -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-trace-compares

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand --tabs=20

demo: ## open the viewer on made-up studies
	@$(prerequisites) demo
	cargo run --release --locked -- demo

run: ## open the viewer on real data: make run STUDY=path
	@: "$${STUDY:?say which: make run STUDY=path}"
	@$(prerequisites) run
	cargo run --release --locked -- "$$STUDY"

test: released ## prove the whole
	HOTLIGHT_BIN="$(target)/e2e/hotlight" cargo test --locked

lint: ## format, licences, clippy, documentation
	@$(prerequisites) lint
	cargo fmt --check
	PATH="$$PATH:$(target)/tools/bin" cargo deny --locked check bans licenses sources
	cargo clippy --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --locked

verify: lint test ## all that is asked of a change

update: released ## rewrite goldens, text snapshots and generated pages
	UPDATE=1 HOTLIGHT_BIN="$(target)/e2e/hotlight" cargo test --locked

oracles: ## derive the values of the Python oracles anew
	@$(prerequisites) oracles
	tests/oracle/make-all.sh

bench: ## time the program, as JSON
	@$(prerequisites) run
	cargo run --release --locked -- bench

soak: ## read for a day in minutes, with faults: make soak MINUTES=30 SEED=2
	@$(prerequisites) run
	cargo run --release --locked -- bench soak --minutes "$${MINUTES:-10}" --seed "$${SEED:-1}"

fuzz: ## attack one door with random bytes: make fuzz TARGET=reader|pixels|dicomdir|zip SECONDS_MAX=1800
	@: "$${TARGET:?say which: make fuzz TARGET=reader}"
	@$(prerequisites) run
	RUSTFLAGS="$(coverage)" cargo build --locked --profile fuzz --features fuzzing --bin fuzz \
	  --target "$$(rustc --print host-tuple)" --target-dir "$(target)/fuzz"
	mkdir -p "$(target)/fuzz/corpus/$$TARGET" "tests/fuzz/corpus/$$TARGET"
	HOTLIGHT_FUZZ="$$TARGET" "$(target)/fuzz/$$(rustc --print host-tuple)/fuzz/fuzz" -max_total_time="$${SECONDS_MAX:-1800}" \
	  -rss_limit_mb=2048 -malloc_limit_mb=1024 -timeout=20 -artifact_prefix="$(target)/fuzz/$$TARGET-" \
	  "$(target)/fuzz/corpus/$$TARGET" "tests/fuzz/corpus/$$TARGET"

package: ## make what is installed, into target/packages: .deb, tarball, and the MSI for Windows
	@$(prerequisites) package
	cargo build --release --locked --bin hotlight
	packaging/make.sh "$(target)/release/hotlight" "$(target)/packages"

book: ## make the handbook, into target/handbook, by mdbook
	packaging/book.sh "$(target)/handbook"

prove-fresh: ## make test on a Debian with nothing on it
	packaging/linux/prove-fresh-machine.sh

hooks: ## check format and tidiness before each commit
	git config core.hooksPath .githooks

# The program as released, for the end-to-end tests. `cargo test` turns on `testing`, by the dev-dependency on
# ourselves, for the program too, and puts that one at debug/hotlight: hence the copy, made before.
released:
	@$(prerequisites) test
	cargo build --locked --bin hotlight
	mkdir -p "$(target)/e2e"
	cp -f "$(target)/debug/hotlight" "$(target)/e2e/hotlight"
