# Rule 8: a void sets what is left to 0; what was drawn stays drawn.
grant  good  100
use    50
at     +1d
void   good
       good  void -50  at +1d  leaves 0
expect good  status voided  voided 50  drawn 50  posted 0
at     +2d
use    50  partial
       account  uncovered 50
       covered 0
       uncovered 50

# Again: nothing changes, and it succeeds.
void   good
       nothing
expect good  voided 50

# Before it is effective: the promise is gone, and its day brings nothing.
customer scheduled
grant  promise  10  effective +10d
expect account  scheduled 10
void   promise
       promise  void 0
expect promise  status voided  voided 10  scheduled 0
expect account  scheduled 0  posted 0
at     +10d
       nothing

# After it has expired: nothing is left, and it is hidden all the same.
customer late
start 2024-01-01
grant  gone  10  expires +1d
at     +2d
void   gone
       gone  void 0
expect gone  status voided  expired 10  voided 0

# What is held stays for its hold; released, it is voided at once.
customer held
start 2024-01-01
grant  kept  10
hold   h1  4
void   kept
       kept  void -6
expect kept  posted 4  held 4  voided 6
capture h1  3
       kept  capture -3
       kept  release 1
       kept  void   -1
expect kept  posted 0  drawn 3  voided 7

# Its uniqueness key is free again if the void says so.
customer key
start 2024-01-01
grant  k1  10  key once
grant  k2  10  key once
       refused UNIQUENESS_KEY_TAKEN
       blame uniqueness_key
void   k1
grant  k2  10  key once
       refused UNIQUENESS_KEY_TAKEN
grant  k3  10  key twice
void   k3  releasing
grant  k4  10  key twice

void   nobody
       refused GRANT_UNKNOWN
