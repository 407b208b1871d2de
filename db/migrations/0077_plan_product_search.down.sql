ALTER FUNCTION search_products(text, int) ROWS 1000;
