CREATE OR REPLACE FUNCTION send_message(
    sender INT, place BIGINT, body TEXT, given_client_id TEXT, answered BIGINT, attached JSONB,
    OUT outcome TEXT, OUT message_id BIGINT, OUT message_seq BIGINT, OUT sent_at TIMESTAMPTZ, OUT wait_seconds INT,
    -- Whom it concerns; null in a room, where subscriptions say so.
    OUT recipients INT[]
) LANGUAGE plpgsql AS $$
DECLARE
    fingerprint BIGINT := CASE WHEN given_client_id IS NOT NULL THEN
        hashtextextended(concat_ws(E'\x1f', body, coalesce(answered, 0), attached), place) END;
    earlier RECORD;
    target RECORD;
    membership RECORD;
BEGIN
    IF given_client_id IS NOT NULL THEN
        SELECT m.id, m.seq, m.timestamp, m.client_hash INTO earlier
        FROM messages m WHERE m.from_user = sender AND m.client_id = given_client_id;
        IF FOUND THEN
            outcome := CASE WHEN earlier.client_hash = fingerprint THEN 'repeated' ELSE 'conflict' END;
            message_id := earlier.id;
            message_seq := earlier.seq;
            sent_at := earlier.timestamp;
            RETURN;
        END IF;
    END IF;

    SELECT c.kind, c.last_seq, r.name AS room, coalesce(r.slow_mode_seconds, 0) AS slow_mode INTO target
    FROM conversations c LEFT JOIN rooms r ON r.conversation_id = c.id WHERE c.id = place FOR NO KEY UPDATE OF c;
    IF NOT FOUND THEN
        outcome := 'gone';
        RETURN;
    END IF;

    sent_at := clock_timestamp();
    SELECT m.is_member, m.is_banned, m.role, m.muted_until, m.last_sent_at,
        u.status = 'active' OR (u.status = 'suspended' AND u.suspended_until <= sent_at) AS is_active
    INTO membership FROM users u
    LEFT JOIN conversation_members m ON m.user_id = u.id AND m.conversation_id = place WHERE u.id = sender;
    wait_seconds := ceil(extract(epoch FROM
        membership.last_sent_at + make_interval(secs => target.slow_mode) - sent_at));
    outcome := CASE
        WHEN membership.is_active IS NOT TRUE THEN 'suspended'
        WHEN membership.is_banned THEN 'banned'
        WHEN membership.is_member IS NOT TRUE THEN 'not_joined'
        WHEN membership.muted_until > sent_at THEN 'muted'
        WHEN target.slow_mode > 0 AND membership.role = 'member' AND wait_seconds > 0 THEN 'slow_mode'
        WHEN answered IS NOT NULL AND NOT EXISTS (
            SELECT FROM messages m WHERE m.id = answered AND m.conversation_id = place AND m.deleted_at IS NULL)
            THEN 'no_reply_target'
    END;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;

    IF target.kind <> 'room' THEN
        recipients := ARRAY(
            SELECT m.user_id FROM conversation_members m
            WHERE m.conversation_id = place AND m.is_member ORDER BY m.user_id);
    END IF;
    message_seq := target.last_seq + 1;
    INSERT INTO messages (
        conversation_id, seq, from_user, to_user, room, content, timestamp, client_id, client_hash, reply_to, attachments)
    VALUES (
        place, message_seq, sender,
        CASE WHEN target.kind = 'dm' THEN (SELECT r FROM unnest(recipients) AS r WHERE r <> sender) END,
        target.room, body, sent_at, given_client_id, fingerprint, answered, attached)
    ON CONFLICT (from_user, client_id) DO NOTHING RETURNING id INTO message_id;
    IF message_id IS NULL THEN
        -- The same client_id was sent at the same moment, and was first.
        SELECT m.id, m.seq, m.timestamp,
            CASE WHEN m.client_hash = fingerprint THEN 'repeated' ELSE 'conflict' END AS verdict INTO earlier
        FROM messages m WHERE m.from_user = sender AND m.client_id = given_client_id;
        outcome := earlier.verdict;
        message_id := earlier.id;
        message_seq := earlier.seq;
        sent_at := earlier.timestamp;
        RETURN;
    END IF;
    UPDATE conversations SET last_seq = message_seq WHERE id = place;
    IF target.slow_mode > 0 THEN
        UPDATE conversation_members m SET last_sent_at = sent_at WHERE m.conversation_id = place AND m.user_id = sender;
    END IF;
    outcome := 'sent';
END
$$;

CREATE OR REPLACE FUNCTION send_direct_message(
    sender INT, recipient INT, body TEXT, given_client_id TEXT, answered BIGINT, attached JSONB,
    OUT outcome TEXT, OUT message_id BIGINT, OUT message_seq BIGINT, OUT sent_at TIMESTAMPTZ, OUT wait_seconds INT,
    OUT recipients INT[], OUT place BIGINT
) LANGUAGE plpgsql AS $$
BEGIN
    IF sender = recipient OR NOT EXISTS (
        SELECT FROM users u WHERE u.id = recipient AND u.status <> 'banned' AND u.deleted_at IS NULL) THEN
        outcome := 'no_such_user';
    ELSIF EXISTS (
        SELECT FROM blocks b
        WHERE (b.blocker_id, b.blocked_id) IN ((sender, recipient), (recipient, sender))) THEN
        outcome := 'blocked';
    ELSE
        place := direct_conversation(sender, recipient);
        SELECT s.outcome, s.message_id, s.message_seq, s.sent_at, s.wait_seconds, s.recipients
        INTO outcome, message_id, message_seq, sent_at, wait_seconds, recipients
        FROM send_message(sender, place, body, given_client_id, answered, attached) s;
    END IF;
END
$$;

DROP FUNCTION thread_members(BIGINT);
-- As 0087 has it; a function that is replaced forgets.
ALTER FUNCTION send_message(INT, BIGINT, TEXT, TEXT, BIGINT, JSONB) SET enable_seqscan = off;
