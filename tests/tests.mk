# The tests' part of the Makefile.
# Unit tests: tests/unit/test_ROOM_THING.c links only the room named first and the rooms below it.
BELOW_base :=
BELOW_model := base
BELOW_proto := model base
BELOW_screen := model base
BELOW_search := model base
BELOW_ui := screen search model base
BELOW_store := search proto model base
BELOW_term := ui screen search model base
BELOW_sync := store search proto model base
BELOW_central := store search proto model base
BELOW_kiosk := term store ui search screen proto model base
# Foreign libraries a room's own test may link; the pure rooms have none.
NEEDS_base := -lsodium
NEEDS_model :=
NEEDS_search :=
NEEDS_ui :=
NEEDS_proto := -ljansson -lsodium
NEEDS_screen := -ljansson
NEEDS_store := -lsqlite3 -ljansson -lsodium
NEEDS_term := -lncursesw -ltinfo
NEEDS_sync := -lcurl -lsqlite3 -ljansson -lsodium -lyaml
NEEDS_central := -lmicrohttpd -lpq -lsqlite3 -ljansson -lsodium -lyaml
# Whose tests hold what travels to the contract.
HELPED_sync = $(CONTRACT)
HELPED_central = $(CONTRACT)
NEEDS_kiosk := -lncursesw -ltinfo -lsqlite3 -ljansson -lsodium

CONTRACT := $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(wildcard tests/support/contract*.c))

UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
room_of = $(word 2,$(subst _, ,$(notdir $(1))))

$(BUILD)/obj/tests/%.o: tests/%.c | packages
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)$(CC) $(BASE_FLAGS) -Itests $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

define unit_rule
$(BUILD)/tests/$(1): $(BUILD)/obj/tests/unit/$(1).o $(HELPED_$(call room_of,$(1))) \
  $(foreach r,$(call room_of,$(1)) $(BELOW_$(call room_of,$(1))),$(call lib,$(r)))
	@mkdir -p $$(@D)
	$$(Q)$(CC) $$(LINK_FLAGS) -o $$@ $$^ -lcmocka $(NEEDS_$(call room_of,$(1)))
endef
$(foreach u,$(notdir $(UNIT)),$(eval $(call unit_rule,$(u))))

# All other folders of tests/: each FOLDER/NAME.c is one program that may use every room and
# tests/support; each FOLDER/NAME.sh is run by sh.
SUITES := $(filter-out unit support fuzz bench deb,$(notdir $(patsubst %/,%,$(wildcard tests/*/))))
# tests/fleet/sim_*.c are the simulator, a library; the rest of that folder are its programs.
FLEET_PARTS := $(wildcard tests/fleet/sim_*.c)
WHOLE := $(patsubst tests/%.c,$(BUILD)/tests/%,$(filter-out $(FLEET_PARTS),$(wildcard $(SUITES:%=tests/%/*.c))))
SCRIPTS := $(wildcard $(SUITES:%=tests/%/*.sh))
BENCHES := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/bench/*.c))
# tests/fuzz/NAME.c has LLVMFuzzerTestOneInput; main, from tests/support, replays tests/fuzz/corpus/NAME.
FUZZ := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/*.c))
ALL_LIBS := $(foreach r,kiosk central sync term store ui search screen proto model base,$(call lib,$(r)))
SUPPORT := $(BUILD)/lib/libsupport.a
FOREIGN := -lcurl -lmicrohttpd -lpq -lncursesw -ltinfo -lsqlite3 -ljansson -lsodium

$(SUPPORT): $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(wildcard tests/support/*.c))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^

COMMA := ,
# A fleet's kiosks have the functions of the store that the engine calls from tests/fleet as well.
FLEET := $(BUILD)/lib/libsim.a
FLEET_WRAPS := $(addprefix -Wl$(COMMA)--wrap=, $(addprefix journal_,append pending settle begin commit \
  waiting forget stick stuck stuck_count mark mark_last marked renew) \
  $(addprefix cache_,cursor restart apply finish set_contact said set_said) \
  $(addprefix store_,fetched report))
$(FLEET): $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(FLEET_PARTS))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^
FLEET_PROGRAMS := $(filter $(BUILD)/tests/fleet/%,$(WHOLE)) $(BUILD)/tests/bench/night
$(FLEET_PROGRAMS): $(FLEET)
$(FLEET_PROGRAMS): LINK_FLAGS += $(FLEET_WRAPS)

$(WHOLE) $(BENCHES) $(FUZZ): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(SUPPORT) $(ALL_LIBS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(filter %.o,$^) $(filter $(FLEET),$^) \
	  $(filter-out %.o $(FLEET),$^) -lcmocka -lvterm -lyaml $(FOREIGN)

# It makes the catalogue that is downloaded.
$(BUILD)/tests/faults/first_download: | $(BUILD)/tests/bench/courses

# They make up the time, and their slow hashes are fast.
TENANTS := $(addprefix $(BUILD)/tests/test_central_,assign isolation pages)
$(TENANTS): $(BUILD)/obj/tests/support/made_up.o
$(TENANTS): LINK_FLAGS += $(addprefix -Wl$(COMMA)--wrap=, \
  clock_now slow_hash slow_hash_opens slow_hash_is_old)
$(BUILD)/tests/test_central_statements: LINK_FLAGS += $(addprefix -Wl$(COMMA)--wrap=, \
  PQsendQueryPrepared PQsendFlushRequest PQpipelineSync)
# It stands between the server and its database, and makes up the time.
$(BUILD)/tests/faults/forgotten_where: LINK_FLAGS += $(addprefix -Wl$(COMMA)--wrap=, \
  db_open db_stmt db_stmt_named clock_now slow_hash slow_hash_opens slow_hash_is_old)

# It says what the schema is.
$(BUILD)/tests/test_central_upgrade: LINK_FLAGS += \
  -Wl$(COMMA)--wrap=schema_postgres -Wl$(COMMA)--wrap=schema_postgres_count

# The kiosk once more with the tests' hooks (src/kiosk/hooks.h); never installed.
$(BUILD)/obj-hooks/%.o: src/%.c | packages
	@mkdir -p $(@D)
	$(SAY) cc $< with hooks
	$(Q)$(CC) $(BASE_FLAGS) -DACHT_TEST_HOOKS $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/bin-hooks/acht: $(patsubst src/%.c,$(BUILD)/obj-hooks/%.o,$(wildcard src/kiosk/*.c) src/main/acht.c) \
  $(BUILD)/obj/main/options.o $(MORE_acht) $(foreach r,$(filter-out kiosk,$(ROOMS_acht)),$(call lib,$(r)))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $^ $(LIBS_acht)

TEST_ENV := ACHT_BUILD=$(abspath $(BUILD)) LC_ALL=C.UTF-8 TZ=CET-1CEST,M3.5.0,M10.5.0/3 \
  UBSAN_OPTIONS=print_stacktrace=1
RUN_TESTS = env $(TEST_ENV) assets/build/run-tests $(BUILD)/logs

# What the server keeps is kept by either back end: tests of it are run on both, those of one named
# here only there. They find PostgreSQL in a cluster of their own, which is there for all of them.
SQLITE_ONLY := csv migrate
POSTGRES_ONLY := faults move schema scrub statements upgrade
central = $(foreach t,$(1),$(BUILD)/tests/test_central_$(t))
CENTRAL := $(filter $(BUILD)/tests/test_central_%,$(UNIT))
UNIT_RUNS := $(filter-out $(call central,$(POSTGRES_ONLY)),$(UNIT)) \
  $(addsuffix @postgres,$(filter-out $(call central,$(SQLITE_ONLY)),$(CENTRAL)))
WITH_POSTGRES := assets/build/with-postgres

test unit fuzz golden-update: PACKAGES := --check build test
test bench: PACKAGES := build test deb
test: all deb $(BUILD)/acht.pot $(BUILD)/bin-hooks/acht $(UNIT) $(WHOLE) $(FUZZ)
	@$(WITH_POSTGRES) $(RUN_TESTS) assets/build/layers $(UNIT_RUNS) $(WHOLE) $(SCRIPTS) $(FUZZ)

unit: $(UNIT)
	@$(WITH_POSTGRES) $(RUN_TESTS) $(UNIT_RUNS)

golden-update: all $(filter $(BUILD)/tests/golden/%,$(WHOLE))
	@env ACHT_GOLDEN_UPDATE=1 $(RUN_TESTS) $(filter $(BUILD)/tests/golden/%,$(WHOLE))

bench: all $(BENCHES)
	@env $(TEST_ENV) sh tests/bench/run.sh

# The packages in a Debian of their own, with a next version of the same.
NEXT := $(VERSION)+next
test-deb: PACKAGES := build deb test-deb
test-deb: deb
	@env -u MAKEFLAGS $(MAKE) --no-print-directory BUILD=$(BUILD) SAN=$(SAN) CI=$(CI) DEB_VERSION=$(NEXT) deb
	@sh tests/deb/run.sh $(BUILD) $(VERSION) $(NEXT)

# libFuzzer wants everything compiled by clang.
FZ ?= record
T ?= 60
FUZZ_FLAGS := -std=c17 -D_GNU_SOURCE -DACHT_VERSION='"$(VERSION)"' -Isrc -Itests -O1 -g \
  -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZED := $(patsubst %.c,$(BUILD)/obj-fuzz/%.o,$(wildcard $(LAYERS:%=src/%/*.c)))
$(BUILD)/obj-fuzz/%.o: %.c | packages
	@mkdir -p $(@D)
	$(SAY) cc $<
	$(Q)clang $(FUZZ_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/lib/libfuzzed.a: $(FUZZED)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^

fuzz: PACKAGES := --check build test lint
fuzz: $(BUILD)/obj-fuzz/tests/fuzz/$(FZ).o $(BUILD)/lib/libfuzzed.a
	@mkdir -p $(BUILD)/fuzz/$(FZ)
	$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer -Wl,--as-needed -o $(BUILD)/fuzz/$(FZ).bin $^ \
	  $(FOREIGN)
	$(BUILD)/fuzz/$(FZ).bin -max_total_time=$(T) -max_len=65536 -artifact_prefix=$(BUILD)/fuzz/ \
	  $(BUILD)/fuzz/$(FZ) tests/fuzz/corpus/$(FZ)

.PHONY: test test-deb unit golden-update bench fuzz
