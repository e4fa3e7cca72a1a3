# SPDX-License-Identifier: EUPL-1.2
# Careers at the shell, on the demo's files: all of them are loaded, a job is found by what people
# call it, and the ways are those that a trainer would draw from steps.csv.
bin=$ACHT_BUILD/bin
dir=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$dir"' EXIT
db=$dir/central.db data=$dir/kiosk files=assets/demo/careers
. tests/support/expect.sh

"$bin/acht-central" import assets/demo/courses.csv --database "$db" >"$dir/import.log"

# Everything in the files arrives: one record a row, and a skill for every other word for one.
rows() { echo $(($(wc -l <"$files/$1.csv") - 1)); }
skills=$(tail -n +2 "$files/needs.csv" | cut -d, -f2 | sort -u | wc -l)
load() { "$bin/acht-central" import --format careers "$files" --database "$db" "$@"; }
all="^occupations: $(rows occupations) new, 0 changed, 0 unchanged, 0 gone; \
skills: $skills new, 0 changed, 0 unchanged, 0 gone; needs: $(rows needs) new, .*\
steps: $(rows steps) new, .*course skills: $(rows course_skills) new, .*rows bad: 0\$"
expect 'a dry run counts' 0 "$all" load --dry-run
expect 'the demo' 0 "$all" load
expect 'again' 0 "^occupations: 0 new, 0 changed, $(rows occupations) unchanged, 0 gone; " load
expect 'no such format' 64 '^acht-central: --format is courses, careers or esco;' \
    "$bin/acht-central" import --format onet "$files" --database "$db"
expect 'no such directory' 66 'occupations.csv: No such file' \
    "$bin/acht-central" import --format esco "$dir" --database "$db"

mkfifo "$dir/says"
"$bin/acht-central" serve --database "$db" --listen 127.0.0.1:0 >"$dir/says" 2>"$dir/serve.log" &
server=$!
read -r _ _ url <"$dir/says"
code=$("$bin/acht-central" kiosk add Hal --company demo --database "$db" | head -n 1)
"$bin/acht-sync" enrol --server "$url" --code "$code" --data "$data" >"$dir/enrol.log"
career() { "$bin/acht" career --data "$data" "$@"; }
path() { "$bin/acht" path --data "$data" "$@"; }
expect 'a kiosk that fetched nothing' 66 "^acht: no occupation is called 'lasser'" \
    career lasser
"$bin/acht-sync" --once --data "$data" >"$dir/sync.log" 2>&1

# A job.
expect 'by its name' 0 '^Lasser MIG/MAG$' career lasser mig/mag
expect 'by its id' 0 '^Lasser MIG/MAG$' career las-mig-mag
expect 'by what people call it' 0 '^Lasser MIG/MAG$' career halfautomaat
expect 'in Dutch' 0 '^  een hoeklas leggen in staal: ik kan het, ook als het lastig is$' \
    career las-mig-mag
expect 'in English' 0 '^  make a fillet weld in steel: I can do it, also when it is hard$' \
    career --lang en las-mig-mag
expect 'good to have' 0 ' (good to have)$' career --lang en las-mig-mag
expect 'a step' 0 '^  up: All-round welder. About 24 months, 14 days of lessons in working time.$' \
    career --lang en las-mig-mag
expect 'nobody is called so' 66 "^acht: no occupation is called 'astronaut'" \
    career astronaut
expect 'several are' 64 "^acht: 'voorma' may be .*(con-voorman), .*(lei-voorman)" career voorma
expect 'no name' 64 'OCCUPATION' career
expect 'no such language' 64 'xx' career --lang xx lasser
expect 'no kiosk' 66 "$dir/none" "$bin/acht" career --data "$dir/none" lasser

# Its needs and steps are those of the files.
count() { grep -c "$1" "$files/$2.csv"; }
needs() { career --json "$1" | sed -n '/"needs"/,/"neighbours"/p' | grep -c '"essential"'; }
steps() { career --json "$1" | sed -n '/"neighbours"/,$p' | grep -c '"months"'; }
for job in las-mig-mag ver-draaier ond-monteur lei-teamleider vak-bakker; do
    expect "what $job takes" 0 "^$(count "^$job," needs)\$" needs "$job"
    expect "steps from $job" 0 "^$(count "^$job," steps)\$" steps "$job"
done

# The best ways, to be checked with a pencil and the months and days of steps.csv; from another
# trade the first step is to learn what a first rung takes, as nobody has drawn it.
way() { # FROM TO BY MONTHS DAYS-OFF STEPS
    path --json --from "$1" --to "$2" --by "$3" >"$dir/way.json"
    expect "$1 to $2 by $3" 0 "^$6\$" sh -c "sed -n '/^  \"steps\"/,/^  \]/s/^      \"id\": \"\(.*\)\",/\1/p' \
        '$dir/way.json' | paste -sd ' '"
    expect "its months and days" 0 "^$4 $5\$" sh -c "sed -n '/^  \"cost\"/,/^  }/s/^    \"[md].*: \([0-9]*\),/\1/p' \
        '$dir/way.json' | paste -sd ' '"
}
while read -r from to by months days steps; do
    way "$from" "$to" "$by" "$months" "$days" "$steps"
done <<'WAYS'
las-assistent las-coordinator months    69 67 las-tig las-allround las-inspecteur las-coordinator
las-assistent las-coordinator days-off  72 59 las-mig-mag las-allround las-coordinator
las-assistent las-coordinator workplace 72 59 las-mig-mag las-allround las-coordinator
vak-bakker    las-robot       months    36 25 las-slijper las-assistent las-mig-mag las-robot
vak-bakker    las-robot       days-off  37 24 las-slijper las-assistent las-mig-mag las-robot
vak-bakker    las-robot       workplace 37 24 las-slijper las-assistent las-mig-mag las-robot
kwa-productie las-robot       months    35 25 las-slijper las-assistent las-mig-mag las-robot
las-mig-mag   lei-lasinstructeur months 40 21 las-allround lei-praktijkopleider lei-lasinstructeur
ver-bediener  ver-programmeur months    54 79 ver-operator ver-frezer ver-printer ver-programmeur
log-magazijn  lei-teamleider  days-off  49 19 log-heftruck log-expeditie log-planner lei-teamleider
WAYS
coordinator() { path --from las-assistent --to las-coordinator --lang en "$@"; }
expect 'it explains itself' 0 '^No other way takes fewer months.$' coordinator
expect 'the same by days off' 0 '^No other way has fewer days of lessons in working time.$' \
    coordinator --by days-off
expect 'the steps are numbered' 0 '^  4  Welding coordinator' coordinator
expect 'what opens a step' 0 '^     Opened by: NIL 3 or mbo 3' coordinator
expect 'what has to be learnt, and the course' 0 '^      + read a simple drawing: Tekeninglezen basis$' \
    coordinator
expect 'all three stand beside each other' 0 '^  Least time off: About 72 months, 59 days' coordinator
expect 'people say it in words' 0 '^  4  Lasrobotoperator' path --from bakker --to lasrobotoperator
expect 'the same twice' 64 '^acht: --from and --to are the same occupation' \
    path --from bakker --to vak-bakker
expect 'no such order' 64 '^acht: --by is months, days-off or workplace;' \
    path --from bakker --to lasser --by price
expect 'from nobody' 66 "no occupation is called 'astronaut'" path --from astronaut --to las-tig
expect 'to several' 64 "may be .*(las-mig-mag)" path --from bakker --to lasser
expect 'no way back into a bakery' 66 'no way is known from las-tig to vak-bakker' \
    path --from las-tig --to bakker
expect 'without an end' 64 '\-\-to' path --from bakker
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
