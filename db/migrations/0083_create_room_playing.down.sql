DROP TABLE room_playing;
