# An account with as many live grants as it may have.
grants 99999 late 100  expires +60d
grant  first  100  expires +30d
expect account  posted 10000000
use    99
       first  -99  leaves 1  because expiry
expect first  available 1
expect all late available 100

# One more is too many, unless it is over already, or one has gone.
grant  extra  1
       refused ACCOUNT_FULL
       nothing
grant  past  1  effective 2023-01-01  expires 2023-02-01
       past  issue  +1
       past  expire -1
use    1
       first  -1  leaves 0
grant  extra  1  expires +10d

# A use that takes them all.
use    9999900  at +30d
expect account  posted 0
expect all late posted 0  drawn 100
