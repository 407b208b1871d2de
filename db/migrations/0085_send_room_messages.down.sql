DROP FUNCTION send_room_messages(TEXT[], INT[], TEXT[], TEXT[], BIGINT[], TEXT[]);
