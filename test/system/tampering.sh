#!/bin/sh
# What `scrip verify` finds; see tampering.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/tampering.mjs"
