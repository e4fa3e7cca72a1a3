# SPDX-License-Identifier: EUPL-1.2
# The programs that are installed know nothing of the tests' hooks; the one for the tests does.
passed=0 failed=0
check() { # found|absent FILE
    found=absent
    if grep -q ACHT_TEST "$2"; then found=found; fi
    if [ "$found" = "$1" ]; then
        passed=$((passed + 1))
    else
        echo "$2: hooks are $found"
        failed=$((failed + 1))
    fi
}
for program in acht acht-sync acht-central; do
    check absent "$ACHT_BUILD/bin/$program"
done
check found "$ACHT_BUILD/bin-hooks/acht"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
