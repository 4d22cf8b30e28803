# Run `make help` for what there is.

LUA ?= lua5.4
CARGO ?= cargo
# Where `make install` puts the rock: the folder of Prosody's own plugin installer.
TREE ?= /var/lib/prosody/custom_plugins
DEV_ROCKSPEC = rockspec/frontdoor-dev-1.rockspec

# The Lua that LUA is, as a feature of the crate: lua54, luajit …
ABI := $(shell $(LUA) -e 'print(rawget(_G, "jit") and "luajit" or "lua" .. _VERSION:gsub("%D", ""))' 2>/dev/null)
# One folder for each: LuaRocks may build for several in turn.
TARGET_DIR = target/$(ABI)
LIBRARY = $(TARGET_DIR)/release/libfrontdoor.so

# Nothing in the library tells in which folders it was built, so that it is the same from all of them.
CARGO_HOME ?= $(HOME)/.cargo
WITHOUT_FOLDERS = --config "build.rustflags=['--remap-path-prefix=$(CURDIR)=frontdoor','--remap-path-prefix=$(CARGO_HOME)=cargo']"

.PHONY: help build install install-rock rock binary-rock deb sbom release-check demo demo-clean test test-unit test-server \
	test-browser test-packages lint deny fuzz bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the native library for the Lua called LUA (default lua5.4)
	@test -n "$(ABI)" || { echo "No Lua is called '$(LUA)'. Install lua5.4, or set LUA."; exit 1; }
	$(CARGO) build --release --locked $(WITHOUT_FOLDERS) --features $(ABI) --target-dir $(TARGET_DIR)

install: ## Build and install the rock into TREE (default: Prosody's plugin folder)
	@spec/tools/setup build
	umask 022; luarocks --lua-version "$$($(LUA) -e 'print((_VERSION:gsub("Lua ", "")))')" make --tree $(TREE) $(DEV_ROCKSPEC)

# What LuaRocks calls, with its own folders. A Debian package has the modules elsewhere than what they share.
LIB_EXTENSION ?= so
MODULEDIR ?= $(LUADIR)
install-rock:
	mkdir -p $(LUADIR)/frontdoor $(MODULEDIR) $(LIBDIR)
	cp -R lua/mod_* $(MODULEDIR)/
	cp -R lua/frontdoor/locale $(LUADIR)/frontdoor/
	cp $(filter-out %.d.lua,$(wildcard lua/frontdoor/*.lua)) $(LUADIR)/frontdoor/
	cp $(LIBRARY) $(LIBDIR)/frontdoor_core.$(LIB_EXTENSION)

rock: ## Make a source rock: built on the server, for any Lua
	@spec/tools/setup build
	@spec/tools/package rock

binary-rock: ## Make a binary rock: for Lua 5.4, no compiler on the server
	@spec/tools/setup build
	@spec/tools/package binary-rock

deb: ## Make a Debian package
	@spec/tools/setup packages
	@spec/tools/package deb

sbom: ## List what is in the library, as CycloneDX (installs cargo-cyclonedx if it is missing)
	@spec/tools/package sbom

release-check: ## Check everything that a release has to be
	@spec/tools/setup test
	@spec/tools/test committed format lint rust abi unit server browser packages versions reproducible deny audit sbom

demo: ## Run a real Prosody with everything in it, on this machine only
	@spec/tools/setup demo >&2
	@spec/tools/demo

demo-clean: ## Remove what the demo has stored
	@spec/tools/demo --clean

test: ## Run all checks: format, lints, Rust, Lua, a real server, a real browser, packages in fresh Debians
	@spec/tools/setup test
	@spec/tools/test format lint rust abi unit beside:packages server browser

lint: ## Check the style of Rust and Lua
	@spec/tools/test format lint

test-unit: ## Run the Lua specs that need no server
	@spec/tools/setup test
	@spec/tools/test unit

test-server: ## Run the specs on a real Prosody
	@spec/tools/setup test
	@spec/tools/test server

test-browser: ## Run the specs in a real Chromium
	@spec/tools/setup test
	@spec/tools/test browser

test-packages: ## Install and remove each package in a fresh Debian 12 and 13; as root
	@spec/tools/setup test
	@spec/tools/test packages

deny: ## Check licences and advisories of the dependencies (installs cargo-deny if it is missing)
	@spec/tools/test deny

# For each target; TARGETS names some of them instead of all.
SECONDS ?= 60
fuzz: ## Fuzz each parser for SECONDS (default 60); needs a nightly compiler (installs cargo-fuzz if it is missing)
	@spec/tools/fuzz $(SECONDS) $(TARGETS)

bench: ## Measure, and print ratios
	@spec/tools/setup test
	@spec/tools/bench

clean: ## Remove what was built
	rm -rf target .venv spec/browser/screenshots spec/server/node/node_modules spec/fuzz/target spec/fuzz/target
