-- A plan that is made while a table is empty would read it from end to end when it has grown.
ALTER FUNCTION send_message(INT, BIGINT, TEXT, TEXT, BIGINT, JSONB) SET enable_seqscan = off;
