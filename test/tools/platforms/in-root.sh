#!/bin/sh
# Runs a program in another root folder, with this machine's processes, and those of its devices that every program may use:
#   unshare --mount sh in-root.sh <root> <folder there> [<source> <target there>]… -- <program> [arguments]
# In a mount namespace of its own, so that all mounts go with the last of its processes, however that ends.
set -eu
root=$1 folder=$2
shift 2
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
# Not this machine's folder: a program that is root there could remove its devices. What is mounted cannot be removed.
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount --rbind /dev/pts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "$root/dev/${stream#*:}"; done
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir -p "$root$2"; else : >> "$root$2"; fi
  mount --bind "$1" "$root$2"
  shift 2
done
shift
HOME=/root PATH=/usr/local/bin:/usr/bin:/usr/sbin
export HOME PATH
exec chroot "$root" /usr/bin/env -C "$folder" "$@"
