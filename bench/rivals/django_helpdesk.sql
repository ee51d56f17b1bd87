INSERT INTO helpdesk_queue (title, slug, allow_public_submission, allow_email_submission,
    email_box_ssl, enable_notifications_on_email_events, permission_name)
VALUES ('General', 'general', true, false, false, false, 'helpdesk.queue_access_general');

INSERT INTO helpdesk_ticket (id, title, created, modified, submitter_email, status, on_hold,
    description, priority, secret_key, queue_id, assigned_to_id)
SELECT n, subject, ticket.created_at, updated_at, ticket.email, CASE WHEN is_open THEN 1 ELSE 4 END,
       false, body, priority, gen_random_uuid()::text, queue.id,
       CASE WHEN is_taken THEN root.id END
FROM source_ticket AS ticket
LEFT JOIN source_message AS message USING (n), helpdesk_queue AS queue, auth_user AS root
WHERE message.place = 1
ORDER BY n;

INSERT INTO helpdesk_followup (date, title, comment, public, ticket_id, user_id)
SELECT message.created_at, 'Reply ' || place, body, true, n, CASE WHEN by_desk THEN root.id END
FROM source_message AS message, auth_user AS root
WHERE place > 1
ORDER BY n, place;

SELECT setval(pg_get_serial_sequence('helpdesk_ticket', 'id'), max(n)) FROM source_ticket;

VACUUM ANALYZE
