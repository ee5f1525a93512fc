# Rule 4: a deduction is covered, refused, or covered in part.
scale  2
grant  cash  100
use    20
       cash  -20  leaves 80  running 80
       covered 20
       uncovered 0
expect account  posted 80  uncovered 0

# Refused whole: nothing moves, and the reply says what there was.
use    80.01
       refused BALANCE_EXCEEDED
       blame amount
       available 80
       nothing
expect cash  posted 80  drawn 20

# In part: it takes what there is and says what is missing, in the book too.
use    80.01  partial
       cash     -80
       account  uncovered 0.01
       covered 80
       uncovered 0.01
expect account  posted 0  uncovered 0.01
use    5  partial
       account  uncovered 5  running 0
       uncovered 5
expect account  posted 0  uncovered 5.01

# A partial use that is covered leaves nothing uncovered.
grant  more  10
use    10  partial
       more  -10  leaves 0
       uncovered 0

# It may be the first thing that is known of an account.
customer stranger
use    3  partial  reason trial
       account  uncovered 3
history account
       uncovered  3

# A dry run tells the same and changes nothing.
customer dry
grant  glass  10
use    4  dry
       glass  -4  leaves 6  because only
       covered 4
expect glass  posted 10
use    11  dry
       refused BALANCE_EXCEEDED
       available 10
use    11  dry  partial
       glass    -10
       account  uncovered 1
expect account  posted 10  uncovered 0

# Three hundred uses of 1 against 100: exactly 100 are covered.
customer crowd
grant  hundred  100
times  100 use 1
times  200 use 1
       refused BALANCE_EXCEEDED
       available 0
expect account  posted 0

# With 30 available, a use of 50 is refused, and nothing is recorded.
customer thirty
grant  thirty  30
use    50
       refused BALANCE_EXCEEDED
       available 30
history account
       issue  +30
