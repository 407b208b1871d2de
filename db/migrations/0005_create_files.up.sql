CREATE TABLE files (
    id SERIAL PRIMARY KEY,
    product_id INT REFERENCES user_products(id),
    filename VARCHAR(255) NOT NULL,
    url VARCHAR(500),
    type VARCHAR(50),
    mime_type VARCHAR(100),
    size BIGINT,
    uploaded_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX files_product_id_index ON files (product_id);
