-- Documents of the house about a product, for those who own one. Their content is under INTERNAL_DOCS_PATH, by its
-- SHA-256, and lives as long as a row here refers to it.
CREATE TABLE product_documents (
    id SERIAL PRIMARY KEY,
    product_id INT NOT NULL REFERENCES products(id) ON DELETE CASCADE,
    uploaded_by INT REFERENCES users(id) ON DELETE SET NULL,
    title VARCHAR(200) NOT NULL CHECK (title <> ''),
    filename VARCHAR(255) NOT NULL,
    mime_type VARCHAR(100) NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    sha256 TEXT NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    uploaded_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX product_documents_product_id ON product_documents (product_id, id DESC);
CREATE INDEX product_documents_sha256 ON product_documents (sha256);
