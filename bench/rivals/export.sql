DROP VIEW IF EXISTS source_ticket, source_message;

CREATE VIEW source_ticket AS
SELECT ticket.id::integer AS n, ticket.number, left(ticket.subject, 200) AS subject,
       ticket.phase <> 'closed' AS is_open, ticket.assignee_id IS NOT NULL AS is_taken,
       ticket.priority_id::integer AS priority,
       coalesce(address.address, 'person' || person.id || '@customer.example') AS email,
       concat_ws(' ', person.given_name, person.surname) AS name,
       ticket.created_at, ticket.updated_at
FROM tickets_ticket AS ticket
JOIN people_person AS person ON person.id = ticket.requester_id
LEFT JOIN people_emailaddress AS address ON address.person_id = person.id AND address.is_primary;

CREATE VIEW source_message AS
SELECT ticket_id::integer AS n,
       row_number() OVER (PARTITION BY ticket_id ORDER BY created_at, id)::integer AS place,
       side = 'desk' AS by_desk,
       replace(replace(replace(regexp_replace(
           replace(replace(body, '<br>', E'\n'), '</p>', E'\n\n'), '<[^>]+>', '', 'g'),
           '&lt;', '<'), '&gt;', '>'), '&amp;', '&') AS body,
       created_at
FROM tickets_message
