#!/bin/sh
# The same keys from many connections while the server comes and goes; see storm.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/storm.mjs"
