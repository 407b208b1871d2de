ALTER TABLE user_products
    ALTER COLUMN user_id SET NOT NULL,
    ALTER COLUMN product_id SET NOT NULL,
    ADD CONSTRAINT user_products_status_check CHECK (status IN ('active', 'sold', 'broken', 'archived')),
    ADD CONSTRAINT user_products_purchase_price_check CHECK (purchase_price >= 0);

CREATE INDEX user_products_user_id_newest ON user_products (user_id, id DESC);
CREATE INDEX user_products_warranty_expires ON user_products (warranty_expires) WHERE status = 'active';

-- What owners were told of the end of a warranty: once for each number of days, and anew when the end is another.
CREATE TABLE warranty_reminders (
    user_product_id INT NOT NULL REFERENCES user_products(id) ON DELETE CASCADE,
    warranty_expires DATE NOT NULL,
    days INT NOT NULL CHECK (days IN (7, 30, 90)),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_product_id, warranty_expires, days)
);
