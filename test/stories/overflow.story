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
capture h
       refused OVERFLOW
expect h  status open
release h
void   most
expect account  posted 0

# So does an account, of what no grant has covered.
customer thin
use    9223372036854775807  partial
       account  uncovered 9223372036854775807
use    1  partial
       refused OVERFLOW
expect account  uncovered 9223372036854775807
grant  thin  10
hold   g  5
capture g  20  partial
       refused OVERFLOW
capture g  10  partial
       thin  capture -5
       thin  draw    -5
