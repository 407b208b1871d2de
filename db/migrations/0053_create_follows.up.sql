-- Whose new tracks somebody wants to hear of.
CREATE TABLE follows (
    follower_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    followed_id INT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (follower_id, followed_id),
    CONSTRAINT follows_not_oneself CHECK (follower_id <> followed_id)
);

CREATE INDEX follows_followed_id_idx ON follows (followed_id);
