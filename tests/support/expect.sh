# SPDX-License-Identifier: EUPL-1.2
# For scripts that count what they expect; they end with "$passed passed, $failed failed".
passed=0 failed=0

# expect NAME CODE PATTERN COMMAND...: it ends with CODE, and a line that it says matches PATTERN.
expect() {
    name=$1 code=$2 pattern=$3
    shift 3
    got=0
    out=$("$@" 2>&1) || got=$?
    if [ "$got" = "$code" ] && printf '%s\n' "$out" | grep -q -e "$pattern"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: ended with %s, and said:\n%s\n' "$name" "$got" "$out"
    fi
}

# ok STATUS WHAT: STATUS, mostly $?, is 0.
ok() {
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
    else
        echo "not so: $2"
        failed=$((failed + 1))
    fi
}
