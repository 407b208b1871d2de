-- A room, a thread between two accounts or a group: what has one sequence of events and one list of members.
CREATE TABLE conversations (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind VARCHAR(10) NOT NULL CONSTRAINT conversations_kind_check CHECK (kind IN ('room', 'dm', 'group')),
    -- The number of the newest event. Whoever adds one takes this row's lock first, so numbers have no gaps and become
    -- visible in their order.
    last_seq BIGINT NOT NULL DEFAULT 0,
    -- Events up to this one are no longer kept.
    purged_seq BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT conversations_seq_check CHECK (0 <= purged_seq AND purged_seq <= last_seq)
) WITH (fillfactor = 50);

CREATE TABLE conversation_members (
    conversation_id BIGINT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    user_id INT NOT NULL REFERENCES users(id),
    role VARCHAR(10) NOT NULL DEFAULT 'member'
        CONSTRAINT conversation_members_role_check CHECK (role IN ('owner', 'moderator', 'member')),
    -- The row of whoever has left stays, so that leaving ends neither a mute nor a ban.
    is_member BOOLEAN NOT NULL DEFAULT true,
    is_banned BOOLEAN NOT NULL DEFAULT false,
    muted_until TIMESTAMPTZ,
    last_read_seq BIGINT NOT NULL DEFAULT 0,
    -- Kept where a room has slow mode.
    last_sent_at TIMESTAMPTZ,
    -- What the member wants to be told of, and until when of nothing.
    notifications VARCHAR(10) NOT NULL DEFAULT 'mentions'
        CONSTRAINT conversation_members_notifications_check CHECK (notifications IN ('all', 'mentions', 'none')),
    silenced_until TIMESTAMPTZ,
    joined_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (conversation_id, user_id),
    CONSTRAINT conversation_members_ban_check CHECK (NOT (is_member AND is_banned)),
    CONSTRAINT conversation_members_rank_check CHECK (is_member OR role = 'member')
);

CREATE UNIQUE INDEX conversation_members_owner_key ON conversation_members (conversation_id) WHERE role = 'owner';
CREATE INDEX conversation_members_user_id_idx ON conversation_members (user_id) WHERE is_member;

CREATE TABLE direct_conversations (
    low_user_id INT NOT NULL REFERENCES users(id),
    high_user_id INT NOT NULL REFERENCES users(id),
    conversation_id BIGINT NOT NULL UNIQUE REFERENCES conversations(id) ON DELETE CASCADE,
    PRIMARY KEY (low_user_id, high_user_id),
    CONSTRAINT direct_conversations_order_check CHECK (low_user_id < high_user_id)
);

CREATE INDEX direct_conversations_high_user_id_idx ON direct_conversations (high_user_id);

-- Events of a conversation but its messages, whose rows carry their number themselves.
CREATE TABLE conversation_events (
    conversation_id BIGINT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    kind VARCHAR(20) NOT NULL
        CONSTRAINT conversation_events_kind_check
        CHECK (kind IN ('edited', 'deleted', 'reaction', 'membership', 'room_updated', 'pin')),
    actor_id INT REFERENCES users(id),
    message_id BIGINT,
    detail JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (conversation_id, seq)
);

-- Adds an event to a conversation and gives its number; null where there is no such conversation.
CREATE FUNCTION append_conversation_event(
    conversation BIGINT, event_kind TEXT, actor INT, message BIGINT, event_detail JSONB
) RETURNS BIGINT LANGUAGE sql AS $$
    WITH numbered AS (
        UPDATE conversations SET last_seq = last_seq + 1 WHERE id = conversation RETURNING id, last_seq)
    INSERT INTO conversation_events (conversation_id, seq, kind, actor_id, message_id, detail)
    SELECT id, last_seq, event_kind, actor, message, event_detail FROM numbered RETURNING seq
$$;

ALTER TABLE rooms
    ADD COLUMN conversation_id BIGINT UNIQUE REFERENCES conversations(id) ON DELETE CASCADE,
    -- The name without regard to case, as the program folds it.
    ADD COLUMN folded_name VARCHAR(400) CONSTRAINT rooms_folded_name_key UNIQUE,
    ADD COLUMN slow_mode_seconds INT NOT NULL DEFAULT 0
        CONSTRAINT rooms_slow_mode_check CHECK (slow_mode_seconds BETWEEN 0 AND 21600),
    -- Days for which messages are kept; null for ever.
    ADD COLUMN retention_days INT CONSTRAINT rooms_retention_check CHECK (retention_days BETWEEN 1 AND 3650),
    ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP;

DO $$
DECLARE
    room RECORD;
    made BIGINT;
BEGIN
    FOR room IN SELECT id, name FROM rooms ORDER BY id LOOP
        INSERT INTO conversations (kind) VALUES ('room') RETURNING id INTO made;
        UPDATE rooms SET conversation_id = made, folded_name = lower(room.name) WHERE id = room.id;
    END LOOP;
END
$$;

ALTER TABLE rooms
    ALTER COLUMN conversation_id SET NOT NULL,
    ALTER COLUMN folded_name SET NOT NULL,
    ADD CONSTRAINT rooms_name_check CHECK (
        char_length(name) BETWEEN 1 AND 100 AND name IS NFC NORMALIZED AND name = btrim(name)
        AND name !~ '[[:cntrl:]/]' AND name !~ '^[0-9]+$'),
    ADD CONSTRAINT rooms_description_check CHECK (char_length(description) <= 2000);

-- One row, empty again after a crash and in a copy of the database, where what was seen last may not be there any more:
-- then there is a new epoch.
CREATE UNLOGGED TABLE chat_epochs (
    is_only BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_only),
    epoch BIGINT NOT NULL,
    -- The server and the database that it belongs to.
    place TEXT NOT NULL
);

CREATE FUNCTION chat_epoch() RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    here TEXT := (SELECT system_identifier FROM pg_control_system())
        || '/' || (SELECT oid FROM pg_database WHERE datname = current_database());
    current BIGINT := (SELECT e.epoch FROM chat_epochs e WHERE e.place = here);
BEGIN
    IF current IS NULL THEN
        INSERT INTO chat_epochs AS e (epoch, place)
        VALUES (floor(extract(epoch FROM clock_timestamp()) * 1000), here)
        ON CONFLICT (is_only) DO UPDATE SET epoch = greatest(excluded.epoch, e.epoch + 1), place = here
            WHERE e.place <> here;
        current := (SELECT e.epoch FROM chat_epochs e WHERE e.place = here);
    END IF;
    RETURN current;
END
$$;
