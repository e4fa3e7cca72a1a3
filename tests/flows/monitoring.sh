# SPDX-License-Identifier: EUPL-1.2
# The example alert rules are YAML of the shape that Prometheus reads; what they name is checked by
# unit/test_central_metrics.c.
. tests/support/expect.sh

read_rules() { # FILE
    perl -MCPAN::Meta::YAML -e '
        my $all = CPAN::Meta::YAML->read($ARGV[0]) or die "no YAML\n";
        my $n = 0;
        for my $rule (map { @{$_->{rules}} } @{$all->[0]{groups}}) {
            for my $needed ($rule->{alert}, $rule->{expr}, $rule->{labels}{severity},
                $rule->{annotations}{summary}, $rule->{annotations}{action}) {
                defined $needed && !ref $needed && length $needed or die "a rule is not whole\n";
            }
            $n++;
        }
        print "$n rules\n"' "$1"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed 's/expr: acht_night_run == 0/expr:/' assets/monitoring/acht.rules.yaml >"$work/empty.yaml"
expect 'the rules' 0 '^9 rules$' read_rules assets/monitoring/acht.rules.yaml
expect 'a rule without its expression' 255 'not whole' read_rules "$work/empty.yaml"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
