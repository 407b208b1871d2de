-- What lets somebody register where that takes an invitation. Only hashes of the codes are kept.
CREATE TABLE invitations (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_by INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    hash BYTEA NOT NULL UNIQUE,
    note VARCHAR(200),
    maximum_uses INT NOT NULL DEFAULT 1 CHECK (maximum_uses > 0),
    uses INT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT invitations_uses_check CHECK (uses BETWEEN 0 AND maximum_uses)
);

CREATE INDEX invitations_created_by_idx ON invitations (created_by);

ALTER TABLE users ADD COLUMN invited_by INT REFERENCES users(id) ON DELETE SET NULL;
CREATE INDEX users_invited_by_idx ON users (invited_by) WHERE invited_by IS NOT NULL;
