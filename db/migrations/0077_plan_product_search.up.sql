-- A page's worth of rows, not the thousand that a function is taken for: else each search reads the whole catalogue to
-- look the products up that it has found.
ALTER FUNCTION search_products(text, int) ROWS 10;
