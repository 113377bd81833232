#!/bin/bash
# The first process of the emulated machine: runs the tests, and ends the machine. What its lines begin with tells the one who
# reads them outside what they are: "@probe", "@results", "@status"; all else is for people.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec < /dev/null > /dev/console 2>&1
mkdir -p /dev/shm /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
ln -s /proc/self/fd /dev/fd
ip link set lo up
export PATH=/usr/local/bin:/usr/bin:/usr/sbin HOME=/root NO_COLOR=1 CI=true
cd /repository
uname -srm
mapfile -d '' -t arguments < /arguments
if probe=$(node test/tools/platforms/probe.mjs); then
  echo "@probe $probe"
  # Not to the console itself, for which vitest would draw.
  node "${arguments[@]}" 2>&1 < /dev/null | cat
  status=${PIPESTATUS[0]}
  echo "@results $(gzip -c test/.cache/results/platform-arm64.json | base64 -w 0)"
  echo "@status $status"
fi
echo o > /proc/sysrq-trigger
while :; do sleep 1; done
