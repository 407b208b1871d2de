ALTER TABLE users DROP COLUMN invited_by;
DROP TABLE invitations;
