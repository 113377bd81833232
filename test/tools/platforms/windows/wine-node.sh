#!/bin/sh
# Runs Node for Windows: sh wine-node.sh <program> [arguments]. Its output goes through a file: Wine gives Node no pipe that it can write to.
# The first time, Wine makes its Windows: Node cannot start before that is done.
export WINEDEBUG=-all WINEPREFIX="${WINEPREFIX:-/root/.wine}" XDG_RUNTIME_DIR=/tmp
unset NODE_EXTRA_CA_CERTS # a path of this machine, of which Node for Windows would complain
out=$(mktemp)
if [ ! -e "$WINEPREFIX/ready" ]; then
  wineboot -i > /dev/null 2>&1
  wineserver -w
  touch "$WINEPREFIX/ready"
fi
wine /opt/node/package/bin/node.exe "$@" > "$out" 2>&1 &
program=$!
trap 'kill "$program"; exit 143' INT TERM
tail -n +1 -f --pid="$program" "$out"
wait "$program"
status=$?
rm "$out"
exit $status
