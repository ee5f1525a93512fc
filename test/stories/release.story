# Rule 5: what is released is available again; a hold that nobody ends lapses.
grant  a  5  priority 1
grant  b  5  priority 2
hold   h1  7
       a  hold 5
       b  hold 2
release h1
       a  release 5  leaves 5
       b  release 2  leaves 5
       covered 0
expect account  posted 10  held 0
expect h1  status released  captured 0
release h1
       refused HOLD_ENDED
capture h1
       refused HOLD_ENDED

hold   h2  7  expires +2d
at     +3d
       a  lapse 5  at +2d  for +2d  leaves 5
       b  lapse 2  at +2d
expect h2  status lapsed
capture h2
       refused HOLD_ENDED

# It can be extended, from the instant on that is given.
hold   h3  1  expires +4d
extend h3  +6d
       account  extend 0
at     +5d
       nothing
expect h3  status open  expires +6d
at     +6d
       a  lapse 1  at +6d
hold   h4  1  expires +8d
extend h4  +7d
at     +7d
       a  lapse 1

# A grant that expires while it is held keeps the held part for its hold alone.
customer expires
start 2024-01-01
grant  c  10  expires +1d
hold   h5  4  expires +9d
at     +1d
       c  expire -6  leaves 0
expect c  status expired  posted 4  held 4  available 0
use    1
       refused BALANCE_EXCEEDED
       available 0
release h5
       c  release 4
       c  expire -4  at +1d  leaves 0
expect c  posted 0  expired 10
expect account  posted 0  held 0

# The same when it lapses, and for what a capture leaves.
customer leaves
start 2024-01-01
grant  d  10  expires +1d
hold   h6  2  expires +3d
hold   h7  3  expires +9d
at     +2d
       d  expire -5
capture h7  1
       d  capture -1
       d  release 2
       d  expire -2
at     +3d
       d  lapse 2
       d  expire -2  at +3d  for +3d
expect d  drawn 1  expired 9  posted 0

# Expiry and lapse at one instant: what lapses expires.
customer tie
start 2024-01-01
grant  e  10  expires +1d
hold   h8  4  expires +1d
at     +1d
       e  expire -6
       e  lapse 4
       e  expire -4
