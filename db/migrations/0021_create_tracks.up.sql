CREATE TABLE tracks (
    id BIGSERIAL PRIMARY KEY,
    user_id INT NOT NULL REFERENCES users(id),
    title VARCHAR(200) NOT NULL CHECK (title <> ''),
    artist VARCHAR(200),
    album VARCHAR(200),
    description TEXT NOT NULL DEFAULT '',
    licence VARCHAR(100),
    bpm DOUBLE PRECISION CHECK (bpm > 0 AND bpm < 1000),
    key VARCHAR(20),
    visibility VARCHAR(20) NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'unlisted', 'private')),
    downloadable BOOLEAN NOT NULL DEFAULT true,
    -- 128 random bits in hexadecimal: what opens an unlisted track.
    share_key TEXT NOT NULL CHECK (share_key ~ '^[0-9a-f]{32}$'),
    status VARCHAR(20) NOT NULL DEFAULT 'processing' CHECK (status IN ('processing', 'ready', 'failed')),
    failure TEXT,
    -- The source as it was uploaded.
    sha256 TEXT NOT NULL REFERENCES blobs(sha256),
    size BIGINT NOT NULL,
    media_type VARCHAR(100) NOT NULL,
    file_extension VARCHAR(10) NOT NULL,
    container VARCHAR(100) NOT NULL,
    codec VARCHAR(50) NOT NULL,
    sample_rate INT NOT NULL,
    channels INT NOT NULL,
    -- Known after ingest; until then duration_ms is the container's estimate.
    sample_count BIGINT,
    duration_ms BIGINT,
    loudness_lufs DOUBLE PRECISION,
    loudness_range_lu DOUBLE PRECISION,
    true_peak_dbtp DOUBLE PRECISION,
    warnings TEXT[] NOT NULL DEFAULT '{}',
    version INT NOT NULL DEFAULT 1,
    plays BIGINT NOT NULL DEFAULT 0,
    likes BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    deleted_at TIMESTAMPTZ
);

-- One live track of each content per account: what decides when two uploads race.
CREATE UNIQUE INDEX tracks_user_id_sha256_live ON tracks (user_id, sha256) WHERE deleted_at IS NULL;
CREATE INDEX tracks_public_newest ON tracks (id DESC) WHERE deleted_at IS NULL AND visibility = 'public';
CREATE INDEX tracks_user_id_newest ON tracks (user_id, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX tracks_sha256 ON tracks (sha256);
CREATE INDEX tracks_deleted_at ON tracks (deleted_at) WHERE deleted_at IS NOT NULL;
