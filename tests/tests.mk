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
NEEDS_sync := -lcurl -lsqlite3 -ljansson -lsodium
NEEDS_central := -lmicrohttpd -lsqlite3 -ljansson -lsodium
NEEDS_kiosk := -lncursesw -ltinfo -lsqlite3 -ljansson -lsodium

UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
room_of = $(word 2,$(subst _, ,$(notdir $(1))))

$(BUILD)/obj/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_FLAGS) -Itests $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

define unit_rule
$(BUILD)/tests/$(1): $(BUILD)/obj/tests/unit/$(1).o $(foreach r,$(call room_of,$(1)) $(BELOW_$(call room_of,$(1))),$(call lib,$(r)))
	@mkdir -p $$(@D)
	$$(Q)$(CC) $(CFLAGS) $(HARDEN_LD) -o $$@ $$^ -lcmocka $(NEEDS_$(call room_of,$(1)))
endef
$(foreach u,$(notdir $(UNIT)),$(eval $(call unit_rule,$(u))))

unit: $(UNIT)
.PHONY: unit
