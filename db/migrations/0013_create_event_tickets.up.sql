-- Single-use passes to GET /events, for clients that cannot send a header.
CREATE TABLE event_tickets (
    hash BYTEA PRIMARY KEY,
    user_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    -- The credential that asked for it, such as "s12": the stream ends with it.
    credential VARCHAR(30) NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX event_tickets_expires_at_idx ON event_tickets (expires_at);
