DROP TABLE warranty_reminders;
DROP INDEX user_products_warranty_expires;
DROP INDEX user_products_user_id_newest;
ALTER TABLE user_products
    DROP CONSTRAINT user_products_purchase_price_check,
    DROP CONSTRAINT user_products_status_check,
    ALTER COLUMN product_id DROP NOT NULL,
    ALTER COLUMN user_id DROP NOT NULL;
