-- Attempts that a fault of the work itself ended. A kill of the server ends an attempt, too, and says nothing of the file.
ALTER TABLE ingest_jobs ADD COLUMN faults INT NOT NULL DEFAULT 0;
