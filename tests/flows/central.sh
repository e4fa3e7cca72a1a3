# SPDX-License-Identifier: EUPL-1.2
# acht-central at the shell: what its commands say, and with what they end.
central="$ACHT_BUILD/bin/acht-central"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db="$dir/central.db"
. tests/support/expect.sh

demo=assets/demo/courses.csv
expect 'dry run without a database' 0 '^courses: [1-9][0-9]* new, 0 changed, 0 unchanged, 0 gone' \
    "$central" import $demo --dry-run --database "$db"
[ ! -e "$db" ] && passed=$((passed + 1)) || failed=$((failed + 1))
expect 'first import' 0 '^courses: [1-9][0-9]* new, .*; rows bad: 0$' \
    "$central" import $demo --database "$db"
expect 'second import' 0 '^courses: 0 new, 0 changed, [1-9][0-9]* unchanged, 0 gone; runs: 0 new, 0 changed' \
    "$central" import $demo --database "$db"
expect 'people' 0 '^people: 12 new, 0 changed, 0 unchanged, 0 gone; rows bad: 0$' \
    "$central" people import assets/demo/people.csv --company demo --database "$db"
expect 'a dry run of people' 0 '^people: 0 new, 0 changed, 12 unchanged' \
    "$central" people import assets/demo/people.csv --company demo --dry-run --database "$db"

printf 'key,title,provider,form\na,A,P,online\nb,B,P,nowhere\n' >"$dir/bad.csv"
expect 'a bad row' 65 'bad.csv:3: column form: ' "$central" import "$dir/bad.csv" --database "$db"
expect 'the good ones' 65 '^courses: 0 new, 0 changed, 1 unchanged, 0 gone' \
    "$central" import "$dir/bad.csv" --database "$db"
printf 'key,name\n' >"$dir/header.csv"
expect 'a bad header' 65 'header.csv:1: column .name. is not known$' \
    "$central" import "$dir/header.csv" --database "$db"
printf 'id,name\n1,Lassen\n' >"$dir/mapped.csv"
printf "key = id\ntitle = name\nprovider = 'P'\nform = 'online'\n" >"$dir/mapped.map"
expect 'a map' 0 '^courses: 1 new' \
    "$central" import "$dir/mapped.csv" --map "$dir/mapped.map" --database "$db"
head -n 1 $demo >"$dir/courses.csv"
head -n 1 assets/demo/people.csv >"$dir/people.csv"
expect 'no courses at all are no reason to forget them' 65 'courses.csv has no rows' \
    "$central" import "$dir/courses.csv" --database "$db"
expect 'nor no people' 65 'people.csv has no rows' \
    "$central" people import "$dir/people.csv" --company demo --database "$db"
expect 'all courses are still there' 0 '^courses: 0 new, 0 changed, [1-9][0-9]* unchanged, 0 gone' \
    "$central" import $demo --database "$db"

code=$("$central" kiosk add 'Hal 3' --company demo --database "$db" | head -n 1)
expect 'a code alone on the first line' 0 '^[0-9A-Z]\{6\}-[0-9A-Z]\{5\}-[0-9A-Z]\{5\}$' echo "$code"
expect 'kiosks' 0 'demo  *waiting  *never  *Hal 3$' "$central" kiosk list --database "$db"
expect 'revoking' 0 '' "$central" kiosk revoke 'Hal 3' --database "$db"
expect 'revoked' 0 'demo  *revoked  *never  *Hal 3$' "$central" kiosk list --database "$db"
expect 'no such kiosk' 66 'there is no kiosk Hal 4$' \
    "$central" kiosk revoke 'Hal 4' --database "$db"
expect 'no requests' 0 '^\[\]$' "$central" request list --json --database "$db"
expect 'no company is not every company' 64 "^acht-central: '' cannot name a company" \
    "$central" request list --json --company '' --database "$db"
expect 'nothing is held' 0 '^\[\]$' "$central" request list --held --json --database "$db"
expect 'no such state' 64 "'maybe' is no state of a request" \
    "$central" request list --state maybe --database "$db"
expect 'no such request' 66 'there is no request 7$' "$central" request show 7 --database "$db"
expect 'nobody to place' 66 'there is no request 7$' "$central" request place 7 --database "$db"
expect 'nothing to do' 0 '^requests looked at: 0$' "$central" jobs --database "$db"
expect 'no such time' 64 'needs a time like' "$central" jobs --now noon --database "$db"

expect 'no command' 64 '^acht-central: a command is needed; see acht-central --help$' "$central"
expect 'half a command' 64 'kiosk needs to know what to do' "$central" kiosk
expect 'no file' 64 'import needs FILE' "$central" import --database "$db"
expect 'no database' 64 'serve needs --database PATH' "$central" serve
expect 'an unknown option' 64 'serve has no option --port' "$central" serve --port 1
expect 'a file that is not there' 66 'nothing.csv' "$central" import nothing.csv --database "$db"
expect 'a database that is not there' 66 'there is no database' \
    "$central" kiosk list --database "$dir/none.db"
expect 'plain HTTP for everybody' 78 'plain HTTP is for loopback only' \
    "$central" serve --listen 0.0.0.0:0 --database "$db"
expect 'no address' 64 "'here' is not an address" "$central" serve --listen here --database "$db"
expect 'options after operands, and --' 66 'cannot open --x' \
    "$central" import --database "$db" --dry-run -- --x
expect 'version' 0 '^acht-central [0-9]' "$central" --version
expect 'help' 0 '^  acht-central import' "$central" import --help
expect 'help of a group' 0 '^  kiosk revoke' "$central" kiosk --help

# It serves until it is asked to stop.
mkfifo "$dir/said"
"$central" serve --listen 127.0.0.1:0 --database "$db" >"$dir/said" 2>"$dir/log" &
pid=$!
read -r line <"$dir/said"
expect 'serving' 0 '^listening on http://127.0.0.1:[1-9][0-9]*$' echo "$line"
expect 'an import beside it' 0 '^courses: 0 new' "$central" import $demo --database "$db"
kill -TERM $pid
code=0
wait $pid || code=$?
expect 'the end' 0 '^0$' echo "$code"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
