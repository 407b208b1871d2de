DROP TABLE track_tags;
DROP TABLE tags;
