#!/bin/sh
# kill -9 under load; see kill.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/kill.mjs"
