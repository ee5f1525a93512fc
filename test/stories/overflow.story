# Rule 1: a sum that does not fit is a refusal, never a wrap.
scale  0
grant  most  9223372036854775807
grant  one   1
       refused OVERFLOW
       nothing
# What is promised counts, so that its day cannot bring too much.
grant  later  1  effective +1d
       refused OVERFLOW
use    10  as d
grant  later  10  effective +1d
expect account  posted 9223372036854775797  scheduled 10
grant  past  1  effective 2023-01-01  expires 2023-02-01
       refused OVERFLOW
reverse d
       refused OVERFLOW
void   later
reverse d
       most  reverse +10  leaves 9223372036854775807
grant  later2  1  effective +1d
       refused OVERFLOW

# A grant counts what was drawn from it: over and over, that can be too much.
use    9223372036854775807  as all
       refused OVERFLOW
expect most  drawn 10  reversed 10  posted 9223372036854775807
use    9223372036854775798
       refused OVERFLOW
use    9223372036854775797  dry
       most  -9223372036854775797  leaves 10
hold   h  100
capture h  9223372036854775807
       refused OVERFLOW
expect h  status open
# What fits is captured: it is not asked what else the grant has.
capture h  as c
       most  capture -100
       covered 100
reverse c
hold   i  9223372036854775697
capture i  9223372036854775698
       refused OVERFLOW
capture i
       most  capture -9223372036854775697
expect most  drawn 9223372036854775807  posted 110
hold   j  1
capture j
       refused OVERFLOW
release j
# With another grant behind it, and more asked than both have: want of credit comes first, since
# nothing of what it asks would be counted.
grant  second  50  priority 2
use    160
       refused OVERFLOW
use    161  partial
       refused OVERFLOW
use    161
       refused BALANCE_EXCEEDED
       available 160
hold   k  50
       most  hold 50
capture k  161
       refused BALANCE_EXCEEDED
       available 160
release k
# Of a hold of both, what the first has is captured without a word of the other.
grant  first  20  priority 0
hold   m  30
       first  hold 20
       most   hold 10
capture m
       refused OVERFLOW
capture m  20
       first  capture -20
       most   release  10
void   most
       most  void -110
use    50
       second  -50
expect account  posted 0

# So does an account, of what no grant has covered.
customer thin
use    9223372036854775807  partial
       account  uncovered 9223372036854775807
use    1  partial
       refused OVERFLOW
use    1
       refused BALANCE_EXCEEDED
       available 0
expect account  uncovered 9223372036854775807
grant  thin  10
hold   g  5
capture g  20  partial
       refused OVERFLOW
capture g  20
       refused BALANCE_EXCEEDED
       available 10
capture g  10  partial
       thin  capture -5
       thin  draw    -5

# And of what was lent.  What is held is captured all the same, by one who has debts, too.
customer lent
limit  9223372036854775807
use    9223372036854775806  as nearly
reverse nearly
use    1
       account  debt 1
grant  pays  6
       pays  issue +6
       pays  repay -1
hold   l  5
limit  10
use    1
       refused OVERFLOW
capture l  6
       refused OVERFLOW
capture l  6  partial
       refused OVERFLOW
expect l  status open
capture l
       pays  capture -5
expect account  posted 0  debt 0
