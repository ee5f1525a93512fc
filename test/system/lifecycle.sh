#!/bin/sh
# How a server process starts, shares and ends; see lifecycle.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/lifecycle.mjs"
