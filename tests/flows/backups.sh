# SPDX-License-Identifier: EUPL-1.2
# Backups at the shell: made while the server runs, kept, looked at, brought back; nobody who was
# erased meanwhile comes back with one (I-20); a full disk leaves no half of one.
central="$ACHT_BUILD/bin/acht-central"
dir=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; umount "$dir/small" 2>/dev/null; rm -rf "$dir"' EXIT
db="$dir/central.db" new="$dir/new/central.db"
. tests/support/expect.sh

who='Quirinius Zwartendijk'
printf 'badge,name,team,role\n7001,%s,lassen,worker\n7002,Anna,lassen,worker\n' "$who" >"$dir/people.csv"
"$central" people import "$dir/people.csv" --company demo --database "$db" >"$dir/log"
"$central" import assets/demo/courses.csv --database "$db" >>"$dir/log"
mkfifo "$dir/says"
"$central" serve --database "$db" --listen 127.0.0.1:0 >"$dir/says" 2>"$dir/serve.log" &
server=$!
read -r _ <"$dir/says"

# Made, looked at, never replaced.
expect 'a backup' 0 'a.backup: of 20..-..-..T..:..:..Z, [1-9][0-9]* rows, can be brought back' \
    "$central" backup --database "$db" --to "$dir/a.backup"
expect 'it is private' 0 '^600$' stat -c %a "$dir/a.backup"
expect 'it stands alone' 0 '^1$' sh -c "ls -d '$dir'/a.backup* | wc -l | tr -d ' '"
expect 'it can be verified' 0 'can be brought back' "$central" backup --verify "$dir/a.backup"
expect 'not twice' 78 'already: it is not replaced' \
    "$central" backup --database "$db" --to "$dir/a.backup"
expect 'where to' 64 '--to are needed' "$central" backup --database "$db"
expect 'no database' 66 'there is no database' \
    "$central" backup --database "$dir/none.db" --to "$dir/n.backup"
expect 'no backup' 66 'there is no file' "$central" backup --verify "$dir/n.backup"
expect 'another file' 65 'is no whole backup' "$central" backup --verify "$dir/people.csv"
: >"$dir/empty"
expect 'an empty file' 65 'is no whole backup' "$central" backup --verify "$dir/empty"

# Kept in a directory: the newest, and what is no backup stays.
mkdir "$dir/kept"
for day in 01 02 03 04; do
    : >"$dir/kept/acht-central-201901${day}T000000Z.backup"
done
: >"$dir/kept/notes"
expect 'by the time' 0 'kept/acht-central-20[0-9]*T[0-9]*Z.backup: of' \
    "$central" backup --database "$db" --to "$dir/kept" --keep 3
expect 'the newest stay' 0 '^acht-central-20190103T000000Z.backup acht-central-20190104T000000Z.backup acht-central-2[0-9T]*Z.backup notes$' \
    sh -c "ls '$dir/kept' | paste -sd ' '"
expect 'only there' 64 'in a directory' \
    "$central" backup --database "$db" --to "$dir/b.backup" --keep 3

# A damaged one, and a disk that is full.
{ head -c 20000 "$dir/a.backup" && printf x && tail -c +20002 "$dir/a.backup"; } >"$dir/spoiled"
expect 'a byte' 65 'is damaged: take another one' "$central" backup --verify "$dir/spoiled"
mkdir "$dir/small"
if mount -t tmpfs -o size=600k tmpfs "$dir/small" 2>/dev/null; then
    expect 'a full disk' 74 'no space left' \
        "$central" backup --database "$db" --to "$dir/small/a.backup"
    expect 'nothing is left of it' 0 '^0$' sh -c "ls '$dir/small' | wc -l | tr -d ' '"
else
    echo 'without root there is no full disk'
fi

# Brought back on another machine. Who was erased after the backup is erased in it, before anybody is
# answered.
expect 'erased' 0 '^$' "$central" erase 7001 --company demo --database "$db"
mkdir "$dir/new"
cp "$db.secrets" "$new.secrets"
expect 'without the list' 66 'would come back: bring that list' \
    "$central" restore --from "$dir/a.backup" --database "$new"
cp "$db.erased" "$new.erased"
expect 'brought back' 0 '^erased again, as the list says: 1$' \
    "$central" restore --from "$dir/a.backup" --database "$new"
expect 'the backup has the name' 0 '^[1-9]' grep -a -c "$who" "$dir/a.backup"
expect 'no byte of it is brought back' 1 '^$' grep -a -i -r "$who" "$dir/new"
expect 'nothing else is there' 0 '^central.db central.db.erased central.db.secrets$' \
    sh -c "ls '$dir/new' | paste -sd ' '"
expect 'not over another' 78 'already: stop its server' \
    "$central" restore --from "$dir/a.backup" --database "$new"
expect 'its trail' 0 '^$' "$central" audit verify --database "$new"
expect 'a server has nobody left to erase' 0 '^0$' \
    sh -c "'$central' serve --listen 0.0.0.0:0 --database '$new' 2>&1 | grep -c 'erased again' || :"
expect 'a backup of it' 0 'can be brought back' \
    "$central" backup --database "$new" --to "$dir/c.backup"
expect 'has no byte of it either' 1 '^0$' grep -a -i -c "$who" "$dir/c.backup"

# The list of the erased elsewhere: where neither the database nor the secrets have a place.
mkdir "$dir/other" "$dir/credentials"
cp "$db.secrets" "$dir/other/central.db.secrets"
cp "$db.secrets" "$dir/credentials/acht-central.secrets"
expect 'the list elsewhere' 0 '^erased again, as the list says: 1$' "$central" restore \
    --from "$dir/a.backup" --database "$dir/other/central.db" --erased "$db.erased"
cp "$db.erased" "$dir/elsewhere"
expect 'erased into it' 0 '^$' "$central" erase 7002 --company demo --database "$dir/other/central.db" \
    --erased "$dir/elsewhere"
expect 'it has both' 0 '^2$' sh -c "wc -l <'$dir/elsewhere' | tr -d ' '"
expect 'the other has one' 0 '^1$' sh -c "wc -l <'$db.erased' | tr -d ' '"
expect 'no place for it' 64 '[-]-erased is missing' env CREDENTIALS_DIRECTORY="$dir/credentials" \
    "$central" serve --database "postgresql:///none?host=$dir"
expect 'a place for it' 75 "$dir" env CREDENTIALS_DIRECTORY="$dir/credentials" \
    "$central" serve --database "postgresql:///none?host=$dir" --erased "$dir/elsewhere"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
