DROP TRIGGER users_last_super_admin_changed ON users;
DROP TRIGGER users_last_super_admin_deleted ON users;
DROP FUNCTION keep_super_admin();
