# SPDX-License-Identifier: EUPL-1.2
# Enrolling at the shell: a code is not spent in vain, and nothing that waits is cut off.
bin=$ACHT_BUILD/bin
dir=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$dir"' EXIT
db=$dir/central.db data=$dir/kiosk
. tests/support/expect.sh

add() { # NAME: its code
    "$bin/acht-central" kiosk add "$1" --company demo --database "$db" | head -n 1
}

enrol() { # CODE
    "$bin/acht-sync" enrol --server "$url" --code "$1" --data "$data"
}

{
    "$bin/acht-central" import assets/demo/courses.csv --database "$db"
    "$bin/acht-central" people import assets/demo/people.csv --company demo --database "$db"
} >"$dir/import.log"
mkfifo "$dir/says"
"$bin/acht-central" serve --database "$db" --listen 127.0.0.1:0 >"$dir/says" 2>"$dir/serve.log" &
server=$!
read -r _ _ url <"$dir/says"

spare=$(add 'Hal 1')
mkdir -p "$data/enrolment.json.new"
expect 'a directory that takes no file' 75 'cannot write' enrol "$spare"
rmdir "$data/enrolment.json.new"
expect 'an address that is not ours' 78 'no acht server at this address (404)$' \
    "$bin/acht-sync" enrol --server "$url/elsewhere" --code "$spare" --data "$data"
expect 'the code is still good' 0 'This terminal is kiosk Hal 1 of company demo' enrol "$spare"
expect 'a sync' 0 ' ok sent=0 ' "$bin/acht-sync" --once --data "$data"
rm "$data/cache.db"
expect 'on a terminal it says how far it is' 0 'records fetched' \
    script -qec "$bin/acht-sync --once --data $data" /dev/null

printf '\n2\n1\nlassen\n1\n1\n1007\n\n1\n' | "$bin/acht" --plain --data "$data" >"$dir/plain.log"
expect 'a request waits' 0 '^waiting  *1$' "$bin/acht" status --data "$data"
expect 'another kiosk would cut it off' 78 '^acht-sync: 1 request waits .* Hal 2: enrol under its old name' \
    enrol "$(add 'Hal 2')"
expect 'it is who it was' 0 '^kiosk  *Hal 1$' "$bin/acht" status --data "$data"
rm "$data/enrolment.json"
expect 'nor when nobody knows who it was' 78 '^acht-sync: 1 request waits ' enrol "$(add 'Hal 3')"
expect 'the same kiosk goes on' 0 'is kiosk Hal 1 of' enrol "$(add 'Hal 1')"
expect 'the request arrives' 0 ' ok sent=1 accepted=1 ' "$bin/acht-sync" --once --data "$data"
expect 'now another one may stand here' 0 'is kiosk Hal 4 of' enrol "$(add 'Hal 4')"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
