-- An installation that has an active super_admin keeps one, whoever changes accounts, and by whatever way.
CREATE FUNCTION keep_super_admin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One after another, so that two that go at once each see what the other did.
    PERFORM pg_advisory_xact_lock(hashtextextended('users_last_super_admin', 0));
    IF NOT EXISTS (SELECT FROM users WHERE role = 'super_admin' AND status = 'active' AND deleted_at IS NULL
            AND id <> OLD.id) THEN
        RAISE EXCEPTION 'The last super_admin cannot be demoted, suspended, banned or deleted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_last_super_admin';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER users_last_super_admin_changed AFTER UPDATE OF role, status ON users FOR EACH ROW
    WHEN (OLD.role = 'super_admin' AND OLD.status = 'active' AND OLD.deleted_at IS NULL
        AND (NEW.role <> 'super_admin' OR NEW.status <> 'active'))
    EXECUTE FUNCTION keep_super_admin();
CREATE TRIGGER users_last_super_admin_deleted AFTER DELETE ON users FOR EACH ROW
    WHEN (OLD.role = 'super_admin' AND OLD.status = 'active' AND OLD.deleted_at IS NULL)
    EXECUTE FUNCTION keep_super_admin();
