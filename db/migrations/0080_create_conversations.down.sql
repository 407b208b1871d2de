DROP FUNCTION chat_epoch();
DROP TABLE chat_epochs;
ALTER TABLE rooms
    DROP CONSTRAINT rooms_name_check,
    DROP CONSTRAINT rooms_description_check,
    DROP COLUMN conversation_id,
    DROP COLUMN folded_name,
    DROP COLUMN slow_mode_seconds,
    DROP COLUMN retention_days,
    DROP COLUMN updated_at;
DROP FUNCTION append_conversation_event(BIGINT, TEXT, INT, BIGINT, JSONB);
DROP TABLE conversation_events;
DROP TABLE direct_conversations;
DROP TABLE conversation_members;
DROP TABLE conversations;
