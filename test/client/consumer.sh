#!/bin/sh
# The library as its users get it: installed under a prefix below DESTDIR, found by pkg-config,
# built against in C and in C++, shared and static.
#
#   consumer.sh BUILD SOURCE
set -eu

build=$1
source=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

number=0
check() {
    name=$1
    shift
    number=$((number + 1))
    if "$@" >"$root/log" 2>&1; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' "$root/log"
    fi
}

DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >/dev/null
pc=$(find "$root" -name scrip.pc)
prefix=$root$(sed -n 's/^prefix=//p' "$pc")
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
flags() {
    pkg-config --define-variable=prefix="$prefix" "$@" scrip
}
libdir=$(flags --variable=libdir)
LD_LIBRARY_PATH=$libdir
export LD_LIBRARY_PATH

shown_are_ours() {
    nm -D --defined-only "$libdir/libscrip.so" | awk '
        $2 == "A" { next }
        $3 !~ /^scrip_[a-z_]+@@SCRIP_0\.1$/ { print "is shown: " $0; bad = 1 }
        { count++ }
        END { exit bad || count < 40 }'
}

globals_are_ours() {
    nm -g --defined-only "$libdir/libscrip.a" | awk '
        NF != 3 { next }
        $3 !~ /^scrip_[a-z_]+$/ { print "is global: " $0; bad = 1 }
        { count++ }
        END { exit bad || count < 40 }'
}

header_is_complete() {
    declared=$(grep -o '\bscrip_[a-z_]*(' "$source/lib/scrip.h" | grep -v scrip_hook |
        tr -d '(' | sort -u)
    shown=$(nm -D --defined-only "$libdir/libscrip.so" | sed -n 's/.* \(scrip_[a-z_]*\)@.*/\1/p' |
        sort -u)
    missing=$(printf '%s\n%s\n' "$declared" "$shown" | sort | uniq -u)
    # What the examples in the comments call is no declaration.
    missing=$(echo "$missing" | grep -v '^$' || true)
    echo "$missing"
    [ -z "$missing" ]
}

# The library is silent and never ends the program.
calls_nothing_loud() {
    ! nm -D -u "$libdir/libscrip.so" |
        grep -wE 'abort|exit|_exit|__assert_fail|printf|__printf_chk|fprintf|__fprintf_chk|puts|fputs|perror|syslog|signal|sigaction'
}

warnings='-Wall -Wextra -Wshadow -Wpedantic -Werror'
# shellcheck disable=SC2046,SC2086
build_c() {
    cc -std=c11 $warnings -o "$root/c" "$source/test/client/consumer.c" $(flags --cflags --libs) &&
        "$root/c"
}
# shellcheck disable=SC2046,SC2086
build_cpp() {
    g++ -x c++ -std=c++11 $warnings -o "$root/cpp" "$source/test/client/consumer.c" \
        -x none $(flags --cflags --libs) && "$root/cpp"
}
# shellcheck disable=SC2046,SC2086
build_static() {
    cc -std=c11 $warnings -o "$root/static" "$source/test/client/consumer.c" $(flags --cflags) \
        "$libdir/libscrip.a" $(pkg-config --libs libcurl) && "$root/static" &&
        ! ldd "$root/static" | grep libscrip
}

build_examples() {
    make -s -C "$source/examples/c" OUT="$root" CFLAGS="$warnings" \
        PKG_CONFIG_FLAGS="--define-variable=prefix=$prefix" &&
        ! "$root/kable_get_credit_balance" http://127.0.0.1:1 acme
}

check 'the shared library shows scrip_* only, versioned' shown_are_ours
check 'the static library has no other global name' globals_are_ours
check 'what the header declares is there, and the reverse' header_is_complete
check 'nothing prints or ends the program' calls_nothing_loud
check 'a program in C' build_c
check 'a program in C++' build_cpp
check 'the examples, by their own Makefile' build_examples
check 'a program with the static library, and names of its own like ours' build_static
echo "1..$number"
