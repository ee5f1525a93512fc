# Rule 5: a hold draws as a deduction does, but only reserves.
scale  2
grant  cash  400
hold   pending  290  expires +1d
       cash  hold +290  leaves 110  running 110  because only
expect account  posted 400  held 290  available 110
expect cash     posted 400  held 290  available 110
expect pending  status open  amount 290  captured 0

# In burn order.
customer order
grant  n  3  priority 1  expires +300d
grant  d  4  priority 1  expires +330d
grant  x  10  priority 2
hold   five  5
       n  hold 3  leaves 0  because expiry
       d  hold 2  leaves 2  because priority

# Against a balance of 1.00, ten holds of 0.10 succeed, and no more.
customer ten
grant  one  1.00
times  10 hold h 0.10
times  10 hold h 0.10
       refused BALANCE_EXCEEDED
       available 0
expect account  posted 1  held 1

customer six
grant  much  5000
times  5 hold h 1000
hold   h  1000
       refused BALANCE_EXCEEDED
       available 0

customer used
grant  hundred  100
use    70
hold   h  50
       refused BALANCE_EXCEEDED
       available 30
expect account  posted 30  held 0

# A partial hold takes what there is, if there is anything; nothing is recorded of the rest.
customer partial
grant  little  3
hold   some  5  partial
       little  hold 3
       covered 3
       uncovered 2
expect account  posted 3  held 3  uncovered 0
hold   none  5  partial
       refused BALANCE_EXCEEDED
       available 0

# A hold names a product as a use does.
customer products
grant  narrow  5  products search
grant  wide    5
hold   p  7  product search
       narrow  hold 5
       wide    hold 2
hold   q  4
       refused BALANCE_EXCEEDED
       available 3

# A dry run holds nothing.
customer dry
grant  glass  5
hold   d  4  dry
       glass  hold 4
expect account  held 0
