#!/bin/sh
# Clients that mean ill, or know no better; see hostile.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/hostile.mjs"
