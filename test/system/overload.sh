#!/bin/sh
# More than the ledger can take, and clients that vanish in the middle of it; see overload.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/overload.mjs"
