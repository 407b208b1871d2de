-- What is sent by mail, or handed over by an administrator, to prove something once. Only hashes are kept.
CREATE TABLE one_time_tokens (
    hash BYTEA PRIMARY KEY,
    user_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    purpose VARCHAR(20) NOT NULL CHECK (purpose IN ('reset_password', 'verify_email', 'leave_email', 'enter_email')),
    -- The address that it was sent to; null where an administrator handed it over.
    email VARCHAR(100),
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX one_time_tokens_user_id_idx ON one_time_tokens (user_id);
CREATE INDEX one_time_tokens_expires_at_idx ON one_time_tokens (expires_at);

-- A new address on its way in: it counts once both have been confirmed.
CREATE TABLE email_changes (
    user_id INT PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    email VARCHAR(100) NOT NULL,
    is_old_confirmed BOOLEAN NOT NULL DEFAULT false,
    is_new_confirmed BOOLEAN NOT NULL DEFAULT false,
    expires_at TIMESTAMPTZ NOT NULL
);
