# Rule 7: on expiry a part of the rest moves into a new grant.  The new grant of "x" is called
# "x+" here.
start  2025-01-01
scale  2

# At most an amount.
grant  a  100  priority 1  expires +10d  rollover 30  2 +40d
use    20
at     +10d
       a   roll_over -30  at +10d  for +10d  leaves 50
       a   expire    -50  at +10d  leaves 0
       a+  issue     +30  at +10d  for +10d  leaves 30
expect a   status expired  rolled 30  expired 50  drawn 20
expect a+  status active  available 30  priority 2  expires +40d  effective +10d  name a
use    30
       a+  -30
at     +40d
       a+  expire 0

# No more than what is left: then nothing of it expires.
start  2025-01-01
grant  b  100  expires +10d  rollover 30  1 +900d
use    80
at     +10d
       b   roll_over -20
       b   expire      0
       b+  issue     +20
expect account  posted 20

# A share of the amount as it was issued, rounded down.
start  2025-01-01
grant  c  0.99  expires +10d  rollover 50% 1 +900d
use    0.10
at     +10d
       c   roll_over -0.49
       c   expire    -0.40
       c+  issue     +0.49

start  2025-01-01
grant  d  10  expires +10d  rollover 100% 1 +900d
at     +10d
       d   roll_over -10
       d   expire      0
       d+  issue     +10

# With nothing left, nothing rolls over; nor a share too small to be anything.
start  2025-01-01
grant  e  10  expires +10d  rollover 10 1 +900d
use    10
grant  f  0.01  expires +10d  rollover 50% 1 +900d
at     +10d
       e  expire 0
       f  expire -0.01

# A rollover that would be over when it begins is none.
start  2025-01-01
grant  g  10  expires +10d  rollover 10 1 +10d
at     +10d
       g  expire -10
# So it is when an edit moves the expiry past it.
start  2025-01-01
grant  h  10  expires +10d  rollover 10 1 +20d
edit   h  expires +30d
at     +30d
       h  expire -10

# What is held stays behind for its hold.  Released, it expires: it is too late to roll over.
start  2025-01-01
grant  i  10  expires +10d  rollover 10 1 +900d
hold   h1  4  expires +20d
at     +10d
       i   roll_over -6  leaves 0
       i   expire     0
       i+  issue     +6
expect i  posted 4  held 4
release h1
       i  release 4
       i  expire -4
expect i+  available 6

# A voided grant does not roll over, nor one that is ended by hand or was issued too late.
start  2025-01-01
grant  j  10  expires +10d  rollover 10 1 +900d
void   j
grant  k  10  expires +10d  rollover 10 1 +900d
at     +5d
edit   k  expires +4d
       k  edit    0
       k  expire  -10  for +4d
grant  l  10  effective +1d  expires +2d  rollover 10 1 +900d
       l  issue  +10
       l  expire -10
at     +10d
       nothing

# The new grant is an ordinary one.  It has no rollover of its own, and no uniqueness key: that
# stays with the old.
start  2025-01-01
grant  m  10  expires +10d  rollover 10 1 +20d  key once
at     +10d
       m   roll_over -10
       m   expire      0
       m+  issue     +10
grant  n  1  key once
       refused UNIQUENESS_KEY_TAKEN
void   m  releasing
grant  n  1  key once  expires +15d
at     +15d
       n  expire -1
at     +20d
       m+  expire -10

# The new grant may never expire.
start  2025-01-01
grant  m  10  expires +10d  rollover 4 1 never
at     +10d
       m   roll_over -4
       m   expire    -6
       m+  issue     +4
expect m+  expires never
