# SPDX-License-Identifier: EUPL-1.2
# What run.sh does within the bare Debian: installing, using, upgrading in the middle of a sync
# (U-11), going back, purging. There is no systemd here, so what it would do is done by hand.
#   inside.sh VERSION NEXT ROUNDS
version=$1 next=$2 rounds=$3
cd /try || exit 1
data=/var/lib/acht database=/var/lib/acht-central/central.db
server= sync=
trap 'kill $server $sync 2>/dev/null' EXIT
passed=0 failed=0

ok() { # whether WHAT
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
    else
        echo "not so: $2"
        failed=$((failed + 1))
    fi
}

expect() { # WHAT WANTED FOUND
    [ "$2" = "$3" ]
    ok $? "$1: wanted '$2', found '$3'"
}

install_version() { # HOW VERSION
    dpkg "$1" "acht_$2_"*.deb "acht-central_$2_"*.deb >>dpkg.log 2>&1
}

central() {
    runuser -u acht-central -- acht-central "$@" --database $database
}

kiosk() {
    runuser -u acht -- "$@"
}

waiting() {
    kiosk acht status | sed -n 's/^waiting  *//p'
}

courses() {
    kiosk acht status | sed -n 's/^catalogue  *\([0-9]*\) courses.*/\1/p'
}

# Not children of runuser, which would stand between the signal and the program.
as() { # USER
    echo "setpriv --reuid $1 --regid $1 --clear-groups"
}

serve() {
    $(as acht-central) acht-central serve --database $database --listen 127.0.0.1:0 --kiosk-rate 0 \
        >server.log 2>&1 &
    server=$!
    until grep -q listening server.log; do
        kill -0 $server || return 1
        sleep 0.1
    done
    url=$(sed -n 's/^listening on //p' server.log)
}

start_sync() {
    $(as acht) acht-sync run --interval 1 2>>sync.log &
    sync=$!
}

stop_sync() { # SIGNAL
    kill -"$1" $sync
    wait $sync 2>/dev/null
    code=$?
    sync=
}

# One request at the kiosk, each of another person.
asked=0
ask() {
    printf '\n2\n1\nlassen\n1\n1\n%s\n\n1\n' $((2001 + asked)) | kiosk acht --plain >plain.log
    asked=$((asked + 1))
}

# ---- installed ----

install_version --install "$version"
ok $? "it installs: $(tail -n 5 dpkg.log)"
expect 'the kiosk has a user without a shell' /usr/sbin/nologin "$(getent passwd acht | cut -d : -f 7)"
expect 'the server has no home' /nonexistent "$(getent passwd acht-central | cut -d : -f 6)"
expect 'the kiosk keeps its files for itself' 'acht acht 700' "$(stat -c '%U %G %a' $data)"
expect 'the server too' 'acht-central 700' "$(stat -c '%U %a' /var/lib/acht-central)"
expect 'the sync, the server and a timer of each come with the system' 4 \
    "$(find /etc/systemd/system -name 'acht*' -type l | wc -l)"
expect 'no terminal is taken' 0 "$(find /etc/systemd/system -name 'acht@*' | wc -l)"
[ -z "$(ldd /usr/bin/acht /usr/bin/acht-sync /usr/bin/acht-central | grep 'not found')" ]
ok $? 'all libraries are there'
expect 'its version' "acht ${version%+*}" "$(acht --version)"

# ---- used ----

central import /usr/share/acht/demo/courses.csv >import.log 2>&1
ok $? "the demo courses come in: $(tail -n 1 import.log)"
# So many that fetching them takes longer than changing a package.
seq 20000 | sed 's/.*/c&,Lassen deel &,School,classroom/; 1i key,title,provider,form' >courses.csv
seq 2001 2099 | sed 's/.*/&,Person &,Team,worker/; 1i badge,name,team,role' >people.csv
chmod 644 courses.csv people.csv
central import /try/courses.csv >>import.log 2>&1
ok $? "many courses come in: $(tail -n 1 import.log)"
central people import /try/people.csv --company demo >>import.log 2>&1
ok $? 'people come in'
serve
ok $? 'the server starts'
code=$(central kiosk add 'Hal 1' --company demo | head -n 1)
kiosk acht-sync enrol --server "$url" --code "$code" >enrol.log 2>&1
ok $? "it enrols: $(cat enrol.log)"
kiosk acht-sync --once 2>>sync.log
ok $? 'it syncs'
all=$(courses)
[ "$all" -gt 100 ]
ok $? "the catalogue is there: $all courses"

# ---- U-11: other versions come in the middle of a sync ----

echo '# ours' >>/etc/default/acht
here=$version killed=0 clean=0
for round in $(seq "$rounds"); do
    [ "$here" = "$version" ] && here=$next || here=$version
    ask
    ask
    rm -f $data/cache.db # a whole catalogue to fetch, while the package changes
    start_sync
    install_version --install "$here"
    ok $? "round $round, $here: $(tail -n 3 dpkg.log)"
    if [ $((round % 2)) = 0 ]; then
        stop_sync KILL
        killed=$((killed + 1))
    else
        stop_sync TERM
        clean=$((clean + (code == 0)))
    fi
done
expect 'told to end, the sync ended well' $((rounds - killed)) $clean
kiosk acht-sync --once 2>>sync.log
ok $? "it syncs after $rounds upgrades"
expect 'nothing waits any more' 0 "$(waiting)"
expect 'all is fetched' "$all" "$(courses)"
central request list >requests
expect 'nothing is lost and nothing doubled' "$asked $asked" \
    "$(sed 1d requests | wc -l) $(sed 1d requests | grep -o 'Person [0-9]*' | sort -u | wc -l)"
expect 'the file that was edited is kept' '# ours' "$(tail -n 1 /etc/default/acht)"
echo "$rounds changes of version in the middle of a sync, $killed of them killed; $asked requests"

# ---- half installed ----

ask
dpkg --unpack "acht_${next}_"*.deb >>dpkg.log 2>&1
ok $? 'it unpacks'
expect 'half installed, the kiosk goes on' 1 "$(waiting)"
kiosk acht-sync --once 2>>sync.log
ok $? 'and syncs'
dpkg --configure -a >>dpkg.log 2>&1
ok $? 'then it is whole'
expect 'and the request is there' 0 "$(waiting)"

# ---- back: an older program does not touch what a newer one has made ----

ask
raise_schema() { # BY
    perl -e 'open(F, "+<", $ARGV[0]) or die; seek(F, 60, 0); read(F, $b, 4);
        seek(F, 60, 0); print F pack("N", unpack("N", $b) + $ARGV[1]);' $data/journal.db "$1" &&
        perl /try/resum.pl $data/journal.db
}
raise_schema 1
kiosk acht status >status.log 2>&1
expect 'the kiosk opens, and leaves a newer journal alone' 0 $?
grep -q 'was made by another version of acht' status.log
ok $? "and says why: $(cat status.log)"
kiosk acht-sync --once 2>newer.log
expect 'so does the sync' 78 $?
raise_schema -1
expect 'it has changed nothing' 1 "$(waiting)"

# ---- gone ----

kill $server
wait $server 2>/dev/null
server=
dpkg --remove acht acht-central >>dpkg.log 2>&1
ok $? 'it can be removed'
[ -e $data/journal.db ] && [ -e $database ]
ok $? 'what people asked is kept then'
dpkg --purge acht acht-central >>dpkg.log 2>&1
ok $? "it can be purged: $(tail -n 3 dpkg.log)"
left=$(find / -xdev \( -path /proc -o -path /dev -o -path /try -o -path /tmp \) -prune -o -name '*acht*' -print)
expect 'no file is left' '' "$left"
left=$(getent passwd | grep acht; getent group | grep acht)
expect 'nor a user' '' "$left"
install_version --install "$next" && dpkg --purge acht acht-central >>dpkg.log 2>&1
ok $? 'and it can come back'
grep -i -E 'warning|error' dpkg.log | grep -v downgrading
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
