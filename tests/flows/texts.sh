# SPDX-License-Identifier: EUPL-1.2
# Every text of the code and of the screens is translated into every language that is delivered.
passed=0 failed=0
for catalogue in assets/lang/*.po; do
    if msgcmp "$catalogue" "$ACHT_BUILD/acht.pot"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
