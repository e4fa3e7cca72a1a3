# SPDX-License-Identifier: EUPL-1.2
# Records and rights at the shell: the audit trail, the dictionary, export, erasure, retention.
central="$ACHT_BUILD/bin/acht-central"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db="$dir/central.db"
. tests/support/expect.sh

who='Quirinius Zwartendijk'
printf 'badge,name,team,role\n7001,%s,lassen,worker\n7002,=Anna,lassen,supervisor\n' "$who" \
    >"$dir/people.csv"
people() { "$central" people import "$dir/people.csv" --company demo --database "$db"; }
expect 'people' 0 '^people: 2 new' people
"$central" kiosk add 'Hal 3' --company demo --database "$db" >"$dir/code"
"$central" kiosk revoke 'Hal 3' --database "$db"

# The trail.
expect 'the trail is whole' 0 '^$' "$central" audit verify --database "$db"
for event in imported kiosk_added kiosk_revoked; do
    expect "one line for $event" 0 "^1\$" sh -c \
        "'$central' audit export --company demo --database '$db' | grep -c '\"event\":\"$event\"'"
done
expect 'the head at the end' 0 '^{"head":"demo","seq":3,"hash":"[0-9a-f]\{64\}"}$' \
    "$central" audit export --database "$db"
expect 'nothing since' 0 '^1$' sh -c \
    "'$central' audit export --since 2199-01-01T00:00:00Z --database '$db' | wc -l | tr -d ' '"
expect 'a wrong time' 65 'is not a time' "$central" audit export --since noon --database "$db"
"$central" audit head --database "$db" >"$dir/heads"
expect 'heads' 0 '^demo 3 [0-9a-f]\{64\}$' cat "$dir/heads"
expect 'by its heads' 0 '^$' "$central" audit verify --head "$dir/heads" --database "$db"
expect 'by one hash' 0 '^$' \
    "$central" audit verify --head "$(cut -d ' ' -f 3 "$dir/heads")" --database "$db"
expect 'no head' 65 'is no head of an audit trail' \
    "$central" audit verify --head "$dir/people.csv" --database "$db"
sed 's/demo 3/demo 9/' "$dir/heads" >"$dir/cut"
expect 'a line that was cut off' 1 '^company demo, line 9: it was cut off' \
    "$central" audit verify --head "$dir/cut" --database "$db"

# The dictionary.
expect 'the dictionary' 0 '^person.name: name, to greet with$' "$central" dictionary
expect 'its JSON' 0 '"type":"request","field":"words",.*"rule":"request"' \
    "$central" dictionary --json

# Export.
handed="$dir/out"
expect 'export' 0 '^$' \
    "$central" export 7001 --company demo --to "$handed" --database "$db"
expect 'both files are private' 0 '^600 600$' \
    sh -c "stat -c %a '$handed/person.json' '$handed/person.csv' | paste -sd ' '"
expect 'the name' 0 "\"name\":\"$who\"" cat "$handed/person.json"
expect 'nobody else' 1 '^$' grep -r Anna "$handed"
expect 'not over another' 64 'is not empty' \
    "$central" export 7001 --company demo --to "$handed" --database "$db"
expect 'a stranger' 66 'nobody with this badge or id' \
    "$central" export 9999 --company demo --to "$dir/none" --database "$db"
expect 'without a company' 64 'company is missing' \
    "$central" export 7001 --to "$dir/none" --database "$db"
"$central" export 7002 --company demo --to "$dir/anna" --database "$db"
expect 'no formula' 0 ",\"name\",\"'=Anna\"" cat "$dir/anna/person.csv"
expect 'no wishes' 0 '^$' "$central" export --wished --database "$db"

# Erasure: nothing in any file, and neither roster nor backup brings it back.
rm -rf "$handed" "$dir/anna"
cp "$db" "$dir/backup" # nobody has it open
expect 'erase' 0 '^$' "$central" erase 7001 --company demo --database "$db"
mkdir "$dir/aside"
mv "$dir/people.csv" "$dir/backup" "$dir/aside"
expect 'no byte of the name' 1 '^$' grep -a -i -r "$who" "$dir" --exclude-dir=aside
cp "$dir/aside/people.csv" "$dir"
expect 'the roster does not bring it back' 0 '^people: 0 new, 0 changed, 1 unchanged' people
expect 'and says so' 0 '^left out, because they were erased: 1 ' people
rm "$dir/people.csv"
expect 'still no byte' 1 '^$' grep -a -i -r "$who" "$dir" --exclude-dir=aside
rm -f "$db" "$db-wal" "$db-shm"
cp "$dir/aside/backup" "$db"
expect 'a backup has it' 0 '^[1-9]' grep -a -c "$who" "$db"
expect 'a server erases first of all' 78 '^erased again, as the list says: 1$' \
    "$central" serve --listen 0.0.0.0:0 --database "$db" # no certificate: it goes no further
rm -f "$db" "$db-wal" "$db-shm"
cp "$dir/aside/backup" "$db"
expect 'erased again' 0 '^erased again, as the list says: 1$' \
    "$central" erase --reapply "$db.erased" --database "$db"
expect 'no byte after a backup' 1 '^$' grep -a -i -r "$who" "$dir" --exclude-dir=aside
expect 'once' 0 '^$' "$central" erase --reapply "$db.erased" --database "$db"
expect 'taken back' 0 '^$' "$central" erase 7001 --take-back --company demo --database "$db"
cp "$dir/aside/people.csv" "$dir"
expect 'taken on again' 0 '^people: 1 new' people
expect 'the trail after all this' 0 '^$' "$central" audit verify --database "$db"

# Retention.
expect 'jobs forget' 0 '^forgotten: ' "$central" jobs --now 2031-01-01T00:00:00Z --database "$db"

# Every event of the trail is written by somebody.
for event in $(sed -n 's/^    AUDIT(\([a-z_]*\),.*/\1/p' src/central/audit.h); do
    expect "somebody writes $event" 0 . sh -c "grep -l 'AUDIT_$event\\b' src/central/*.c |
        grep -v -e audit.c -e audit_check.c -e letter.c"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
