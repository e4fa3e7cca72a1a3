#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Measures against the floors of the same work and prints one table; `make bench` calls this.
# The data, 100,000 invented courses on a server and a kiosk, is made once a day and kept in
# $ACHT_BUILD/bench. ACHT_BENCH=night measures a fleet's night only, ACHT_BENCH=kiosk all but that.
set -eu
build=${ACHT_BUILD:-build}
dir=$build/bench
data=$dir/kiosk
database=$dir/central.db
share=$build/share/acht
programs=$build/tests/bench
courses=100000
seed=8

server=
stop() {
    trap - EXIT INT TERM HUP
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    wait
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

fail() {
    echo "bench: $1" >&2
    exit 1
}

# Starts the server on the first free port of a few.
serve() {
    for port in 8570 8571 8572 8573 8574; do
        : >"$dir/central.log"
        "$build/bin/acht-central" serve --database "$database" --listen "127.0.0.1:$port" \
            >"$dir/central.log" 2>&1 &
        server=$!
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            grep -q listening "$dir/central.log" && return 0
            kill -0 "$server" 2>/dev/null || break
            sleep 0.1
        done
        kill "$server" 2>/dev/null || :
    done
    fail "the server does not start; see $dir/central.log"
}

# What the data was made with and when: another generator or other tables make it anew, and so does
# another day, for a kiosk syncs every night.
fingerprint() {
    date +%F
    cat "$programs/courses" src/model/types.def src/store/schema.c src/store/index.c \
        src/central/schema_sqlite.c src/central/database_record.c | cksum
}

make_data() {
    rm -rf "$dir"
    mkdir -p "$data"
    echo "making $courses courses" >&2
    "$programs/courses" "$courses" "$seed" >"$dir/courses.csv"
    "$build/bin/acht-central" import "$dir/courses.csv" --database "$database" >"$dir/import.log"
    serve
    code=$("$build/bin/acht-central" kiosk add bench --company bench --database "$database" |
        head -n 1)
    "$build/bin/acht-sync" enrol --server "http://127.0.0.1:$port" --code "$code" --data "$data" \
        >/dev/null
    "$build/bin/acht-sync" --once --data "$data" >"$dir/sync.log" 2>&1
    kill "$server"
    wait "$server" || :
    server=
    fingerprint >"$dir/made"
}

# Each fleet's night has a database of its own, on the disk.
nights() {
    mkdir -p "$dir"
    for kiosks in 3000 14000; do
        rm -rf "$dir/night"
        "$programs/night" "$kiosks" sqlite "$dir/night"
        rm -rf "$dir/night"
        assets/build/with-postgres --durable "$programs/night" "$kiosks" postgres "$dir/night"
    done
    rm -rf "$dir/night"
}

if [ "${ACHT_BENCH-}" = night ]; then
    nights
    exit
fi

[ -e "$dir/made" ] && [ "$(cat "$dir/made")" = "$(fingerprint)" ] || make_data

printf '%-50s %9s %9s %-9s %7s  %-9s\n' "$courses courses; medians of pairs, side by side" \
    ours floor unit ratio target
"$programs/terminal" "$data"
"$programs/search" "$data" "$share" "$dir/fts.db"
"$programs/import" "$dir/courses.csv" "$dir"
rm -rf "$dir/files"
"$programs/files" "$database" "$share" "$dir/files"
rm -rf "$dir/files" "$dir/entries" "$dir/page"
mkdir "$dir/entries" "$dir/page"
"$programs/entries" "$build" "$dir/entries"
assets/build/with-postgres --durable "$programs/entries" "$build" "$dir/entries"
cp "$database" "$dir/page/central.db"
cp "$database.secrets" "$dir/page/central.db.secrets"
"$programs/page" "$build" "$dir/page/central.db" "$dir/page"
rm -rf "$dir/entries" "$dir/page"
echo "Floors: a minimal ncurses list, a bare FTS5 statement, fzf, sqlite3 .import, bare SQLite files, pgbench, nginx."
echo "Times of searching are of the processor; the others pass on the clock."
[ "${ACHT_BENCH-}" = kiosk ] || nights
