ALTER SEQUENCE messages_id_seq AS BIGINT;
ALTER TABLE messages
    ALTER COLUMN id TYPE BIGINT,
    ADD COLUMN conversation_id BIGINT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    ADD COLUMN seq BIGINT NOT NULL,
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
    ADD COLUMN pinned_by INT REFERENCES users(id),
    ADD CONSTRAINT messages_conversation_id_seq_key UNIQUE (conversation_id, seq),
    ADD CONSTRAINT messages_from_user_client_id_key UNIQUE (from_user, client_id),
    ADD CONSTRAINT messages_content_check CHECK (char_length(content) <= 4000);

-- Found by their conversation from now on.
DROP INDEX messages_from_user_index, messages_to_user_index, messages_room_index;
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
