#!/bin/sh
# Lets the kernel start programs for arm64 by an emulator, for the processes of this user namespace alone:
#   unshare --user --map-root-user --mount sh register-arm64.sh <emulator> <program> [arguments]
set -eu
if ! mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc; then
  echo 'A user namespace has programs for other processors of its own since Linux 6.7; this one is older, or forbids it.' >&2
  exit 1
fi
# The header of an ELF file for arm64. F: the emulator is opened now, so that it is found in any root folder.
header='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
printf '%s' ":arm64:M::$header:$mask:$1:FP" > /proc/sys/fs/binfmt_misc/register
shift
exec "$@"
