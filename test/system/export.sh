#!/bin/sh
# Whole books as lines of JSON, there and back; see export.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/export.mjs"
