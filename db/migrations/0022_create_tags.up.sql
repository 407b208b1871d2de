CREATE TABLE tags (
    id SERIAL PRIMARY KEY,
    name VARCHAR(50) UNIQUE NOT NULL CHECK (name <> ''),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE track_tags (
    track_id BIGINT NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
    tag_id INT NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
    -- The order in which the uploader named them.
    position INT NOT NULL,
    PRIMARY KEY (track_id, tag_id)
);
CREATE INDEX track_tags_tag_id ON track_tags (tag_id);
