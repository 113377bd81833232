#!/bin/sh
# Runs a program in another root folder, with this machine's processes and devices:
#   unshare --mount sh in-root.sh <root> <folder there> [<source> <target there>]… -- <program> [arguments]
# In a mount namespace of its own, so that all mounts go with the last of its processes, however that ends.
set -eu
root=$1 folder=$2
shift 2
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
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
