# acht: builds, tests and runs everything. `make help` lists the targets.
# SPDX-License-Identifier: EUPL-1.2
MAKEFLAGS += --no-builtin-rules --jobs=$(shell nproc)
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

VERSION := 0.1.0
PREFIX ?= /usr
DESTDIR ?=
# SAN=1 builds everything with AddressSanitizer and UndefinedBehaviorSanitizer, in its own directory.
SAN ?=
# BUILD is where everything goes that is made.
BUILD ?= build$(if $(SAN),/san)
# V=1 shows the commands instead of what they make.
Q := $(if $(V),,@)
SAY = @$(if $(V),:,printf '  %-3s %s\n')

CC := gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wundef \
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wwrite-strings \
  -Wvla -Wimplicit-fallthrough -Wtrampolines -Wbidi-chars=any,ucn -Wduplicated-cond -Wlogical-op \
  -Wnull-dereference -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion \
  -Werror=format-security -Wno-format-truncation
# The OpenSSF compiler hardening guide, as far as GCC 12 has it.
HARDEN := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-clash-protection -fstack-protector-strong \
  -fcf-protection=full -ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks \
  -fno-strict-overflow -fno-strict-aliasing -fPIE
HARDEN_LD := -pie -Wl,-z,nodlopen,-z,noexecstack,-z,relro,-z,now,-z,separate-code
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifneq ($(SAN),)
CFLAGS := -O1 -g
HARDEN := $(SANFLAGS) -fPIE
HARDEN_LD := -pie $(SANFLAGS)
endif
ifneq ($(CI)$(DEVELOPER),)
WARN += -Werror
endif
LINK_FLAGS = $(CFLAGS) $(HARDEN_LD) -Wl,--as-needed $(LDFLAGS)
BASE_FLAGS := -std=c17 -D_GNU_SOURCE -DACHT_VERSION='"$(VERSION)"' -Isrc $(WARN) $(HARDEN)

# The rooms, lowest first; each is one static library. A program links the rooms it has, highest first.
LAYERS := base model proto screen search ui store term sync central kiosk
ROOMS_acht := kiosk term store ui search screen proto model base
ROOMS_acht-sync := sync store search proto model base
ROOMS_acht-central := central store search proto model base
LIBS_acht := -lncursesw -ltinfo -lsqlite3 -ljansson -lsodium
LIBS_acht-sync := -lcurl -lsqlite3 -ljansson -lsodium
LIBS_acht-central := -lmicrohttpd -lpq -lsqlite3 -ljansson -lsodium
PROGRAMS := acht acht-sync acht-central
# Objects of a program beside its own file in main.
MORE_acht := $(patsubst %,$(BUILD)/obj/main/acht_%.o,career open status)
MORE_acht-central := $(patsubst %,$(BUILD)/obj/main/central_%.o,backup fleet move open records serve)

lib = $(BUILD)/lib/lib$(1).a
objects = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(wildcard src/$(1)/*.c))

all: $(PROGRAMS:%=$(BUILD)/bin/%) share

# Before anything is compiled: `make run` and `make test` install the packages that are missing, the
# others only say which those are.
PACKAGES := --check build
run: PACKAGES := build
packages:
	@assets/build/deps $(PACKAGES)
deps:
	@assets/build/deps build
deps-test:
	@assets/build/deps build test
deps-lint:
	@assets/build/deps build test lint

$(BUILD)/obj/%.o: src/%.c | packages
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) $(BASE_FLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

define layer_rule
$(call lib,$(1)): $(call objects,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

define program_rule
$(BUILD)/bin/$(1): $(BUILD)/obj/main/$(subst -,_,$(1)).o $(BUILD)/obj/main/options.o $(MORE_$(1)) $(foreach r,$(ROOMS_$(1)),$(call lib,$(r)))
	@mkdir -p $$(@D)
	$$(SAY) ld $$@
	$$(Q)$(CC) $$(LINK_FLAGS) -o $$@ $$^ $(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p))))

# ---- what the programs read at run time: BUILD/share/acht, found beside BUILD/bin ----

SHARE := $(BUILD)/share/acht
LANGUAGES := $(patsubst assets/lang/%.po,%,$(wildcard assets/lang/*.po))
share: $(LANGUAGES:%=$(BUILD)/share/locale/%/LC_MESSAGES/acht.mo) $(SHARE)/.copied

$(BUILD)/share/locale/%/LC_MESSAGES/acht.mo: assets/lang/%.po | packages
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<

# What of assets/ is installed as it is.
DATA := $(wildcard screens assets/search assets/demo assets/import)
$(SHARE)/.copied: $(DATA) $(wildcard $(DATA:%=%/*))
	@rm -rf $(SHARE)
	@mkdir -p $(SHARE)
	$(Q)cp -r $(DATA) $(SHARE)/
	@touch $@

# ---- use ----

run: all
	@assets/build/run $(BUILD)

SHARED = $(DESTDIR)$(PREFIX)/share
UNITS = $(DESTDIR)$(PREFIX)/lib/systemd/system
MANUALS := $(wildcard assets/man/*.[1-8])
define install_files
install -d $(DESTDIR)$(PREFIX)/bin $(SHARED)/acht $(UNITS)
install $(PROGRAMS:%=$(BUILD)/bin/%) $(DESTDIR)$(PREFIX)/bin
cp -R $(wildcard $(SHARE)/*) $(SHARED)/acht
$(foreach l,$(LANGUAGES),install -D -m 644 $(BUILD)/share/locale/$(l)/LC_MESSAGES/acht.mo \
  $(SHARED)/locale/$(l)/LC_MESSAGES/acht.mo &&) :
$(foreach m,$(MANUALS),install -D -m 644 $(m) \
  $(SHARED)/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m)) &&) :
$(foreach u,$(notdir $(wildcard assets/systemd/*.*)),sed 's|/usr/bin/|$(PREFIX)/bin/|' assets/systemd/$(u) \
  >$(UNITS)/$(u) &&) :
endef
install: all
	$(install_files)

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%)
	rm -rf $(SHARED)/acht
	rm -f $(LANGUAGES:%=$(SHARED)/locale/%/LC_MESSAGES/acht.mo)
	rm -f $(foreach m,$(MANUALS),$(SHARED)/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m)))
	rm -f $(patsubst assets/systemd/%,$(UNITS)/%,$(wildcard assets/systemd/*.*))

# Two Debian packages, from what `make install` would install.
DEB_VERSION ?= $(VERSION)
DEBS := $(foreach p,acht acht-central,$(BUILD)/$(p)_$(DEB_VERSION)_$(shell dpkg --print-architecture 2>/dev/null).deb)
deb: PACKAGES := --check build deb
deb: $(DEBS)
$(DEBS): private DESTDIR := $(BUILD)/deb/tree
$(DEBS): private PREFIX := /usr
PACKED := $(SHARE)/.copied $(MANUALS) LICENSE assets/build/deb $(wildcard assets/systemd/* assets/deb/*/*)
$(DEBS) &: $(PROGRAMS:%=$(BUILD)/bin/%) $(PACKED) | all
	$(SAY) deb $(firstword $(DEBS))
	$(SAY) deb $(lastword $(DEBS))
	@rm -rf $(BUILD)/deb
	$(install_files)
	@assets/build/deb $(BUILD) $(DEB_VERSION) >/dev/null
$(if $(V),,.SILENT: $(DEBS))

# The texts of the code and of the screens, for translators.
POT_SOURCES := $(sort $(wildcard $(foreach r,ui screen kiosk main,src/$(r)/*.c src/$(r)/*.def)))
pot: $(BUILD)/acht.pot
$(BUILD)/acht.pot: $(POT_SOURCES) $(wildcard screens/*.json) $(BUILD)/bin/acht share
	$(Q)xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --keyword=P_:1,2 \
	  --package-name=acht --add-comments=TRANSLATORS: --sort-by-file -o $(BUILD)/code.pot $(POT_SOURCES)
	$(Q)$(BUILD)/bin/acht check --pot >$(BUILD)/screens.pot
	$(Q)msgcat --use-first -o $@ $(BUILD)/code.pot $(BUILD)/screens.pot

# ---- looking after ----

# NAME=value variables: BUILD, CI=1 (warnings are errors), SAN=1, V=1, DESTDIR, PREFIX.
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
## make             builds acht, acht-sync and acht-central
## make deps        installs what building and running needs (Debian); deps-test, deps-lint: what those need
## make run         opens a kiosk with demo data and a server of its own; data stays in build/run
## make test        runs all tests; SAN=1 under AddressSanitizer and UndefinedBehaviorSanitizer
## make unit        runs the unit tests
## make bench       measures against the floors of the same work
## make fuzz        FZ=NAME T=SECONDS: fuzzes tests/fuzz/NAME.c
## make lint        format, static analysis, sizes
## make golden-update   accepts the pictures that the screens have now, the README's included
## make pot         collects the texts to translate in build/acht.pot
## make install     PREFIX=/usr DESTDIR=; make uninstall takes it away again
## make deb         packs build/acht_VERSION_ARCH.deb and build/acht-central_VERSION_ARCH.deb
## make test-deb    as root: installs, upgrades and purges them in a bare Debian
## make clean       removes what was built, data of `make run` included

C_FILES = $(wildcard src/*/*.c tests/*/*.c)
TIDY_FLAGS = -std=c17 -D_GNU_SOURCE -DACHT_VERSION="$(VERSION)" -DACHT_TEST_HOOKS -Isrc -Itests
lint: PACKAGES := --check build test lint
lint: layers
	@assets/build/lint '$(TIDY_FLAGS)' $(C_FILES) $(wildcard src/*/*.h tests/*/*.h)

layers: all
	@assets/build/layers $(BUILD)

clean:
	rm -rf $(BUILD)

include tests/tests.mk
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all share packages deps deps-test deps-lint run install uninstall deb pot help lint layers clean
