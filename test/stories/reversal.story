# Rule 9: a reversal gives back in the reverse of draw order; what has expired expires at once.
grant  A  10  expires +10d
grant  B  15  expires +15d
use    5  as first
use    10  as second
       A  -5  leaves 0
       B  -5  leaves 10
reverse second 7
       B  reverse +5  leaves 15  because reversed
       A  reverse +2  leaves 2
       covered 7
expect A  drawn 10  reversed 2
# No more than what is left of it.
reverse second 4
       refused REVERSAL_EXCEEDS
       blame amount
reverse second 3
       A  reverse +3  leaves 5
reverse second
       refused REVERSAL_EXCEEDS
# All that is left, unless an amount is given.
reverse first
       A  reverse +5  leaves 10
expect account  posted 25

# Bit by bit.
use    20  as third
       A  -10
       B  -10
reverse third 3
       B  reverse +3
reverse third 3
       B  reverse +3
reverse third
       B  reverse +4
       A  reverse +10
reverse third 1
       refused REVERSAL_EXCEEDS

# What comes back to a grant that has ended leaves it again at once.
use    20  as fourth
at     +11d
void   B
reverse fourth
       B  reverse +10
       B  void   -10
       A  reverse +10  at +11d
       A  expire -10  at +11d  for +11d
       covered 20
expect account  posted 0
expect A  expired 10  posted 0
expect B  voided 15

# A capture can be reversed like a deduction: first its excess, then what was held.
customer capture
start 2024-01-01
grant  C  10  priority 1
grant  D  10  priority 2
hold   h1  8
       C  hold 8
capture h1  15  as bill
       C  capture -8
       C  draw    -2
       D  draw    -5
reverse bill 6
       D  reverse +5
       C  reverse +1
reverse bill
       C  reverse +1
       C  reverse +8
expect C  posted 10
expect account  posted 20

# A use that covered nothing gives nothing back.
customer empty
use    5  partial  as air
reverse air
       refused REVERSAL_EXCEEDS
# What no grant covered is not given back either.
grant  E  3
use    5  partial  as some
reverse some 4
       refused REVERSAL_EXCEEDS
reverse some
       E  reverse +3

# What was never drawn from here is unknown.
reverse nothing
       refused DEDUCTION_UNKNOWN
