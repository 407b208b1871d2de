-- The extensions stay: others may use them.
DROP FUNCTION search_products;
ALTER TABLE products
    DROP COLUMN description_words,
    DROP COLUMN search_text,
    DROP CONSTRAINT products_warranty_months_check,
    DROP CONSTRAINT products_price_check,
    DROP CONSTRAINT products_status_check,
    DROP CONSTRAINT products_name_check;
DROP INDEX products_brand;
DROP FUNCTION catalogue_folded;
