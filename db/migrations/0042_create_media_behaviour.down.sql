DROP TABLE media_behaviour;
