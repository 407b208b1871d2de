-- What a room hears together: the position was this at that moment, and goes on with the clock unless it is paused.
CREATE TABLE room_playing (
    conversation_id BIGINT PRIMARY KEY REFERENCES conversations(id) ON DELETE CASCADE,
    track_id BIGINT NOT NULL,
    position_ms BIGINT NOT NULL CONSTRAINT room_playing_position_check CHECK (position_ms >= 0),
    is_paused BOOLEAN NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    set_by INT REFERENCES users(id)
);
