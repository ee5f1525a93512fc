#!/bin/sh
# A test program under valgrind: no bad access, nothing lost.
#
#   memcheck.sh PROGRAM
exec valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible \
    --errors-for-leak-kinds=definite,possible --track-fds=no "$@"
