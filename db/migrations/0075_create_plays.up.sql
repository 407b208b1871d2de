-- What somebody listened to, one row a listen, and how far they came.
CREATE TABLE plays (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    track_id BIGINT NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
    -- Where to take up again.
    position_ms BIGINT NOT NULL CHECK (position_ms >= 0),
    listened_ms BIGINT NOT NULL CHECK (listened_ms >= 0),
    -- Whether an unlisted track was opened by its key, and may be shown to them again.
    held_key BOOLEAN NOT NULL DEFAULT false,
    -- When it became one of the track's plays; null while too little was heard.
    counted_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX plays_user_id_newest ON plays (user_id, id DESC);
CREATE INDEX plays_user_id_track_id ON plays (user_id, track_id, id DESC);
CREATE INDEX plays_track_id ON plays (track_id);
