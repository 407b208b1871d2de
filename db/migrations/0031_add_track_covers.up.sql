ALTER TABLE tracks
    -- A JPEG of at most 1200 × 1200 pixels.
    ADD COLUMN cover_sha256 TEXT REFERENCES blobs(sha256),
    -- Its owner chose this picture, or that there be none: the one inside the file does not count any more.
    ADD COLUMN cover_chosen BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX tracks_cover_sha256 ON tracks (cover_sha256) WHERE cover_sha256 IS NOT NULL;
