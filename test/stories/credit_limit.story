# Rule 4: what no grant covers is lent, as far as the account may owe.

grant  cash  80
limit  50
       account  credit_limit 50
use    100
       cash     -80  leaves 0
       account  debt 20
       covered  80
       lent     20
expect account  posted 0  debt 20  limit 50
use    30
       account  debt 30  running 0
use    1
       refused BALANCE_EXCEEDED
       available 0

# Down to minus the limit, and not a unit further.
start  *
grant  cash  80
limit  50
use    131
       refused BALANCE_EXCEEDED
       available 130
use    130
       cash     -80
       account  debt 50
expect account  debt 50

# Nothing is lent while a grant has something; without a limit, nothing is lent at all.
start  *
grant  cash  80
limit  50
use    80
       cash     -80  because only
limit  0
use    1
       refused BALANCE_EXCEEDED
       available 0

# A grant that the use cannot draw from stays as it is.
start  *
grant  narrow  10  products search
limit  5
use    6  product mail
       refused BALANCE_EXCEEDED
       available 5
use    4  product mail
       account  debt 4
use    11  product search
       narrow  -10
       account  debt 1
expect account  posted 0  debt 5

# A dry run shows it, and lends nothing.
start  *
limit  5
use    3  dry
       account  debt 3
       lent     3
expect account  debt 0

# With `partial`: what grants have, then what may be owed, then uncovered.
start  *
grant  a  10
limit  5
use    20  partial
       a         -10
       account  debt       5
       account  uncovered  5
       covered    10
       lent       5
       uncovered  5
use    20  partial
       account  uncovered 20
expect account  uncovered 25  debt 5

# The limit that it is already changes nothing.
start  *
limit  5
limit  5
       nothing
limit  4
       account  credit_limit 4

# One that is lowered calls nothing in: it lends no more until enough is repaid.
start  *
limit  10
use    10
limit  4
expect account  debt 10  limit 4
use    1
       refused BALANCE_EXCEEDED
       available 0
grant  new  7
       new  issue +7
       new  repay -7  leaves 0
use    1
       account  debt 1
use    1
       refused BALANCE_EXCEEDED
       available 0
expect account  debt 4

# The next grant pays first, as far as it goes; then the one after it.
start  *
limit  50
use    50
grant  first  30
       first  issue +30
       first  repay -30  leaves 0
expect account  posted 0  debt 20
expect first    status active  repaid 30  drawn 0
grant  second  100
       second  issue +100
       second  repay  -20  leaves 80
expect account  posted 80  debt 0
grant  third  1
       third  issue +1

# One that is for a product, too: what is owed knows no product.
start  *
limit  50
use    50
grant  narrow  60  products search
       narrow  issue +60
       narrow  repay -50  leaves 10

# One that is scheduled pays when it becomes effective, at that instant.
start  *
limit  50
use    50
grant  later  60  effective +3d  expires +9d
       later  issue 0
expect account  debt 50
at     +5d
       later  activate +60  at +3d  for +3d
       later  repay    -50  at +3d  for +3d  leaves 10
expect account  posted 10  debt 0

# One that is dated back pays now; one that was issued expired pays nothing.
start  *
limit  50
use    50
grant  past  60  effective -9d  expires -3d
       past  issue  +60
       past  expire -60
grant  old   60  effective -9d
       old  issue  +60  for -9d
       old  repay  -50  for +0d

# One that was rolled over is a new grant.
start  *
grant  a  10  products search  expires +5d  rollover 100% 1 +9d
limit  5
use    5
       account  debt 5
at     +5d
       a   roll_over -10
       a   expire      0
       a+  issue     +10
       a+  repay      -5  leaves 5

# What is released or given back pays nothing: only a grant that becomes effective does.
start  *
grant  a  10
hold   h  10
limit  5
use    5
       account  debt 5
release h
       a  release 10
expect account  posted 10  debt 5

# A hold reserves what grants have, and lends nothing; the excess of a capture may.
start  *
grant  a  10
limit  5
hold   h  11
       refused BALANCE_EXCEEDED
       available 10
hold   h  10
capture h  16
       refused BALANCE_EXCEEDED
       available 15
capture h  14  as use
       a        capture -10
       account  debt 4
       covered  10
       lent     4
reverse use 5
       account  reverse_debt -4
       a        reverse +1

# A use that is dated back is lent now.
start  *
limit  5
use    5  dated -9d
       account  debt 5  at +0d  for -9d

# What was lent can be given back and lent again; when the account has counted all that it can, no
# more is lent.
start  *
scale  0
limit  9223372036854775807
use    9223372036854775807  as all
       account  debt 9223372036854775807
reverse all
       account  reverse_debt -9223372036854775807
use    1
       refused OVERFLOW
use    1  partial
       refused OVERFLOW
expect account  debt 0
start  *
scale  0
limit  9223372036854775807
use    9223372036854775807
grant  most  9223372036854775807
       most  issue +9223372036854775807
       most  repay -9223372036854775807
