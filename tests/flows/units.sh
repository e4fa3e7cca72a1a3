# SPDX-License-Identifier: EUPL-1.2
# The units of assets/systemd, as systemd itself reads them: no mistake in them (T-06), how much they
# give away (T-06), and when the night's sync comes (U-01, U-02).
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
. tests/support/expect.sh

# The units as they will be installed, but with the programs of this build.
mkdir "$work/units"
for unit in assets/systemd/*.service assets/systemd/*.timer; do
    name=${unit##*/}
    [ "$name" = acht@.service ] && name=acht@tty1.service
    sed "s|=/usr/bin/|=$ACHT_BUILD/bin/|" "$unit" >"$work/units/$name"
done
units=$(cd "$work/units" && ls)

# ---- T-06 ----

analyze() {
    systemd-analyze "$@" 2>&1
}

# systemd knows of no man page here, and of no unit that is not installed.
for unit in $units; do
    said=$(SYSTEMD_UNIT_PATH=$work/units: analyze verify --man=no "$work/units/$unit" |
        grep -F "$work/units") || :
    test -z "$said"
    ok $? "systemd finds nothing wrong with $unit: $said"
done

# The threshold is in tenths of systemd's own scale from 0 to 10.
exposed() { # UNIT TENTHS
    analyze security --offline=true --threshold="$2" "$1" >"$work/security"
}
for unit in acht@tty1:10 acht-sync:15 acht-sync-night:15 acht-central:15 acht-central-backup:15; do
    exposed "$work/units/${unit%:*}.service" "${unit#*:}"
    ok $? "${unit%:*} stays below ${unit#*:} tenths"
    tail -n 1 "$work/security"
done

# The check does notice: each of these without what it says.
for line in PrivateNetwork CapabilityBoundingSet RestrictAddressFamilies User SystemCallFilter; do
    sed "/^$line=/d" "$work/units/acht@tty1.service" >"$work/weaker.service"
    ! exposed "$work/weaker.service" 5
    ok $? "the kiosk without $line is worse"
done
echo 'Unknown=1' | sed 's/^/[Service]\n/' | cat "$work/units/acht-sync.service" - >"$work/wrong.service"
analyze verify --man=no "$work/wrong.service" | grep -q Unknown
ok $? 'a mistake in a unit is found'

has() { # UNIT LINE
    grep -qxF "$2" "assets/systemd/$1"
    ok $? "$1 says $2"
}
for unit in acht@.service acht-sync.service acht-central.service; do
    has "$unit" 'Type=notify'
    has "$unit" 'WatchdogSec=30'
    has "$unit" 'Restart=always'
    has "$unit" 'StartLimitIntervalSec=0' # U-08: no number of failures leaves a dead screen
    has "$unit" 'LimitCORE=0'
    has "$unit" 'NoExecPaths=/'
done
has acht@.service 'PrivateNetwork=yes'
has acht@.service 'RestrictAddressFamilies=AF_UNIX'
has acht@.service 'StandardInput=tty-fail'
for unit in acht-sync.service acht-sync-night.service acht-central.service acht-central-backup.service; do
    has "$unit" 'StandardInput=null'
    has "$unit" 'PrivateDevices=yes'
done
has acht-central.service 'ProtectHome=yes'

# What systemd hands to the server as credentials, the server finds by itself.
mkdir "$work/credentials"
cp tests/support/tls/good.pem "$work/credentials/acht-central.certificate"
cp tests/support/tls/test-only.key "$work/credentials/acht-central.key"
mkfifo "$work/says"
CREDENTIALS_DIRECTORY=$work/credentials "$ACHT_BUILD/bin/acht-central" serve --listen 127.0.0.1:0 \
    --database "$work/central.db" >"$work/says" 2>"$work/serve.log" &
server=$!
read -r _ _ url <"$work/says"
kill $server
case $url in https://*) true ;; *) false ;; esac
ok $? "with certificate and key as credentials it serves $url"

# A-16: every night a backup, which it can make under the database that the unit names.
has acht-central-backup.timer 'OnCalendar=*-*-* 00:10:00 UTC'
has acht-central-backup.timer 'Persistent=yes'
has acht-central-backup.service 'StateDirectory=acht-central acht-central/backups'
mkdir "$work/backups"
command=$(sed -n "s|^ExecStart=/usr/bin/||p" assets/systemd/acht-central-backup.service |
    sed "s|\${ACHT_DATABASE}|$work/central.db|; s|\${ACHT_KEEP}|3|; s|/var/lib/acht-central/backups|$work/backups|")
# shellcheck disable=SC2086
"$ACHT_BUILD/bin/"$command | grep -q 'can be brought back$'
ok $? "the backup that the unit makes: $command"

# ---- U-02: a night's sync on every night, in five zones, when the clocks change too ----

timer=assets/systemd/acht-sync.timer
calendar=$(sed -n 's/^OnCalendar=//p' $timer)
has acht-sync.timer 'Persistent=yes'

# The nights (24 h from local noon to noon) of the two days in this zone that have no run.
nights_without() { # ZONE CALENDAR DAY...
    zone=$1 when=$2
    shift 2
    for day in "$@"; do
        noon=$(TZ=$zone date -d "$day 12:00 yesterday" '+%Y-%m-%d %H:%M:%S')
        next=$(TZ=$zone analyze calendar --base-time="$noon" "$when" |
            sed -n 's/.*(in UTC): *[A-Za-z]* \(.*\) UTC$/\1/p; s/.*Next elapse: *[A-Za-z]* \(.*\) UTC$/\1/p' |
            tail -n 1)
        limit=$(TZ=$zone date -d "$day 12:00" +%s)
        [ -n "$next" ] && [ "$(date -u -d "$next" +%s)" -le "$limit" ] || echo "$zone $day"
    done
}

# In the last of them an hour after midnight is left out.
every_zone() { # CALENDAR
    nights_without Europe/Amsterdam "$1" 2027-03-28 2027-10-31
    nights_without Europe/London "$1" 2027-03-28 2027-10-31
    nights_without Australia/Sydney "$1" 2027-04-04 2027-10-03
    nights_without America/New_York "$1" 2027-03-14 2027-11-07
    nights_without Asia/Beirut "$1" 2027-03-28 2027-10-31
}
missed=$(every_zone "$calendar")
test -z "$missed"
ok $? "10 of 10 nights have a sync; not: $missed"
missed=$(every_zone '*-*-* 02:30:00' | head -n 1)
test "$missed" = 'Europe/Amsterdam 2027-03-28'
ok $? "at 02:30 local time a night has none: $missed"

# ---- U-01: what systemd itself spreads by is not used; unit/test_sync_schedule.c has the rest ----

has acht-sync.timer 'AccuracySec=1us'
! grep -q RandomizedDelay $timer
ok $? 'the spread is not by the machine id'
grep -q -- '--spread 14400$' assets/systemd/acht-sync-night.service
ok $? 'acht-sync spreads the night over four hours'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
