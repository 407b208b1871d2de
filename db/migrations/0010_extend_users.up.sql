-- Names and addresses are unique whatever their case; the document's own UNIQUE constraints stay beside these.
CREATE UNIQUE INDEX users_username_lower_key ON users (lower(username));
CREATE UNIQUE INDEX users_email_lower_key ON users (lower(email));

UPDATE users SET role = 'user' WHERE role IS NULL;

ALTER TABLE users
    ALTER COLUMN role SET NOT NULL,
    ADD CONSTRAINT users_role_check CHECK (role IN ('user', 'moderator', 'admin', 'super_admin')),
    ADD COLUMN status VARCHAR(20) NOT NULL DEFAULT 'active'
        CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended', 'banned')),
    ADD COLUMN suspended_until TIMESTAMPTZ;
