DROP TABLE blob_fingerprints;
