# SPDX-License-Identifier: EUPL-1.2
# Where the programs print to may be full or closed: that is said, and hurts no file.
bin=$ACHT_BUILD/bin
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db=$dir/central.db
passed=0 failed=0

# full CODE COMMAND...: with no room for its output it ends with CODE and says so in one line.
full() {
    code=$1
    shift
    got=0
    said=$("$@" 2>&1 >/dev/full </dev/null) || got=$?
    if [ "$got" = "$code" ] && [ "$(printf '%s\n' "$said" | grep -c 'cannot .*writ')" = 1 ] &&
        [ "$(printf '%s\n' "$said" | wc -l)" = 1 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: ended with %s, and said: %s\n' "$*" "$got" "$said"
    fi
}

# closed COMMAND...: without any standard descriptor it ends well.
closed() {
    got=0
    "$@" <&- >&- 2>&- || got=$?
    if [ "$got" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: with nothing open it ended with %s\n' "$*" "$got"
    fi
}

"$bin/acht-central" import assets/demo/courses.csv --database "$db" >/dev/null
full 74 "$bin/acht" --version
full 74 "$bin/acht" --help
full 74 "$bin/acht" --plain --data "$dir/kiosk"
full 74 "$bin/acht" show home --data "$dir/kiosk"
full 74 "$bin/acht" status --json --data "$dir/kiosk"
full 74 "$bin/acht" check --pot
full 74 "$bin/acht-sync" enrol --help
full 74 "$bin/acht-central" openapi
full 74 "$bin/acht-central" request list --json --database "$db"
full 74 "$bin/acht-central" kiosk add 'Hal 3' --company demo --database "$db"

closed "$bin/acht" status --data "$dir/kiosk"
closed "$bin/acht" --plain --data "$dir/kiosk"
closed "$bin/acht-central" kiosk add 'Hal 4' --company demo --database "$db"
closed "$bin/acht-central" kiosk list --database "$db"
if "$bin/acht-central" kiosk list --database "$db" | grep -q 'Hal 4$' && [ ! -s "$db-writer" ]; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo 'printing went into a file'
fi

mkdir "$dir/directory.db"
expect() { # CODE PATTERN COMMAND...
    code=$1 pattern=$2
    shift 2
    got=0
    said=$("$@" 2>&1) || got=$?
    if [ "$got" = "$code" ] && printf '%s\n' "$said" | grep -q "$pattern"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: ended with %s, and said: %s\n' "$*" "$got" "$said"
    fi
}
expect 74 'directory.db (Is a directory)$' \
    "$bin/acht-central" kiosk list --database "$dir/directory.db"
expect 74 'small.db' sh -c 'ulimit -f 16; exec "$0" import assets/demo/courses.csv --database "$1"' \
    "$bin/acht-central" "$dir/small.db"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
