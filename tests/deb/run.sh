#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Tries the packages in a bare Debian 12 of its own; `make test-deb` calls this, as root.
#   run.sh BUILD VERSION NEXT      both versions of both packages are in BUILD
# The bare system is made once by debootstrap, from the mirror of this machine's apt, and kept in
# $ACHT_DEBIAN (default /var/tmp/acht-debian); each run works on a copy that it removes.
set -eu
build=$1 version=$2 next=$3
[ "$(id -u)" = 0 ] || { echo 'test-deb: only root can make a system of its own' >&2 && exit 1; }
base=${ACHT_DEBIAN:-/var/tmp/acht-debian}
# Other dependencies make another bare system.
needs=$(for package in "$build/acht_${version}_"*.deb "$build/acht-central_${version}_"*.deb; do
    dpkg-deb -f "$package" Depends
done | sha256sum | cut -c 1-12)

make_base() {
    mirror=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)*\([^ ]*\) .*/\2/p' /etc/apt/sources.list \
        /etc/apt/sources.list.d/* 2>/dev/null | grep -v security | grep debian | head -n 1)
    mkdir -p "$base"
    debootstrap --variant=minbase --include=ca-certificates bookworm "$base/new" \
        "${mirror:-http://deb.debian.org/debian}" >"$base/log" 2>&1 || {
        tail -n 5 "$base/log" >&2
        exit 1
    }
    cp -a /etc/apt/apt.conf.d/. "$base/new/etc/apt/apt.conf.d/"
    # What the packages need is fetched here, so that a run needs no network.
    for package in "$build/acht_${version}_"*.deb "$build/acht-central_${version}_"*.deb; do
        cp "$package" "$base/new/tmp/"
    done
    chroot "$base/new" sh -c 'apt-get update -q=2 && DEBIAN_FRONTEND=noninteractive apt-get install \
        -q=2 -y --no-install-recommends /tmp/*.deb && dpkg --purge acht acht-central && rm /tmp/*.deb' \
        >>"$base/log" 2>&1
    mv "$base/new" "$base/bookworm-$needs"
}

command -v debootstrap >/dev/null || {
    echo 'test-deb: needs debootstrap' >&2
    exit 1
}
[ -d "$base/bookworm-$needs" ] || make_base
tree=$(mktemp -d "$base/run.XXXXXX")
clean_up() {
    umount -l "$tree/proc" "$tree/dev" 2>/dev/null || :
    rm -rf --one-file-system "$tree"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
cp -a "$base/bookworm-$needs/." "$tree/"
mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"
mount --make-rslave "$tree/dev"
mkdir "$tree/try"
cp "$build/acht_${version}_"*.deb "$build/acht-central_${version}_"*.deb \
    "$build/acht_${next}_"*.deb "$build/acht-central_${next}_"*.deb tests/deb/inside.sh \
    tests/support/resum.pl "$tree/try/"
chroot "$tree" /usr/bin/env -i HOME=/root TERM=xterm LC_ALL=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh /try/inside.sh "$version" "$next" "${ACHT_ROUNDS:-20}"
