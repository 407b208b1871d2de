ALTER SEQUENCE messages_id_seq AS BIGINT;
ALTER TABLE messages
    ALTER COLUMN id TYPE BIGINT,
    ADD COLUMN conversation_id BIGINT REFERENCES conversations(id) ON DELETE CASCADE,
    ADD COLUMN seq BIGINT,
    -- The sender's own name for it: sent again, it is the same message.
    ADD COLUMN client_id VARCHAR(100) CONSTRAINT messages_client_id_check CHECK (client_id <> ''),
    -- What was first sent under that name, to tell another message from the same one.
    ADD COLUMN client_hash BIGINT,
    ADD COLUMN reply_to BIGINT REFERENCES messages(id) ON DELETE SET NULL,
    -- [{"type": "track"|"file", "id": …}]
    ADD COLUMN attachments JSONB,
    ADD COLUMN edited_at TIMESTAMPTZ,
    ADD COLUMN deleted_at TIMESTAMPTZ,
    ADD COLUMN deleted_by INT REFERENCES users(id),
    ADD COLUMN pinned_at TIMESTAMPTZ,
    ADD COLUMN pinned_by INT REFERENCES users(id);

CREATE INDEX messages_reply_to_idx ON messages (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX messages_pinned_idx ON messages (conversation_id, seq) WHERE pinned_at IS NOT NULL;
CREATE INDEX messages_search_words_idx ON messages USING gin (search_name(content)) WHERE deleted_at IS NULL;

-- What a message said before it was edited.
CREATE TABLE message_edits (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id BIGINT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    replaced_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX message_edits_message_id_idx ON message_edits (message_id, id);

-- Messages that were stored before there were conversations get one, and a number in it in the order of their creation.
DO $$
DECLARE
    place RECORD;
    made BIGINT;
BEGIN
    -- A room that only its messages name; where that cannot be a name, another one.
    FOR place IN
        SELECT DISTINCT ON (lower(m.room)) m.room AS name, m.id FROM messages m
        WHERE m.room IS NOT NULL AND NOT EXISTS (SELECT FROM rooms r WHERE r.folded_name = lower(m.room))
        ORDER BY lower(m.room), m.id
    LOOP
        INSERT INTO conversations (kind) VALUES ('room') RETURNING id INTO made;
        IF place.name IS NOT NFC NORMALIZED OR place.name <> btrim(place.name) OR place.name ~ '[[:cntrl:]/]'
            OR place.name ~ '^[0-9]*$' THEN
            UPDATE messages SET room = 'room of message ' || place.id WHERE lower(room) = lower(place.name);
            place.name := 'room of message ' || place.id;
        END IF;
        INSERT INTO rooms (name, folded_name, conversation_id) VALUES (place.name, lower(place.name), made);
    END LOOP;
    UPDATE messages m SET conversation_id = r.conversation_id, room = r.name
    FROM rooms r WHERE r.folded_name = lower(m.room);

    FOR place IN
        SELECT DISTINCT least(from_user, to_user) AS low, greatest(from_user, to_user) AS high
        FROM messages WHERE room IS NULL AND from_user <> to_user ORDER BY 1, 2
    LOOP
        INSERT INTO conversations (kind) VALUES ('dm') RETURNING id INTO made;
        INSERT INTO direct_conversations (low_user_id, high_user_id, conversation_id)
        VALUES (place.low, place.high, made);
        INSERT INTO conversation_members (conversation_id, user_id) VALUES (made, place.low), (made, place.high);
    END LOOP;
    UPDATE messages m SET conversation_id = d.conversation_id FROM direct_conversations d
    WHERE m.room IS NULL AND d.low_user_id = least(m.from_user, m.to_user)
        AND d.high_user_id = greatest(m.from_user, m.to_user);

    -- What somebody wrote to themselves, or to or from nobody that is known: a group of whoever is.
    FOR place IN
        SELECT DISTINCT coalesce(from_user, to_user) AS person FROM messages WHERE conversation_id IS NULL ORDER BY 1
    LOOP
        INSERT INTO conversations (kind) VALUES ('group') RETURNING id INTO made;
        INSERT INTO conversation_members (conversation_id, user_id) SELECT made, place.person
        WHERE place.person IS NOT NULL;
        UPDATE messages SET conversation_id = made, to_user = NULL
        WHERE conversation_id IS NULL AND coalesce(from_user, to_user) IS NOT DISTINCT FROM place.person;
    END LOOP;
END
$$;

UPDATE messages m SET seq = n.seq
FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id ORDER BY id) AS seq FROM messages) n
WHERE n.id = m.id;
UPDATE conversations c SET last_seq = n.seq
FROM (SELECT conversation_id, max(seq) AS seq FROM messages GROUP BY conversation_id) n WHERE n.conversation_id = c.id;

-- Whoever made a room owns it; whoever wrote in one is a member. What is old is not unread.
INSERT INTO conversation_members (conversation_id, user_id, role)
SELECT conversation_id, created_by, 'owner' FROM rooms WHERE created_by IS NOT NULL;
INSERT INTO conversation_members (conversation_id, user_id)
SELECT DISTINCT m.conversation_id, m.from_user FROM messages m WHERE m.room IS NOT NULL AND m.from_user IS NOT NULL
ON CONFLICT (conversation_id, user_id) DO NOTHING;
UPDATE conversation_members m SET last_read_seq = c.last_seq FROM conversations c WHERE c.id = m.conversation_id;

-- What is longer than a message may be is kept whole as what it said before.
INSERT INTO message_edits (message_id, content, replaced_at)
SELECT id, content, timestamp FROM messages WHERE char_length(content) > 4000;
UPDATE messages SET content = left(content, 3999) || '…' WHERE char_length(content) > 4000;

-- Found by their conversation from now on.
DROP INDEX messages_from_user_index, messages_to_user_index, messages_room_index;
ALTER TABLE messages
    ALTER COLUMN conversation_id SET NOT NULL,
    ALTER COLUMN seq SET NOT NULL,
    ADD CONSTRAINT messages_conversation_id_seq_key UNIQUE (conversation_id, seq),
    ADD CONSTRAINT messages_from_user_client_id_key UNIQUE (from_user, client_id),
    ADD CONSTRAINT messages_content_check CHECK (char_length(content) <= 4000);

CREATE TABLE message_reactions (
    message_id BIGINT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
    emoji VARCHAR(32) NOT NULL CONSTRAINT message_reactions_emoji_check CHECK (emoji <> ''),
    user_id INT NOT NULL REFERENCES users(id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (message_id, emoji, user_id)
);

CREATE TABLE blocks (
    blocker_id INT NOT NULL REFERENCES users(id),
    blocked_id INT NOT NULL REFERENCES users(id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (blocker_id, blocked_id),
    CONSTRAINT blocks_not_oneself CHECK (blocker_id <> blocked_id)
);

CREATE INDEX blocks_blocked_id_idx ON blocks (blocked_id);

CREATE TABLE room_invitations (
    conversation_id BIGINT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    user_id INT NOT NULL REFERENCES users(id),
    invited_by INT NOT NULL REFERENCES users(id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (conversation_id, user_id)
);

CREATE INDEX room_invitations_user_id_idx ON room_invitations (user_id);
