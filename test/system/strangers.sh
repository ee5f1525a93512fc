#!/bin/sh
# Every route without a key, with a wrong one, and with one of the other book; see strangers.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/strangers.mjs"
