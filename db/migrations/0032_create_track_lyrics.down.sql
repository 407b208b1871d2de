DROP TABLE track_lyrics;
