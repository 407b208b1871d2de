-- Removes the beginning of a conversation's log, up to the last event before a time. Gives how many messages went.
CREATE FUNCTION purge_conversation(conversation BIGINT, before TIMESTAMPTZ) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    last_purged BIGINT;
    removed BIGINT;
BEGIN
    PERFORM FROM conversations WHERE id = conversation FOR NO KEY UPDATE;
    last_purged := greatest(
        (SELECT max(seq) FROM messages WHERE conversation_id = conversation AND timestamp < before),
        (SELECT max(seq) FROM conversation_events WHERE conversation_id = conversation AND created_at < before));
    IF last_purged IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM messages WHERE conversation_id = conversation AND seq <= last_purged;
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM conversation_events WHERE conversation_id = conversation AND seq <= last_purged;
    UPDATE conversations SET purged_seq = greatest(purged_seq, last_purged) WHERE id = conversation;
    RETURN removed;
END
$$;
