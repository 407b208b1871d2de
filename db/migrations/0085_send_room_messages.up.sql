-- Sends many messages to rooms in one statement: what most of a message costs is its statement, not its row.
--
-- Gives a row for each that was sent, by its place in the arrays. What it does not give was not sent, and may be tried by send_message,
-- which knows every case and says why not: rooms that are not there or have slow mode, senders who may not write, a
-- client_id that was used before. An empty client_id or attachment and an answer to 0 are none.
CREATE FUNCTION send_room_messages(
    folded_names TEXT[], senders INT[], bodies TEXT[], client_ids TEXT[], answers BIGINT[], attachments TEXT[]
) RETURNS TABLE (number BIGINT, place BIGINT, room VARCHAR, message_id BIGINT, message_seq BIGINT, sent_at TIMESTAMPTZ)
-- Planning anew would cost as much as the whole. There are few messages in a statement: what they need is looked up by key, never by
-- reading a table.
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
DECLARE
    places BIGINT[] := ARRAY(
        SELECT r.conversation_id FROM unnest(folded_names) WITH ORDINALITY AS n(name, number)
        LEFT JOIN rooms r ON r.folded_name = n.name ORDER BY n.number);
    moment TIMESTAMPTZ;
BEGIN
    -- In one order, so that two such statements do not wait for each other. What follows sees all that was decided behind these locks.
    PERFORM FROM conversations c WHERE c.id = ANY(places) ORDER BY c.id FOR NO KEY UPDATE;
    moment := clock_timestamp();
    RETURN QUERY
    WITH judged AS (
        SELECT d.number, d.place, d.sender, d.body, NULLIF(d.client_id, '') AS client_id, d.answer,
            NULLIF(d.attached, '')::jsonb AS attached, r.name,
            c.last_seq + row_number() OVER (PARTITION BY d.place ORDER BY d.number) AS seq
        FROM unnest(places, senders, bodies, client_ids, answers, attachments) WITH ORDINALITY
            AS d(place, sender, body, client_id, answer, attached, number)
        JOIN conversations c ON c.id = d.place
        JOIN rooms r ON r.conversation_id = d.place AND r.slow_mode_seconds = 0
        JOIN conversation_members m ON m.conversation_id = d.place AND m.user_id = d.sender
            AND m.is_member AND NOT m.is_banned AND (m.muted_until > moment) IS NOT TRUE
        JOIN users u ON u.id = d.sender
            AND (u.status = 'active' OR (u.status = 'suspended' AND u.suspended_until <= moment))
        WHERE NOT EXISTS (SELECT FROM messages e WHERE e.from_user = d.sender AND e.client_id = NULLIF(d.client_id, ''))
            AND (d.answer = 0 OR EXISTS (
                SELECT FROM messages a WHERE a.id = d.answer AND a.conversation_id = d.place AND a.deleted_at IS NULL))
        ORDER BY d.place, seq
    ), draft AS MATERIALIZED (
        SELECT nextval('messages_id_seq') AS id, j.* FROM judged j
    ), stored AS (
        INSERT INTO messages (
            id, conversation_id, seq, from_user, room, content, timestamp, client_id, client_hash, reply_to, attachments)
        SELECT d.id, d.place, d.seq, d.sender, d.name, d.body, moment, d.client_id,
            CASE WHEN d.client_id IS NOT NULL THEN
                hashtextextended(concat_ws(E'\x1f', d.body, d.answer, d.attached), d.place) END,
            NULLIF(d.answer, 0), d.attached
        FROM draft d
    ), counted AS (
        UPDATE conversations c SET last_seq = n.newest
        FROM (SELECT d.place, max(d.seq) AS newest FROM draft d GROUP BY d.place) n WHERE c.id = n.place
    )
    SELECT d.number, d.place, d.name, d.id, d.seq, moment FROM draft d;
END
$$;
