# SPDX-License-Identifier: EUPL-1.2
# What the programs are made of: hardened as the Makefile says, without the tests' hooks, and each
# without what it must not have: the kiosk no network and no other program, the sync no terminal.
# The one socket that the kiosk has is the local one to the service manager.
bin=$ACHT_BUILD/bin
. tests/support/expect.sh

has() { # PROGRAM PATTERN OUTPUT
    printf '%s\n' "$3" | grep -qE "$2"
    ok $? "$1 has $2"
}

has_no() {
    ! printf '%s\n' "$3" | grep -E "$2"
    ok $? "$1 has no $2"
}

for program in acht acht-sync acht-central; do
    dynamic=$(readelf -dW "$bin/$program")
    segments=$(readelf -lW "$bin/$program")
    symbols=$(nm -D --undefined-only "$bin/$program" | sed 's/@.*//')
    has "$program" 'FLAGS_1.*PIE' "$dynamic"
    has_no "$program" ' (system|popen|exec[a-z]*|posix_spawnp?|v?fork|dlopen)$' "$symbols"
    has_no "$program" ACHT_TEST "$(strings -a "$bin/$program")"
    case $symbols in *asan*) continue ;; esac # a sanitizer's build is hardened in its own way
    has "$program" 'FLAGS_1.*NOW' "$dynamic"
    has "$program" 'GNU_RELRO' "$segments"
    has "$program" 'GNU_STACK.* RW +0x' "$segments"
    has "$program" ' __stack_chk_fail$' "$symbols"
    has "$program" ' __(snprintf|memcpy|printf)_chk$' "$symbols"
    case $program in
    acht)
        has_no acht ' (connect|bind|listen|accept4?|getaddrinfo|recv(from|msg)?|pthread_create)$' "$symbols"
        has_no acht 'lib(curl|microhttpd|gnutls|ssl)' "$dynamic"
        ;;
    acht-sync) has_no acht-sync ' pthread_create$|lib(ncurses|microhttpd)' "$symbols$dynamic" ;;
    acht-central) has_no acht-central 'lib(ncurses|curl)' "$symbols$dynamic" ;;
    esac
done
rooms='base model proto screen search ui store term kiosk main/acht.o'
callers=$(for room in $rooms; do find "$ACHT_BUILD/obj/$room" -name '*.o' -exec nm -A -u {} +; done |
    grep -E ' U (socket|sendto)$' | sed 's/:.*//; s/.*obj.//' | sort -u)
test "$callers" = base/notify.o && grep -q 'socket(AF_UNIX, SOCK_DGRAM' src/base/notify.c
ok $? "only the word to the service manager uses a socket: $callers"
has 'the kiosk for tests' ACHT_TEST "$(strings -a "$ACHT_BUILD/bin-hooks/acht")"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
