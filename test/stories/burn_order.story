# Rule 3: of two grants with the same priority, the one that expires first burns first.
start  2025-01-01
grant  early   10.00  priority 1  expires 2025-01-15
grant  late    10.00  priority 1  expires 2025-02-01

use    12.00   at 2025-01-10
       early  -10.00   leaves 0    because expiry
       late    -2.00   leaves 8    because only

# Rule 4: a use that the grants cannot cover is refused whole; nothing moves.
use     8.01   at 2025-01-10
       refused BALANCE_EXCEEDED
       available 8
       nothing
expect account  posted 8  uncovered 0
