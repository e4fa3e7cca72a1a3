# SPDX-License-Identifier: EUPL-1.2
# Gives every page of a kiosk's file the checksum of what stands in it (store/pages.c), after the
# file was changed past the store. perl resum.pl FILE
use integer;
open(my $f, '+<', $ARGV[0]) or die "$ARGV[0]: $!\n";
binmode $f;
for (my $at = 0; read($f, my $page, 4096) == 4096; $at += 4096) {
    my $sum = 0x9E3779B97F4A7C15 + $at;
    for my $word (unpack('q<511', $page)) {
        $sum = ($sum ^ $word) * 0xFF51AFD7ED558CCD;
        $sum ^= $sum >> 32 & 0xFFFFFFFF;
    }
    seek($f, $at, 0);
    print $f substr($page, 0, 4088), pack('q<', $sum);
    seek($f, $at + 4096, 0);
}
