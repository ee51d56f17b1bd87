INSERT INTO tickets_message (ticket_id, author_id, side, body, created_at)
SELECT first.ticket_id, first.author_id, first.side, said.body,
       first.created_at + said.place * interval '1 minute'
FROM (SELECT DISTINCT ON (ticket_id) ticket_id, author_id, side, created_at
      FROM tickets_message
      WHERE ticket_id IN (SELECT ticket_id FROM tickets_message
                          GROUP BY ticket_id HAVING count(*) = 2
                          ORDER BY hashint8(ticket_id) LIMIT 5)
      ORDER BY ticket_id, created_at) AS first,
     (SELECT row_number() OVER (ORDER BY id) AS place, body
      FROM tickets_message ORDER BY id LIMIT 28) AS said
