# Rule 2: which grants may cover a use.

# A grant is drawn from from effective_at on, not before.
grant  later  100  effective +10d
expect later  status scheduled  scheduled 100  available 0
expect account  posted 0  scheduled 100
at     +5d
expect account  posted 0
use    1
       refused BALANCE_EXCEEDED
       available 0
use    1  at +10d
       later  -1  leaves 99

# At the very instant of expires_at it is too late; a second before it is not.
customer edge
start 2024-01-01
grant  brief  100  expires +1d
use    1  at +86399s
       brief  -1  leaves 99
use    1  at +86400s
       refused BALANCE_EXCEEDED

# A grant for products covers uses of these products alone.
customer products
start 2024-01-01
grant  narrow  10  priority 1  products storage,search
grant  wide    10  priority 2
use    4  product search
       narrow  -4  leaves 6
use    4  product storage
       narrow  -4  leaves 2
use    4  product mail
       wide    -4  leaves 6
# A use that names no product is covered by grants for any product alone.
use    4
       wide    -4  leaves 2
use    4  product search
       narrow  -2  leaves 0  because priority
       wide    -2  leaves 0  because only
grant  more  5  products storage
use    1  product mail
       refused BALANCE_EXCEEDED
       available 0
use    1
       refused BALANCE_EXCEEDED

# What is held for another is not there.
customer held
grant  shared  10
hold   all-but-one  9
use    2
       refused BALANCE_EXCEEDED
       available 1
use    1
       shared  -1  leaves 0

# Accounts do not help one another.
customer alone
use    1
       refused BALANCE_EXCEEDED
