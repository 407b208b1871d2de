-- Both are trusted: the owner of a database may create them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Without case and accents. unaccent() is only STABLE, since its dictionary could be another; this names the one it takes.
CREATE FUNCTION catalogue_folded(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(unaccent('unaccent'::regdictionary, value));

UPDATE products SET status = 'active' WHERE status NOT IN ('active', 'archived');

ALTER TABLE products
    ADD CONSTRAINT products_name_check CHECK (name <> ''),
    ADD CONSTRAINT products_status_check CHECK (status IN ('active', 'archived')),
    ADD CONSTRAINT products_price_check CHECK (price >= 0),
    ADD CONSTRAINT products_warranty_months_check CHECK (warranty_months BETWEEN 0 AND 1200),
    -- What a search looks at first, and what it looks at besides.
    ADD COLUMN search_text TEXT NOT NULL GENERATED ALWAYS AS (
        catalogue_folded(coalesce(brand || ' ', '') || name || coalesce(' ' || model, ''))) STORED,
    ADD COLUMN description_words TSVECTOR NOT NULL GENERATED ALWAYS AS (
        to_tsvector('simple'::regconfig, catalogue_folded(coalesce(description, '')))) STORED;

CREATE INDEX products_search_text ON products USING gin (search_text gin_trgm_ops);
CREATE INDEX products_description_words ON products USING gin (description_words);
CREATE INDEX products_brand ON products (lower(brand));

-- Active products that a query may mean, and how well they match: first those that hold all of its words, or parts of
-- words; then, while there is room, those that look like it; then those whose description has its words. In this order
-- since likeness is what costs. A function because the threshold belongs to the statement, and statements share connections.
CREATE FUNCTION search_products(query text, maximum int) RETURNS TABLE (product_id int, rank real)
LANGUAGE plpgsql STABLE SET pg_trgm.word_similarity_threshold = 0.4 AS $$
DECLARE
    wanted text := catalogue_folded(query);
    plain text := replace(replace(replace(wanted, '\', '\\'), '%', '\%'), '_', '\_');
    parts text[] := ARRAY(SELECT '%' || word || '%' FROM regexp_split_to_table(plain, '\s+') word WHERE word <> '');
    -- The longest one is what an index finds.
    part text := (SELECT p FROM unnest(parts) p ORDER BY length(p) DESC LIMIT 1);
    found int;
    total int;
BEGIN
    RETURN QUERY
    SELECT p.id,
        (2 + (p.search_text LIKE plain || '%')::int + (' ' || p.search_text LIKE '% ' || plain || '%')::int
            + 1.0 / length(p.search_text))::real
    FROM products p
    WHERE p.status = 'active' AND p.search_text LIKE part AND p.search_text LIKE ALL (parts)
    ORDER BY 2 DESC, p.id LIMIT maximum;
    GET DIAGNOSTICS total = ROW_COUNT;

    IF total < maximum AND length(wanted) > 2 THEN
        RETURN QUERY
        SELECT p.id, word_similarity(wanted, p.search_text) FROM products p
        WHERE p.status = 'active' AND wanted <% p.search_text AND NOT p.search_text LIKE ALL (parts)
        ORDER BY 2 DESC, p.id LIMIT maximum - total;
        GET DIAGNOSTICS found = ROW_COUNT;
        total := total + found;
    END IF;

    IF total < maximum THEN
        RETURN QUERY
        SELECT p.id, 0::real FROM products p
        WHERE p.status = 'active' AND p.description_words @@ plainto_tsquery('simple', wanted)
            AND NOT p.search_text LIKE ALL (parts) AND NOT (length(wanted) > 2 AND wanted <% p.search_text)
        ORDER BY p.id LIMIT maximum - total;
    END IF;
END
$$;
