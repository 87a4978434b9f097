-- Records are added at the end, and that is all that is ever done to them. AUTOINCREMENT remembers the last number, so that it is
-- seen when the last records are gone.

CREATE TABLE record (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    -- RFC 3339 with the offset.
    at TEXT NOT NULL,
    -- What it is known by; empty where a record is of the book itself.
    monitor TEXT NOT NULL,
    kind TEXT NOT NULL,
    operator TEXT NOT NULL,
    -- JSON, or null.
    instrument TEXT NOT NULL,
    software TEXT NOT NULL,
    -- The digest of the table that Hotlight applies from then on; empty where it applies none.
    display_table TEXT NOT NULL,
    -- JSON.
    body TEXT NOT NULL,
    -- The hash of the record before; empty at the beginning of a chain.
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN
    SELECT RAISE(ABORT, 'records are never changed');
END;

CREATE TRIGGER record_is_kept BEFORE DELETE ON record BEGIN
    SELECT RAISE(ABORT, 'records are never taken away');
END;

-- A REPLACE takes away without asking the trigger above.
CREATE TRIGGER record_comes_last BEFORE INSERT ON record
WHEN new.n <= (SELECT coalesce(max(n), 0) FROM record) BEGIN
    SELECT RAISE(ABORT, 'records are added at the end only');
END;
