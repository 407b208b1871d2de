ALTER TABLE tracks DROP COLUMN cover_sha256, DROP COLUMN cover_chosen;
