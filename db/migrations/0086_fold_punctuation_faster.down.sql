CREATE OR REPLACE FUNCTION search_fold(typed TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(
    unaccent('unaccent'::regdictionary, normalize(typed, NFKC)),
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32));
