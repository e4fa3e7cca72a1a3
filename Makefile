# acht: builds, tests and runs everything. `make help` lists the targets.
# SPDX-License-Identifier: EUPL-1.2
MAKEFLAGS += --no-builtin-rules
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

CC := gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wundef \
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wwrite-strings \
  -Wvla -Wimplicit-fallthrough -Wtrampolines -Wbidi-chars=any,ucn -Wduplicated-cond -Wlogical-op \
  -Wnull-dereference -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion \
  -Werror=format-security
# The OpenSSF compiler hardening guide, as far as GCC 12 has it.
HARDEN := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-clash-protection -fstack-protector-strong \
  -fcf-protection=full -ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks \
  -fno-strict-overflow -fno-strict-aliasing -fPIE
HARDEN_LD := -pie -Wl,-z,nodlopen,-z,noexecstack,-z,relro,-z,now,-z,separate-code -Wl,--as-needed
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifneq ($(SAN),)
CFLAGS := -O1 -g
HARDEN := $(SANFLAGS) -fPIE
HARDEN_LD := -pie $(SANFLAGS)
endif
ifneq ($(CI)$(DEVELOPER),)
WARN += -Werror
endif
BASE_FLAGS := -std=c17 -D_GNU_SOURCE -DACHT_VERSION='"$(VERSION)"' -Isrc $(WARN) $(HARDEN)

# The rooms, lowest first; each is one static library. A program links the rooms it has, highest first.
LAYERS := base model proto screen search ui store term sync central kiosk
ROOMS_acht := kiosk term store ui search screen proto model base
ROOMS_acht-sync := sync store search proto model base
ROOMS_acht-central := central store search proto model base
LIBS_acht := -lncursesw -ltinfo -lsqlite3 -ljansson -lsodium
LIBS_acht-sync := -lcurl -lsqlite3 -ljansson -lsodium
LIBS_acht-central := -lmicrohttpd -lsqlite3 -ljansson -lsodium
PROGRAMS := acht acht-sync acht-central

lib = $(BUILD)/lib/lib$(1).a
objects = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(wildcard src/$(1)/*.c))

all: $(PROGRAMS:%=$(BUILD)/bin/%) share

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_FLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

define layer_rule
$(call lib,$(1)): $(call objects,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

define program_rule
$(BUILD)/bin/$(1): $(BUILD)/obj/main/$(subst -,_,$(1)).o $(BUILD)/obj/main/options.o $(foreach r,$(ROOMS_$(1)),$(call lib,$(r)))
	@mkdir -p $$(@D)
	$$(Q)$(CC) $(CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $$@ $$^ $(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p))))

# ---- what the programs read at run time: BUILD/share/acht, found beside BUILD/bin ----

SHARE := $(BUILD)/share/acht
LANGUAGES := $(patsubst assets/lang/%.po,%,$(wildcard assets/lang/*.po))
share: $(LANGUAGES:%=$(BUILD)/share/locale/%/LC_MESSAGES/acht.mo) $(SHARE)/.copied

$(BUILD)/share/locale/%/LC_MESSAGES/acht.mo: assets/lang/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<

$(SHARE)/.copied: $(wildcard screens/*.json assets/search/* assets/demo/*)
	@rm -rf $(SHARE)
	@mkdir -p $(SHARE)
	$(Q)cp -r screens assets/search assets/demo $(SHARE)/
	@touch $@

clean:
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
include tests/tests.mk

Q := $(if $(V),,@)
.PHONY: all share clean
