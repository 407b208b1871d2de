-- What was done with rights over others. Rows are added, never changed: the triggers hold for the table's owner too.
CREATE TABLE audit_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Null for an operator at the command line. Not a foreign key: the row stays when the account goes.
    actor_id INT,
    action VARCHAR(60) NOT NULL CHECK (action <> ''),
    target_kind VARCHAR(30),
    target_id BIGINT,
    details JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    address VARCHAR(64)
);

CREATE INDEX audit_log_actor_id_idx ON audit_log (actor_id, id);
CREATE INDEX audit_log_target_idx ON audit_log (target_kind, target_id, id);
CREATE INDEX audit_log_action_idx ON audit_log (action, id);
CREATE INDEX audit_log_created_at_idx ON audit_log (created_at);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log can only be added to.' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
-- Also in sessions that replay changes of another server.
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
