# Rule 6: activation and expiry are entries, and carry their own instants.
start  2025-08-15
scale  2
grant  september  100  effective 2025-09-01  expires 2025-10-01
at     2025-09-10
       september  activate +100  at 2025-09-01  for 2025-09-01  leaves 100
use    63
at     2025-11-01
       september  expire -37  at 2025-10-01  for 2025-10-01  leaves 0
history september
       issue      0   at 2025-08-15  for 2025-09-01  running 0
       activate  +100  at 2025-09-01  running 100
       draw       -63  at 2025-09-10  running 37
       expire     -37  at 2025-10-01  running 0
expect september  status expired  expired 37  drawn 63  posted 0

# 100 until the tenth day; 30 are used on the fifth.
start  2025-01-01
grant  ten  100  expires +10d
at     +1d
expect account  posted 100
use    30  at +5d
expect account  posted 70
at     +10d
       ten  expire -70
expect account  posted 0
expect ten  expired 70  drawn 30

# The rest of one expires while the other goes on.
start  2025-01-01
grant  A  50  expires +10d
grant  B  50  expires +20d
use    30
       A  -30
at     +10d
       A  expire -20
expect account  posted 50

# Several that are due happen in order, each at its instant; ties in order of issue.
start  2025-01-01
grant  c  3  expires +3d
grant  a  1  expires +1d
grant  b  2  effective +2d  expires +3d
at     +9d
       a  expire -1  at +1d
       b  activate +2  at +2d
       c  expire -3  at +3d
       b  expire -2  at +3d

# A grant with nothing left reaches its end too, with an entry of 0: its state follows from its
# entries alone.
start  2025-01-01
grant  spent  5  expires +1d
use    5
at     +2d
       spent  expire 0  at +1d
expect spent  status expired  expired 0

# A grant that was over before it was issued: history that is moved in.  It expires at once, and
# says when that was.
start  2025-06-01
grant  old  100  effective 2025-01-01  expires 2025-02-01
       old  issue  +100  at 2025-06-01  for 2025-01-01
       old  expire -100  at 2025-06-01  for 2025-02-01
expect old  status expired  expired 100
grant  now  100  effective 2025-01-01  expires 2025-06-01
       now  issue  +100
       now  expire -100  for 2025-06-01
use    1  partial
       account  uncovered 1
