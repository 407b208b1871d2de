-- Apart from tracks, since lists of tracks never show them.
CREATE TABLE track_lyrics (
    track_id BIGINT PRIMARY KEY REFERENCES tracks(id) ON DELETE CASCADE,
    -- Plain or LRC; null when the owner took those of the file away.
    lyrics TEXT CHECK (octet_length(lyrics) <= 102400)
);
