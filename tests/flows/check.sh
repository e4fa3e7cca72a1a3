# SPDX-License-Identifier: EUPL-1.2
# The screens that come with the program pass its own checker; a bad directory does not.
out=$("$ACHT_BUILD/bin/acht" check 2>&1)
code=$?
printf '%s\n' "$out"
passed=0 failed=0
if [ "$code" = 0 ]; then
    passed=${out%% *}
else
    failed=1
fi
if "$ACHT_BUILD/bin/acht" check --screens tests/fuzz/corpus/screens 2>&1; then
    failed=$((failed + 1))
else
    passed=$((passed + 1))
fi

# Screens that were edited wrongly since they were installed are not shown.
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
mkdir "$house/bin" "$house/share"
cp "$ACHT_BUILD/bin/acht" "$house/bin/"
cp -r "$ACHT_BUILD/share/." "$house/share/"
sed 's/"@back"/"@home"/' "$house/share/acht/screens/help.json" >"$house/help.json"
mv "$house/help.json" "$house/share/acht/screens/help.json"
"$house/bin/acht" kiosk --plain --data "$house/data" </dev/null >"$house/out" 2>&1
if [ $? = 78 ] && grep -q "help.json: .*acht check" "$house/out"; then
    passed=$((passed + 1))
else
    cat "$house/out"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
