DROP INDEX users_email_trigrams, users_names_trigrams;
ALTER TABLE users
    DROP CONSTRAINT users_purged_check,
    DROP COLUMN purged_at,
    DROP COLUMN deleted_at,
    DROP COLUMN email_verified_at,
    DROP COLUMN avatar_sha256;
