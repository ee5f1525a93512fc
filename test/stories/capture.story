# Rule 5: a capture takes what was held in the hold's own draw order; the rest is released.
scale  2
grant  n  3  priority 1  expires +300d
grant  d  4  priority 1  expires +330d
grant  x  10  priority 2
grant  y  5   priority 2
hold   five  5
       n  hold 3
       d  hold 2
capture five  4
       n  capture -3  leaves 0  because held
       d  capture -1  because held
       d  release 1   leaves 3
       covered 4
expect n  posted 0  held 0  drawn 3
expect d  posted 3  held 0  drawn 1
expect x  posted 10
expect five  status captured  amount 5  captured 4

# A hold ends exactly once.
capture five
       refused HOLD_ENDED
release five
       refused HOLD_ENDED
extend five +9d
       refused HOLD_ENDED

# Without an amount: all of it.
hold   two  2
capture two
       d  capture -2  leaves 1
       covered 2
expect two  status captured

# A later grant that would burn sooner does not come into the way of what is held.
customer own
grant  old  10
hold   h1  4
grant  sooner  10  priority 0
capture h1
       old  capture -4

# The excess over what was held is a deduction by rule 4, at the same instant.
customer excess
grant  a  5  priority 1
grant  b  5  priority 2
hold   h2  4
       a  hold 4
capture h2  7
       a  capture -4  leaves 1
       a  draw    -1  leaves 0  because priority
       b  draw    -2  leaves 3  because only
       covered 7
expect a  drawn 5
expect h2  captured 4  status captured

# An excess that is refused refuses the whole: the hold stays as it was.
hold   h3  2
       b  hold 2
capture h3  4
       refused BALANCE_EXCEEDED
       blame amount
       available 3
expect h3  status open  captured 0
expect b   posted 3  held 2
# In part: what there is.
capture h3  4  partial
       b  capture -2
       b  draw    -1
       account  uncovered 1
       covered 3
       uncovered 1
expect account  posted 0  uncovered 1

# The excess is a use of the hold's product.
customer products
grant  narrow  5  products search
hold   h4  2  product search
grant  wide  5
capture h4  4
       narrow  capture -2
       narrow  draw    -2  because creation
