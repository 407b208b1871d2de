DROP TABLE email_changes, one_time_tokens;
