# SPDX-License-Identifier: EUPL-1.2
# U-13: acht selfcheck on a machine where all is right, and on as many where one thing is not.
bin=$ACHT_BUILD/bin
resum=$PWD/tests/support/resum.pl
dir=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$dir"' EXIT
passed=0 failed=0
cd "$dir" || exit 1

# ---- a machine where all is right ----

mkdir -p good/usr good/data
chmod 700 good/data
etc=good/root/etc/systemd
mkdir -p "$etc/logind.conf.d" "$etc/system/multi-user.target.wants" "$etc/system/timers.target.wants" \
    "$etc/system/sysinit.target.wants" "$etc/system/getty.target.wants" good/root/proc/sys/kernel
printf '[Login]\n#NAutoVTs=6\nNAutoVTs=6\n' >$etc/logind.conf
printf '[Login]\nNAutoVTs=0\nReserveVT=0\n' >$etc/logind.conf.d/kiosk.conf
printf '[Manager]\nCtrlAltDelBurstAction=none\n' >$etc/system.conf
printf '[Journal]\nSystemMaxUse=200M\n' >$etc/journald.conf
echo 0 >good/root/proc/sys/kernel/sysrq
ln -s /dev/null $etc/system/ctrl-alt-del.target
ln -s /lib/systemd/system/acht@.service "$etc/system/multi-user.target.wants/acht@tty1.service"
ln -s /lib/systemd/system/acht-sync.service "$etc/system/multi-user.target.wants/acht-sync.service"
ln -s /lib/systemd/system/acht-sync.timer "$etc/system/timers.target.wants/acht-sync.timer"
ln -s /lib/systemd/system/systemd-timesyncd.service \
    "$etc/system/sysinit.target.wants/systemd-timesyncd.service"
mkdir good/usr/bin
cp "$bin/acht" good/usr/bin/
cp -R "$ACHT_BUILD/share" good/usr/

"$bin/acht-central" import good/usr/share/acht/demo/courses.csv --database central.db >import.log
mkfifo says
"$bin/acht-central" serve --database central.db --listen 127.0.0.1:0 >says 2>serve.log &
server=$!
read -r _ _ url <says
code=$("$bin/acht-central" kiosk add 'Hal 1' --company demo --database central.db | head -n 1)
"$bin/acht-sync" enrol --server "$url" --code "$code" --data good/data >enrol.log
"$bin/acht-sync" --once --data good/data 2>sync.log

selfcheck() {
    "$1/usr/bin/acht" selfcheck --root "$1/root" --data "$1/data" 2>&1
}

# expect NAME CODE PATTERN CODE_FOUND OUTPUT
expect() {
    if [ "$2" = "$4" ] && printf '%s\n' "$5" | grep -q -e "$3"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: ended with %s, and said:\n%s\n' "$1" "$4" "$5"
    fi
}

out=$(selfcheck good)
expect 'all is right' 0 '^27 of 27 settings are right$' $? "$out"

# ---- one thing at a time is not ----

broken=0
# broken PATTERN COMMAND...: the command, done in a copy, is what the pattern names, and nothing else
# is; a pattern that starts with "+" may have company.
broken() {
    pattern=$1 only=2
    shift
    case $pattern in +*) pattern=${pattern#+} only= ;; esac
    rm -rf bad
    cp -a good bad
    (cd bad && "$@") || return
    out=$(selfcheck bad)
    code=$?
    [ -z "$only" ] || [ "$(printf '%s\n' "$out" | wc -l)" = "$only" ] || code="$code, with company"
    expect "$*" 1 "$pattern" "$code" "$out"
    broken=$((broken + 1))
}

change() { # FILE SQL
    sqlite3 "data/$1" "$2" && perl "$resum" "data/$1"
}

drop() { # LINE FILE
    sed -i "/$1/d" "$2"
}

conf=root/etc/systemd wants=root/etc/systemd/system/multi-user.target.wants
broken '+directory is not there' rm -r data
broken 'others may read the kiosk' chmod 755 data
broken '+is not enrolled' rm data/enrolment.json
broken 'others may read enrolment' chmod 644 data/enrolment.json
broken '+enrolment.json cannot be read' truncate -s 40 data/enrolment.json
broken 'is not https' sed -i 's|"http://127.0.0.1|"http://10.0.0.1|' data/enrolment.json
broken 'certificate authorities' sed -i 's|"server_id"|"ca":"/nonexistent/ca.pem",&|' data/enrolment.json
broken '+journal.db cannot be opened' sh -c 'rm data/journal.db && mkdir data/journal.db'
broken '+journal.db cannot be opened' change journal.db 'PRAGMA user_version = 99'
broken '+journal.db cannot be opened' rm data/journal.db
broken '+there is no course yet' rm data/cache.db
broken 'older than 36 hours' change cache.db \
    "UPDATE meta SET number = 1700000000000 WHERE name = 'finished'"
broken 'screens are not right' sed -i 's/"@back"/"@home"/' usr/share/acht/screens/help.json
broken 'Dutch texts' rm usr/share/locale/nl/LC_MESSAGES/acht.mo
broken 'word lists' rm usr/share/acht/search/jargon.txt
broken 'other screens have a login' drop NAutoVTs=0 $conf/logind.conf.d/kiosk.conf
broken 'other screens have a login' sed -i 's/NAutoVTs=0/NAutoVTs=1/' $conf/logind.conf.d/kiosk.conf
broken 'screen 6' drop ReserveVT $conf/logind.conf.d/kiosk.conf
broken 'Ctrl-Alt-Del restarts' rm $conf/system/ctrl-alt-del.target
broken 'seven times' drop Burst $conf/system.conf
broken 'SysRq' sh -c 'echo 438 >root/proc/sys/kernel/sysrq'
broken 'log has no limit' rm $conf/journald.conf
broken 'terminal has a login' \
    ln -s /lib/systemd/system/getty@.service $conf/system/getty.target.wants/getty@tty1.service
broken 'does not open at boot' rm $wants/acht@tty1.service
broken 'does not start at boot' rm $wants/acht-sync.service
broken 'no sync at night' rm $conf/system/timers.target.wants/acht-sync.timer
broken 'keeps the clock right' rm $conf/system/sysinit.target.wants/systemd-timesyncd.service
if [ "$(id -u)" = 0 ]; then
    broken 'belongs to another user' chown 1 data/cache.db
fi
echo "$broken things broken, one at a time"
[ "$broken" -ge 26 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
