# Every refusal that is not told elsewhere.  A refusal writes nothing.
grant  a  10  key once
grant  a  10
       refused ID_TAKEN
       blame id
       nothing
grant  b  10  key once
       refused UNIQUENESS_KEY_TAKEN
       blame uniqueness_key
grant  c  0
       refused AMOUNT_NOT_POSITIVE
       blame amount
grant  c  -5
       refused AMOUNT_NOT_POSITIVE
grant  c  5  effective +2d  expires +2d
       refused EXPIRY_NOT_AFTER_EFFECTIVE
       blame expires_at
grant  c  5  effective +2d  expires +1d
       refused EXPIRY_NOT_AFTER_EFFECTIVE

customer leaver
grant  before  10
customer leaver archived
grant  after  10
       refused CUSTOMER_ARCHIVED
# What it has, it may use.
use    4
       before  -4  leaves 6
void   before

customer user
grant  u  10
use    0
       refused AMOUNT_NOT_POSITIVE
       blame amount
use    -1
       refused AMOUNT_NOT_POSITIVE
use    -1  partial
       refused AMOUNT_NOT_POSITIVE
use    11
       refused BALANCE_EXCEEDED
use    1  dated +1d
       refused AT_IN_FUTURE

hold   h  0
       refused AMOUNT_NOT_POSITIVE
hold   h  1  expires +0d
       refused EXPIRES_IN_PAST
       blame expires_in
hold   h  11
       refused BALANCE_EXCEEDED
capture h
       refused HOLD_UNKNOWN
release h
       refused HOLD_UNKNOWN
extend h  +2d
       refused HOLD_UNKNOWN
hold   h  2
capture h  0
       refused AMOUNT_NOT_POSITIVE
capture h  -1
       refused AMOUNT_NOT_POSITIVE
extend h  +0d
       refused EXPIRES_IN_PAST
expect h  status open  amount 2

reverse u
       refused DEDUCTION_UNKNOWN
use    1  as d
reverse d  0
       refused AMOUNT_NOT_POSITIVE
reverse d  -1
       refused AMOUNT_NOT_POSITIVE
reverse d  2
       refused REVERSAL_EXCEEDS
