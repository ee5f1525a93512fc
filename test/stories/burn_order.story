# Rule 3: which grant burns first.
start 2025-01-01

# Of two grants with the same priority, the one that expires first.
grant  early   10.00  priority 1  expires 2025-01-15
grant  late    10.00  priority 1  expires 2025-02-01
use    12.00   at 2025-01-10
       early  -10.00   leaves 0    because expiry
       late    -2.00   leaves 8    because only

# A smaller priority comes before a sooner expiry.
customer priority
grant  second  100  priority 2  expires 2025-02-01
grant  first   100  priority 1  expires never
use    120
       first   -100  leaves 0   because priority
       second   -20  leaves 80  because only

# Priorities may be fractions and zero.
customer fractions
grant  half   10  priority 0.5
grant  less   10  priority 0.499999
grant  zero   10  priority 0
use    30
       zero   -10  because priority
       less   -10  because priority
       half   -10  because only

# What never expires burns last.
customer never
grant  forever  50
grant  january  30   expires 2036-01-01
grant  february 20   expires 2036-02-01
grant  march    100  expires 2036-03-01
use    70
       january   -30  because expiry
       february  -20  because expiry
       march     -20  leaves 80  because expiry
expect forever  available 50

# A distant expiry still comes before none at all.
customer century
grant  month    100  expires +30d
grant  century  100  expires +36500d
use    120
       month   -100  leaves 0
       century  -20  leaves 80

# Same priority, same expiry: the grant that became effective first.
customer effective
grant  younger  10  effective 2025-01-05  expires 2025-03-01
grant  older    10  effective 2025-01-02  expires 2025-03-01
use    15
       older    -10  because effective
       younger   -5  because only

# All the same: the grant that was issued first.
customer creation
grant  one  100
grant  two  100
use    200
       one  -100  leaves 0  because creation
       two  -100  leaves 0  because only
expect account  posted 0

# A use says why it drew from each, also when it did not reach the next: of a use of 1, the grant
# that would have come next decides the reason.
customer reasons
grant  near  10  priority 1  expires 2025-02-01
grant  far   10  priority 1  expires 2025-03-01
use    1
       near  -1  leaves 9  because expiry

# Three grants, partly used: the first two by priority and expiry, the third not touched.
customer three
grant  A   50  priority 1  expires 2025-01-20
grant  B   80  priority 1  expires 2025-01-30
grant  C  100  priority 2
use    90
       A  -50
       B  -40  leaves 40
expect C  available 100  drawn 0

customer again
grant  A2  10  priority 0  expires 2025-01-20
grant  B2  15  priority 0  expires 2025-01-25
grant  C2  20  priority 1
use    5
       A2  -5  leaves 5
use    10
       A2  -5  leaves 0
       B2  -5  leaves 10
expect C2  available 20

# And below zero.
start  *
grant  zero   10  priority 0
grant  minus  10  priority -1
use    15
       minus  -10  because priority
       zero    -5  because only
