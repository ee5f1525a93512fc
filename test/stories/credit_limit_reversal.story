# Rule 9: what was lent was taken last, so it is given back first: the debt falls.

grant  a  10
limit  20
use    25  as use
       a        -10
       account  debt 15
reverse use 5
       account  reverse_debt -5
       covered  5
       lent     5
reverse use
       account  reverse_debt -10
       a        reverse +10
expect account  posted 10  debt 0
expect a  drawn 10  reversed 10
reverse use
       refused REVERSAL_EXCEEDS

# What has been repaid since goes back to the grants that did, the last first.
start  *
limit  20
use    20  as use
grant  first   5
       first   issue +5
       first   repay -5
grant  second  10
       second  issue +10
       second  repay -10
reverse use 7
       account  reverse_debt  -5
       second   reverse_repay +2
expect second  repaid 8  available 2
reverse use
       second   reverse_repay +8
       first    reverse_repay +5
expect account  posted 15  debt 0
expect first  repaid 0  available 5  drawn 0  reversed 0

# A debt remembers no deduction: what is owed falls first, whoever made it.
start  *
limit  20
use    10  as first
grant  g  10
       g  issue +10
       g  repay -10
use    4  as second
       account  debt 4
reverse first
       account  reverse_debt  -4
       g        reverse_repay +6
reverse second
       g        reverse_repay +4
expect account  posted 10  debt 0

# What returns to a grant that has expired expires at once; to a voided one, it is voided at once.
start  *
limit  20
use    20  as use
grant  brief  5  expires +1d
       brief  issue +5
       brief  repay -5
grant  bad    5
       bad    issue +5
       bad    repay -5
void   bad
       bad  void 0
at     +2d
       brief  expire 0
reverse use
       account  reverse_debt  -10
       bad      reverse_repay +5
       bad      void          -5
       brief    reverse_repay +5
       brief    expire        -5
expect account  posted 0  debt 0

# One grant may get back a draw and a repayment of the same deduction.
start  *
limit  20
use    8
grant  g  10
       g  issue +10
       g  repay -8
use    6  as use
       g        -2
       account  debt 4
grant  h  4
       h  issue +4
       h  repay -4
reverse use
       h  reverse_repay +4
       g  reverse       +2
expect g  repaid 8  drawn 2  reversed 2
expect account  posted 6  debt 0

# What a reversal lowers of a debt needs no room in the account.
start  *
scale  0
limit  5
use    5  as use
grant  most  9223372036854775807  effective +1d
reverse use
       account  reverse_debt -5
