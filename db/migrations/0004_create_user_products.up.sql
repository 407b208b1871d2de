CREATE TABLE user_products (
    id SERIAL PRIMARY KEY,
    user_id INT REFERENCES users(id),
    product_id INT REFERENCES products(id),
    version VARCHAR(50),
    serial_number VARCHAR(100),
    purchase_date DATE,
    purchase_price INT,
    warranty_expires DATE,
    notes TEXT,
    status VARCHAR(20) NOT NULL DEFAULT 'active',
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- Deferrable, so that two owners can swap the same product in one transaction.
    UNIQUE(user_id, product_id) DEFERRABLE
);

CREATE INDEX user_products_product_id_index ON user_products (product_id);
