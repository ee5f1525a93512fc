# Worked cases that other ledgers publish, in their tests, documents and bug reports, with the
# results that they must have.  docs/cases.md says where each of the others is told.

# E2
grant  a  100  priority 1  expires +30d
use    50
expect account  available 50

# E3: not there yet.
start  *
grant  a  100  effective +10d
at     +5d
expect account  posted 0  available 0

# E5: a minute before it is voided, and a minute after.
start  *
grant  a  100
at     +3600s
use    50
       a  -50
at     +3660s
void   a
at     +3720s
use    50  partial
       account  uncovered 50
expect a  drawn 50  voided 50  available 0

# E6: the very instant of the expiry is too late.
start  *
grant  a  100  expires +1d
use    1  at +1d
       refused BALANCE_EXCEEDED
       available 0

# E8
start  *
grant  a  100
grant  b  100
use    200
expect a  available 0
expect b  available 0

# E9
start  *
grant  a  100  priority 1
grant  b  100  priority 2
use    120
       a  -100  leaves 0
       b   -20  leaves 80

# E10
start  *
grant  a  100  expires +30d
grant  b  100  expires +36500d
use    120
       a  -100  leaves 0
       b   -20  leaves 80

# K1
start  *
grant  A  50   priority 1  expires +10d
grant  B  80   priority 1  expires +20d
grant  C  100  priority 2
use    90
       A  -50
       B  -40
expect C  available 100

# K3
start  *
grant  a  100  expires +10d
at     +1d
expect account  available 100
use    30  at +5d
expect account  available 70
at     +10d
       a  expire -70
expect account  available 0

# K4
start  *
grant  A  50  expires +10d
grant  B  50  expires +20d
use    30
at     +10d
       A  expire -20
expect B  available 50

# K5
start  *
grant  A  10  expires +10d
grant  B  15  expires +15d
use    5
use    10  as second
expect A  available 0
expect B  available 10
reverse second 7
       B  reverse +5
       A  reverse +2

# K8
start  *
grant  A  10  priority 0  expires +10d
grant  B  15  priority 0  expires +15d
grant  C  20  priority 1
use    5
       A  -5
use    10
       A  -5
       B  -5

# L8
start  *
grant  a  30
use    50
       refused BALANCE_EXCEEDED
       available 30
       nothing
history account
       issue  +30

# F1
start  *
grant  a  50
grant  b  30   expires 2036-01-01
grant  c  20   expires 2036-02-01
grant  d  100  expires 2036-03-01
use    70
       b  -30
       c  -20
       d  -20

# H3
start  2024-10-01
grant  a  3   priority 1  expires 2024-11-01
grant  b  4   priority 1  expires 2024-12-01
grant  c  10  priority 2
grant  d  5   priority 2
hold   h  5
       a  hold 3
       b  hold 2
expect a  held 3
expect b  held 2
expect c  held 0
expect d  held 0
capture h  4
       a  capture -3
       b  capture -1
       b  release 1
expect account  held 0  available 18

# H7: what is released of a grant that has expired is gone.
start  *
grant  a  10  expires +1d
hold   h  10  expires +3d
at     +2d
release h
       a  release 10
       a  expire -10
expect account  posted 0  available 0
expect a  expired 10

# H9, one after the other.
start  *
grant  a  5000
times  5 hold h 1000
hold   h  1000
       refused BALANCE_EXCEEDED
       available 0

# H13
start  *
grant  a  100
use    70
hold   h  50
       refused BALANCE_EXCEEDED
       available 30
hold   h  20
capture h  5
       a  capture -5
       a  release 15
expect account  posted 25  held 0  available 25

# A grant is not counted twice where two periods meet, nor is there an instant with none.
start  2025-01-01
grant  january   100  effective 2025-01-01  expires 2025-02-01
grant  february  100  effective 2025-02-01  expires 2025-03-01
at     2025-01-31T23:59:59.999999Z
expect account  available 100
at     2025-02-01
expect account  available 100
use    1
       february  -1

# Time does its work while something is pending: what is not held expires, and at its instant.
start  *
grant  a  10  expires +1d
hold   h  4  expires +9d
at     +1d
       a  expire -6  at +1d
expect account  posted 4  held 4  available 0

# A hold whose time is over counts no more, and nothing can be captured of it.
start  *
grant  a  10
hold   h  4  expires +1d
at     +1d
       a  lapse 4
expect account  held 0  available 10
capture h
       refused HOLD_ENDED

# A hold that was refused is none.
hold   never  11
       refused BALANCE_EXCEEDED
       available 10
capture never
       refused HOLD_UNKNOWN
expect account  held 0  available 10
