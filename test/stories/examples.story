# What the documentation of the ledger API that we speak shows, in the engine's words.

# A grant of 100, one deduction of 20: 80 are left, and the running balance says so.
start  2025-01-01
grant  paid  100
       paid  issue +100  running 100
use    20
       paid  -20  leaves 80  running 80

# 400 in the account, and a pending deduction of 290: 400 without it, 110 with it, and that is
# the running balance after it.
customer pending
grant  four  400
hold   wait  290
       four  hold 290  leaves 110  running 110
expect account  posted 400  available 110

# 100 for September, of which 63 are used.
customer september
start  2025-08-20
grant  sept  100  effective 2025-09-01  expires 2025-10-01
use    63  at 2025-09-20
at     2025-12-01
history sept
       issue     0     at 2025-08-20  for 2025-09-01
       activate  +100  at 2025-09-01  for 2025-09-01
       draw      -63   at 2025-09-20
       expire    -37   at 2025-10-01  for 2025-10-01  running 0
