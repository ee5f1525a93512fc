#!/bin/sh
# Backup, restore, export and import, under load and under kill -9; see backup.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/backup.mjs"
