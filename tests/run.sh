#!/usr/bin/env bash
# Every test of a build: the test program of each layer, then the tests that drive the program from outside.
# usage: tests/run.sh BUILD_DIRECTORY        last line: N passed, N failed
set -uo pipefail
cd "$(dirname "$0")/.."
build=${1:?usage: tests/run.sh BUILD_DIRECTORY}
log=$(mktemp); trap 'rm -f "$log"' EXIT
# the Debian packages of cmake/packages-debian.txt belong to the Python of Debian
python=/usr/bin/python3; [ -x "$python" ] || python=python3
passed=0; failed=0

for program in "$build"/tests/test_*; do
  [ -x "$program" ] && [ -f "$program" ] || continue
  echo "== $(basename "$program")"
  "$program" --gtest_brief=1 >"$log" 2>&1; status=$?
  grep -vE '^\[ *(PASSED|=+) *\]|^Running main|^$' "$log" || true
  p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
  f=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
  passed=$((passed + ${p:-0})); failed=$((failed + ${f:-0}))
  if [ $status -ne 0 ] && [ -z "${f:-}" ]; then
    echo "$(basename "$program") ended with status $status before its summary"; tail -20 "$log"; failed=$((failed + 1))
  fi
done

for script in tests/program/*_test.py; do
  [ -e "$script" ] || continue
  echo "== $(basename "$script")"
  PAVISE="$PWD/$build/pavise" "$python" "$script" >"$log" 2>&1; status=$?
  ran=$(sed -n 's/^Ran \([0-9]*\) test.*/\1/p' "$log" | tail -1)
  bad=$(sed -n 's/^FAILED (//p' "$log" | tail -1 | grep -oE '(failures|errors)=[0-9]+' | cut -d= -f2 | awk "{s+=\$1} END{print s}")
  if [ $status -ne 0 ]; then
    cat "$log"
    bad=${bad:-1}
  else
    bad=0
  fi
  failed=$((failed + bad)); passed=$((passed + ${ran:-0} - (bad < ${ran:-0} ? bad : ${ran:-0})))
done

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
