# SPDX-License-Identifier: EUPL-1.2
# The screens that come with the program pass its own checker; a bad directory does not.
out=$("$ACHT_BUILD/bin/acht" check 2>&1)
code=$?
printf '%s\n' "$out"
passed=0 failed=0
if [ "$code" = 0 ]; then
    passed=${out%% *}
else
    failed=1
fi
if "$ACHT_BUILD/bin/acht" check --screens tests/fuzz/corpus/screens 2>&1; then
    failed=$((failed + 1))
else
    passed=$((passed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
