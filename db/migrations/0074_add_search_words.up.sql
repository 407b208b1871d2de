CREATE EXTENSION IF NOT EXISTS unaccent;

-- Text as it is searched: accents folded, ASCII punctuation as spaces. unaccent() is STABLE, since a dictionary could be
-- altered; this names one that is not, so that indexes may use it.
CREATE FUNCTION search_fold(typed TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(
    unaccent('unaccent'::regdictionary, normalize(typed, NFKC)),
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32));

-- The words of a name.
CREATE FUNCTION search_name(typed TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN to_tsvector('pg_catalog.simple', search_fold(typed));

-- The words of a text: as written, and their French and English stems.
CREATE FUNCTION search_text(typed TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN to_tsvector('pg_catalog.simple', search_fold(typed))
    || to_tsvector('pg_catalog.french', search_fold(typed))
    || to_tsvector('pg_catalog.english', search_fold(typed));

-- All words typed, each perhaps not to its end. Nothing matches where nothing was typed.
CREATE FUNCTION search_prefixes(typed TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN coalesce(
    to_tsquery(
        'pg_catalog.simple', regexp_replace(nullif(trim(search_fold(typed)), ''), '\s+', ':* & ', 'g') || ':*'),
    ''::tsquery);

-- The same, or all their stems in French or in English.
CREATE FUNCTION search_query(typed TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN search_prefixes(typed)
    || plainto_tsquery('pg_catalog.french', search_fold(typed))
    || plainto_tsquery('pg_catalog.english', search_fold(typed));

ALTER TABLE users ADD COLUMN search_words TSVECTOR GENERATED ALWAYS AS (
    search_name(username || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, ''))) STORED;
ALTER TABLE tags ADD COLUMN search_words TSVECTOR GENERATED ALWAYS AS (search_name(name)) STORED;
ALTER TABLE tracks ADD COLUMN search_words TSVECTOR GENERATED ALWAYS AS (
    setweight(search_text(title), 'A')
    || setweight(search_text(coalesce(artist, '') || ' ' || coalesce(album, '')), 'B')
    || setweight(search_text(left(description, 10000)), 'C')) STORED;
ALTER TABLE products ADD COLUMN search_words TSVECTOR GENERATED ALWAYS AS (
    setweight(search_text(name), 'A')
    || setweight(search_text(coalesce(brand, '') || ' ' || coalesce(model, '')), 'B')
    || setweight(search_text(left(coalesce(description, ''), 10000)), 'C')) STORED;

CREATE INDEX users_search_words_idx ON users USING gin (search_words);
CREATE INDEX tags_search_words_idx ON tags USING gin (search_words);
CREATE INDEX tracks_search_words_idx ON tracks USING gin (search_words);
CREATE INDEX products_search_words_idx ON products USING gin (search_words);
