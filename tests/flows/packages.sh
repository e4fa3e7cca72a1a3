# SPDX-License-Identifier: EUPL-1.2
# The Debian packages: what is in them, and that it works from there. `make test-deb` installs them.
packages=$(find "$ACHT_BUILD" -maxdepth 1 -name 'acht*.deb' | grep -v next | sort)
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
. tests/support/expect.sh

for package in acht acht-central; do
    file=$(printf '%s\n' $packages | grep "/${package}_")
    mkdir "$work/$package"
    dpkg-deb -x "$file" "$work/$package" && dpkg-deb -e "$file" "$work/$package/DEBIAN"
    ok $? "$package can be unpacked"
    dpkg-deb -c "$file" >"$work/$package.list"

    # Nothing that its group or others may write, nothing that runs with other rights, all of root.
    ! grep -vE '^[-dl]rw[-x]r-[-x]r-[-x] root/root ' "$work/$package.list"
    ok $? "$package has modes as they should be"
    ! grep -vE ' \./((usr(/(bin|share)|/share/(acht|doc|locale|man))?|lib(/systemd)?|lib/systemd/system|etc|etc/default)/|etc/default/acht(-central)?|usr/(bin|share)/.*|lib/systemd/system/.*)?$' \
        "$work/$package.list"
    ok $? "$package writes nowhere else"

    control=$work/$package/DEBIAN/control
    for field in Package Version Architecture Maintainer Installed-Size Depends Description; do
        grep -q "^$field: ." "$control"
        ok $? "$package has $field"
    done
    ! grep @ "$control" | grep -v ^Maintainer
    ok $? "$package has all of its control filled in"
    grep -qE '^Depends: .*libc6 \(>= ' "$control"
    ok $? "$package says what its libraries are in"
    (cd "$work/$package" && md5sum --quiet -c DEBIAN/md5sums)
    ok $? "$package has its sums"
    for script in postinst prerm postrm; do
        sh -n "$work/$package/DEBIAN/$script"
        ok $? "$package has a $script"
    done
    if command -v lintian >/dev/null; then
        lintian --fail-on error "$file" >"$work/lintian" 2>&1
        ok $? "lintian: $(cat "$work/lintian")"
    fi
done

# What one installs is not in the other.
both=$(sed 's/.* \.//' "$work"/*.list | grep '[^/]$' | sort | uniq -d)
test -z "$both"
ok $? "no file is in both: $both"

# All that make install installs is in one of them.
(cd "$ACHT_BUILD/deb/tree" && find . -type f) | sed 's|^\./usr/lib/|./lib/|; s|\(/man/man./.*\)|\1.gz|' |
    sort >"$work/all"
sed 's/.* \././' "$work"/*.list | sort >"$work/packed"
comm -23 "$work/all" "$work/packed" >"$work/left"
test -s "$work/all" -a ! -s "$work/left"
ok $? "nothing is left out: $(cat "$work/left")"

# The units are those of the tree, and each of a unit's programs is in the package.
for unit in "$work"/*/lib/systemd/system/*.service; do
    cmp -s "$unit" "assets/systemd/${unit##*/}"
    ok $? "${unit##*/} is the one that is tested"
    program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
    test -x "${unit%/lib/systemd/*}$program"
    ok $? "${unit##*/} starts $program"
done

# The programs from there: enrolled, synced, searched.
kiosk=$work/acht/usr/bin central=$work/acht-central/usr/bin/acht-central
database=$work/central.db data=$work/data
{
    "$central" import "$work/acht-central/usr/share/acht/demo/courses.csv" --database "$database"
    "$central" people import "$work/acht-central/usr/share/acht/demo/people.csv" --company demo \
        --database "$database"
} >"$work/import.log"
ok $? 'the server imports'
mkfifo "$work/says"
"$central" serve --database "$database" --listen 127.0.0.1:0 >"$work/says" 2>"$work/serve.log" &
server=$!
read -r _ _ url <"$work/says"
code=$("$central" kiosk add 'Hal 1' --company demo --database "$database" | head -n 1)
"$kiosk/acht-sync" enrol --server "$url" --code "$code" --data "$data" | grep -q 'kiosk Hal 1'
ok $? 'a kiosk enrols'
"$kiosk/acht-sync" --once --data "$data" 2>>"$work/sync.log"
ok $? 'it syncs'
"$kiosk/acht" search lassen --data "$data" | grep -q -i lassen
ok $? 'it finds courses'
"$kiosk/acht" check | grep -q 'screens are right'
ok $? 'its screens are there'
printf '\n' | "$kiosk/acht" --plain --data "$data" | grep -q 'Wat wil je doen'
ok $? 'it speaks Dutch'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
