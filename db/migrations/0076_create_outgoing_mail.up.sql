-- Messages that no mail server has taken yet. They hold links that prove something, so they are encrypted.
CREATE TABLE outgoing_mail (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Recipient, subject and text: AES-256-GCM.
    sealed BYTEA NOT NULL,
    attempts INT NOT NULL DEFAULT 0,
    -- When it is to be tried next; of one that a node has in hand, when another node may take it.
    due_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX outgoing_mail_due_at_idx ON outgoing_mail (due_at);
