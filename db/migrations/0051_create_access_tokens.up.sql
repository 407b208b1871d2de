-- Personal access tokens: alive until they end or expire.
CREATE TABLE access_tokens (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    name VARCHAR(100) NOT NULL CHECK (name <> ''),
    scopes TEXT[] NOT NULL CHECK (scopes <> '{}' AND scopes <@ '{read,write,stream,chat,subsonic}'),
    -- SHA-256 of the token.
    hash BYTEA NOT NULL UNIQUE,
    -- The token itself, encrypted: only where a client proves that it has it without sending it.
    sealed BYTEA CHECK (sealed IS NULL OR 'subsonic' = ANY (scopes)),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_used_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ
);

CREATE INDEX access_tokens_user_id_idx ON access_tokens (user_id);
