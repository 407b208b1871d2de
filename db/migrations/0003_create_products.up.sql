CREATE TABLE products (
    id SERIAL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    category_id INT REFERENCES categories(id),
    brand VARCHAR(100),
    model VARCHAR(100),
    description TEXT,
    price INT,
    warranty_months INT,
    warranty_conditions TEXT,
    manufacturer_website VARCHAR(255),
    specifications JSONB,
    status VARCHAR(20) NOT NULL DEFAULT 'active',
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX products_category_id_index ON products (category_id);
