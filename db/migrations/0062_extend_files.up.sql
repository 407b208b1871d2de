-- Rows without content, which no version of the program has made.
DELETE FROM files;

ALTER TABLE files
    ALTER COLUMN product_id SET NOT NULL,
    ALTER COLUMN type SET NOT NULL,
    ALTER COLUMN mime_type SET NOT NULL,
    ALTER COLUMN size SET NOT NULL,
    ADD COLUMN sha256 TEXT NOT NULL REFERENCES blobs(sha256),
    ADD CONSTRAINT files_type_check CHECK (type IN ('manual', 'warranty', 'invoice', 'image', 'document')),
    ADD CONSTRAINT files_size_check CHECK (size > 0);

CREATE INDEX files_sha256 ON files (sha256);
