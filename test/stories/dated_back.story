# Rule 10: a use may be dated back.  It is judged at its own instant and recorded now.
start  2025-01-01
grant  first  10  expires 2025-01-10
grant  second 10  effective 2025-01-05
at     2025-01-06

# Only the first was effective on the third.
use    12  dated 2025-01-03  partial
       first    -10  at 2025-01-06  for 2025-01-03  because only
       account  uncovered 2  at 2025-01-06  for 2025-01-03

# What the book has expired stays expired, also for uses from before.
customer expired
start  2025-01-01
grant  gone  10  expires 2025-01-10
grant  here  10
at     2025-01-11
use    1  dated 2025-01-09
       here  -1  leaves 9  because only

# A grant that was voided since is not drawn from either.
customer voided
grant  void  10
grant  kept  10
at     2025-01-12
void   void
use    1  dated 2025-01-11
       kept  -1

# The future is not yet there.
use    1  dated 2025-01-12T00:00:00.000001Z
       refused AT_IN_FUTURE
       blame at
use    1  dated 2025-01-12
       kept  -1

# A grant may be dated back, too: it takes up uses from before it was issued.
customer back
grant  older  10  effective 2024-12-01  expires 2025-06-01
       older  issue +10  at 2025-01-12  for 2024-12-01
use    1  dated 2024-12-02
       older  -1
use    1  dated 2024-11-30
       refused BALANCE_EXCEEDED
       available 0
