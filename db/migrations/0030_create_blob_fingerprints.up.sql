-- What a stored recording sounds like, for those that could be decoded and are long enough.
CREATE TABLE blob_fingerprints (
    sha256 TEXT PRIMARY KEY REFERENCES blobs(sha256) ON DELETE CASCADE,
    -- chromaprint's 32-bit items, least byte first.
    items BYTEA NOT NULL CHECK (octet_length(items) % 4 = 0),
    -- Different leading 28 bits of the items, of many a quarter: recordings that share none are not the same one.
    keys INT[] NOT NULL
);
CREATE INDEX blob_fingerprints_keys ON blob_fingerprints USING gin (keys);
