#!/bin/sh
# The command line's client and the examples against running servers; see client.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/client.mjs"
