UPDATE ingest_jobs SET state = 'failed' WHERE state = 'cancelled';
ALTER TABLE ingest_jobs
    DROP CONSTRAINT ingest_jobs_state_check,
    ADD CONSTRAINT ingest_jobs_state_check CHECK (state IN ('queued', 'running', 'done', 'failed'));
