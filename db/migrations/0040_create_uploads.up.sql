-- Resumable uploads. Their bytes are in files named by id, and count once received says so.
CREATE TABLE uploads (
    id UUID PRIMARY KEY,
    user_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    length BIGINT NOT NULL CHECK (length > 0),
    -- Bytes that are durably on disk.
    received BIGINT NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND length),
    -- Upload-Metadata as it was sent: the fields of the form.
    metadata TEXT NOT NULL,
    -- What became of it; neither before all bytes are there, nor both.
    track_id BIGINT REFERENCES tracks(id) ON DELETE CASCADE,
    refusal JSONB,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT uploads_outcome CHECK (
        num_nonnulls(track_id, refusal) = 0 OR num_nonnulls(track_id, refusal) = 1 AND received = length)
);
CREATE INDEX uploads_user_id_open ON uploads (user_id) WHERE track_id IS NULL AND refusal IS NULL;
CREATE INDEX uploads_track_id ON uploads (track_id) WHERE track_id IS NOT NULL;
CREATE INDEX uploads_expires_at ON uploads (expires_at);
