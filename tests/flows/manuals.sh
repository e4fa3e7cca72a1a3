# SPDX-License-Identifier: EUPL-1.2
# The manual pages and the programs' --help name the same commands, options and values.
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# same WHAT FILE FILE: counts a test; shows what only one of the two has.
same() {
    if diff "$2" "$3" >"$work/diff"; then
        passed=$((passed + 1))
        return
    fi
    echo "$1: help (<) and manual (>) differ"
    grep '^[<>]' "$work/diff"
    failed=$((failed + 1))
}

# Without what stands in every help and once in every manual.
own_options() {
    grep -v -e '^--help$' -e '^--version$' | sort
}

commands_of_help() { # PROGRAM
    "$ACHT_BUILD/bin/$1" --help | awk '
        /^Commands:/ { on = 1; next }
        /^$/ { on = 0 }
        on { sub(/ [A-Z].*/, ""); sub(/   .*/, "", $0); gsub(/^ +| +$/, ""); print }' | sort
}

commands_of_manual() { # PROGRAM
    sed -n "s/^\.Ss $1 //p" "assets/man/$1.1" | sort
}

options_of_help() { # PROGRAM COMMAND
    # shellcheck disable=SC2086
    "$ACHT_BUILD/bin/$1" $2 --help | awk '
        /^  --/ { print $1 (substr($0, length($1) + 4, 1) == " " ? "" : " " $2) }' | own_options
}

options_of_manual() { # PROGRAM COMMAND
    awk -v want=".Ss $1 $2" '
        /^\.S[sh] / { here = $0 == want }
        here && /^\.It Fl -/ { print "-" $3 ($5 == "" ? "" : " " $5) }' "assets/man/$1.1" | sort
}

options_of_synopsis() { # PROGRAM COMMAND
    awk -v want="$2" '
        /^\.Sh / { on = $2 == "SYNOPSIS" }
        !on || !sub(/^\./, "") { next }
        $1 == "Nm" { here = 0 }
        sub(/^(Op )?Cm /, "") { here = $0 == want }
        here { for (i = 1; i < NF; i++) if ($i == "Fl" && $(i + 1) ~ /^-./)
            print "-" $(i + 1) ($(i + 2) == "Ar" ? " " $(i + 3) : "") }' "assets/man/$1.1" | sort
}

for program in acht acht-sync acht-central; do
    commands_of_help "$program" >"$work/help"
    commands_of_manual "$program" >"$work/manual"
    same "$program" "$work/help" "$work/manual"
    while read -r command; do
        options_of_help "$program" "$command" >"$work/options"
        options_of_manual "$program" "$command" >"$work/manual"
        same "$program $command" "$work/options" "$work/manual"
        options_of_synopsis "$program" "$command" >"$work/synopsis"
        same "$program $command, synopsis" "$work/options" "$work/synopsis"
    done <"$work/help"
done

if command -v groff >/dev/null; then
    for page in assets/man/*.[1-8]; do
        groff -mandoc -Tutf8 -ww -z "$page" >"$work/groff" 2>&1 || :
        same "$page" /dev/null "$work/groff"
    done
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
