DROP TABLE user_products;
