-- The queue of tracks to decode. A worker holds a job by a lease that it renews;
-- attempts is also the fence: only the holder of the newest attempt may finish it.
CREATE TABLE ingest_jobs (
    id BIGSERIAL PRIMARY KEY,
    track_id BIGINT NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
    state VARCHAR(20) NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts INT NOT NULL DEFAULT 0,
    locked_by TEXT,
    heartbeat_at TIMESTAMPTZ,
    lease_until TIMESTAMPTZ,
    run_after TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    failure TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX ingest_jobs_open ON ingest_jobs (id) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX ingest_jobs_track_id_open ON ingest_jobs (track_id) WHERE state IN ('queued', 'running');
