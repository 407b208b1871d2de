CREATE TABLE reports (
    id BIGSERIAL PRIMARY KEY,
    reporter_id INT REFERENCES users(id) ON DELETE SET NULL,
    kind VARCHAR(20) NOT NULL
        CONSTRAINT reports_kind_check CHECK (kind IN ('track', 'message', 'listing', 'resource', 'user', 'comment')),
    target_id BIGINT NOT NULL,
    reason TEXT NOT NULL CONSTRAINT reports_reason_check CHECK (char_length(reason) BETWEEN 1 AND 2000),
    status VARCHAR(20) NOT NULL DEFAULT 'open'
        CONSTRAINT reports_status_check CHECK (status IN ('open', 'resolved', 'dismissed')),
    decided_by INT REFERENCES users(id) ON DELETE SET NULL,
    decided_at TIMESTAMPTZ,
    -- What the decision was for those who come after.
    note TEXT CONSTRAINT reports_note_check CHECK (char_length(note) <= 2000),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT reports_decision_check CHECK ((status = 'open') = (decided_at IS NULL))
);

-- One open report of each thing by each account.
CREATE UNIQUE INDEX reports_open_key ON reports (reporter_id, kind, target_id) WHERE status = 'open';
CREATE INDEX reports_status_idx ON reports (status, id);
CREATE INDEX reports_target_idx ON reports (kind, target_id) WHERE status = 'open';
