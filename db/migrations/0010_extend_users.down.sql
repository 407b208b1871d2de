ALTER TABLE users
    DROP COLUMN suspended_until,
    DROP COLUMN status,
    DROP CONSTRAINT users_role_check,
    ALTER COLUMN role DROP NOT NULL;

DROP INDEX users_email_lower_key;
DROP INDEX users_username_lower_key;
