ALTER TABLE products DROP COLUMN search_words;
ALTER TABLE tracks DROP COLUMN search_words;
ALTER TABLE tags DROP COLUMN search_words;
ALTER TABLE users DROP COLUMN search_words;
DROP FUNCTION search_query(TEXT);
DROP FUNCTION search_prefixes(TEXT);
DROP FUNCTION search_text(TEXT);
DROP FUNCTION search_name(TEXT);
DROP FUNCTION search_fold(TEXT);
-- The extension stays: others may use it.
