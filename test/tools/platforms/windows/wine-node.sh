#!/bin/sh
# Runs Node for Windows: sh wine-node.sh <program> [arguments]. Its output goes through a file: Wine gives Node no pipe that it can write to.
out=$(mktemp)
WINEDEBUG=-all WINEPREFIX=${WINEPREFIX:-/root/.wine} wine /opt/node/package/bin/node.exe "$@" > "$out" 2>&1
status=$?
cat "$out"
rm "$out"
exit $status
