-- One row: what codecs do that this installation's renditions are made with. None before the first node has said it.
CREATE TABLE media_behaviour (
    is_only BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_only),
    -- A behaviour digest.
    digest TEXT NOT NULL CHECK (digest ~ '^[0-9a-f]{16}$'),
    adopted_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
