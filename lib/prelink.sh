#!/bin/sh
# Makes an archive with one object of all that another archive holds, hidden names made local.
#
#   prelink.sh PARTS.a OUT.a COMPILER...
set -eu

parts=$1
out=$2
shift 2
object=$out.o
trap 'rm -f "$object"' EXIT

"$@" -r -nostdlib -o "$object" -Wl,--whole-archive "$parts" -Wl,--no-whole-archive
objcopy --localize-hidden "$object"
rm -f "$out"
ar rcs "$out" "$object"
