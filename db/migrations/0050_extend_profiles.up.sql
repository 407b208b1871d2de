CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE users
    -- A JPEG of 512 × 512 pixels; `avatar` is its path.
    ADD COLUMN avatar_sha256 TEXT REFERENCES blobs(sha256),
    -- When its owner showed that mail to `email` reaches them.
    ADD COLUMN email_verified_at TIMESTAMPTZ,
    -- When its owner asked for the account to go; it can be had back until it is purged.
    ADD COLUMN deleted_at TIMESTAMPTZ,
    -- When everything personal was removed; what is left stands behind what others still see.
    ADD COLUMN purged_at TIMESTAMPTZ,
    ADD CONSTRAINT users_purged_check CHECK (purged_at IS NULL OR deleted_at IS NOT NULL);

CREATE INDEX users_avatar_sha256 ON users (avatar_sha256) WHERE avatar_sha256 IS NOT NULL;
CREATE INDEX users_deleted_at ON users (deleted_at) WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
-- Parts of names and addresses, whatever their case.
CREATE INDEX users_names_trigrams ON users USING gin (
    (username || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '')) gin_trgm_ops);
CREATE INDEX users_email_trigrams ON users USING gin (email gin_trgm_ops);
