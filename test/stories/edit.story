# Rule 8: an edit changes name, type and expiry.
start  2025-01-01
grant  good  10  expires 2025-02-01
edit   good  name better  type promotional
       good  edit 0
expect good  name better  type promotional  expires 2025-02-01  available 10
edit   good  expires 2025-03-01
expect good  name better  expires 2025-03-01
at     2025-02-15
expect good  status active
at     2025-03-01
       good  expire -10

# With nothing given nothing changes.
edit   good
       nothing

# The order in which grants burn follows.
start  2025-01-01
grant  a  10  expires 2025-02-01
grant  b  10  expires 2025-03-01
edit   a  expires 2025-04-01
use    1
       b  -1  because expiry

# An expiry that is now or past ends the grant now, and says when it should have ended.
start  2025-01-01
grant  c  10  expires 2025-03-01
grant  d  10
at     2025-01-10
edit   c  expires 2025-01-05
       c  edit    0  at 2025-01-10
       c  expire -10  at 2025-01-10  for 2025-01-05
edit   d  expires 2025-01-10
       d  edit    0
       d  expire -10
expect c  status expired  expires 2025-01-05  expired 10

# What has ended is not revived; it may be renamed.
edit   c  expires 2036-01-01
       refused GRANT_EXPIRED
edit   c  name late
       c  edit 0
expect c  name late  status expired  available 0
grant  e  10
void   e
edit   e  expires 2036-01-01
       refused GRANT_VOIDED
edit   e  name void
       e  edit 0
expect e  status voided

# It must not end before it begins.
grant  f  10  effective 2025-02-01
edit   f  expires 2025-02-01
       refused EXPIRY_NOT_AFTER_EFFECTIVE
       blame expires_at
edit   f  expires 2025-02-02
       f  edit 0
expect f  status scheduled  scheduled 10
at     2025-02-02
       f  activate +10  at 2025-02-01
       f  expire   -10  at 2025-02-02

# What is held outlives an expiry by hand.
grant  g  10
hold   h1  4  expires 2025-03-01
at     2025-02-04
edit   g  expires 2025-02-03
       g  edit    0
       g  expire -6  leaves 0
expect g  posted 4  held 4
release h1
       g  release 4
       g  expire -4

edit   nobody  name x
       refused GRANT_UNKNOWN

# An expiry can be taken away.
start  2025-01-01
grant  h  10  expires 2025-02-01
edit   h  expires never
       h  edit 0
at     2036-01-01
expect h  status active  expires never
