DROP TABLE room_invitations;
DROP TABLE blocks;
DROP TABLE message_reactions;
DROP TABLE message_edits;
DROP INDEX messages_search_words_idx;
ALTER TABLE messages
    DROP CONSTRAINT messages_content_check,
    DROP CONSTRAINT messages_from_user_client_id_key,
    DROP COLUMN conversation_id,
    DROP COLUMN seq,
    DROP COLUMN client_id,
    DROP COLUMN client_hash,
    DROP COLUMN reply_to,
    DROP COLUMN attachments,
    DROP COLUMN edited_at,
    DROP COLUMN deleted_at,
    DROP COLUMN deleted_by,
    DROP COLUMN pinned_at,
    DROP COLUMN pinned_by,
    ALTER COLUMN id TYPE INT;
ALTER SEQUENCE messages_id_seq AS INT;
CREATE INDEX messages_from_user_index ON messages (from_user);
CREATE INDEX messages_to_user_index ON messages (to_user);
CREATE INDEX messages_room_index ON messages (room, timestamp);
