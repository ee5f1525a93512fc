-- The rival: grants that burn down in PostgreSQL, as somebody who knows it well would write it.
-- What Scrip does besides is left out: ids of requests, receipts, hash chains, histories to look up.

CREATE TABLE accounts (
    customer bigint PRIMARY KEY
);
CREATE TABLE grants (
    id bigint PRIMARY KEY,
    customer bigint NOT NULL REFERENCES accounts,
    priority integer NOT NULL,
    expires_at timestamptz NOT NULL DEFAULT 'infinity',
    balance bigint NOT NULL CHECK (balance >= 0) -- millionths
) WITH (fillfactor = 50); -- so that an update stays on its page and touches no index
CREATE TABLE entries (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    grant_id bigint NOT NULL,
    amount bigint NOT NULL,
    balance bigint NOT NULL
);

INSERT INTO accounts SELECT * FROM generate_series(0, :customers - 1);
INSERT INTO grants (id, customer, priority, balance)
    SELECT customer * 3 + priority, customer, priority, priority * 1000000000000
    FROM accounts, generate_series(1, 3) priority;
CREATE INDEX grants_in_order ON grants (customer, priority, expires_at, id);
VACUUM ANALYZE;

-- One lock, on the account, instead of one a grant: cheaper, and as safe.
CREATE FUNCTION deduct(whose bigint, asked bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    missing bigint := asked;
    taken bigint;
    burning record;
BEGIN
    PERFORM FROM accounts WHERE customer = whose FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such customer';
    END IF;
    FOR burning IN
        SELECT id, balance FROM grants
        WHERE customer = whose AND balance > 0 AND expires_at > now()
        ORDER BY priority, expires_at, id
    LOOP
        taken := least(missing, burning.balance);
        UPDATE grants SET balance = balance - taken WHERE id = burning.id;
        INSERT INTO entries (grant_id, amount, balance)
            VALUES (burning.id, -taken, burning.balance - taken);
        missing := missing - taken;
        EXIT WHEN missing = 0;
    END LOOP;
    IF missing > 0 THEN
        RAISE EXCEPTION 'the grants do not cover this amount';
    END IF;
    RETURN asked;
END
$$;
