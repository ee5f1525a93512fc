#!/bin/sh
# Where secrets must not be: logs, replies, ps, core files, others' reach; see secrets.mjs.
exec node --test --test-reporter=tap "$(dirname "$0")/secrets.mjs"
