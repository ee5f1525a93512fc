#!/bin/sh
# Data files that older programs have written; see upgrade.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/upgrade.mjs"
