CREATE TABLE messages (
    id SERIAL PRIMARY KEY,
    from_user INT REFERENCES users(id),
    to_user INT REFERENCES users(id),
    room VARCHAR(100),
    content TEXT NOT NULL,
    timestamp TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX messages_from_user_index ON messages (from_user);
CREATE INDEX messages_to_user_index ON messages (to_user);
CREATE INDEX messages_room_index ON messages (room, timestamp);
