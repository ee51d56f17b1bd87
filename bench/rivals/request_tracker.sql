CREATE TEMP TABLE who AS
SELECT email, max(name) AS name, row_number() OVER (ORDER BY email) + 1000 AS id
FROM source_ticket GROUP BY email;

CREATE TEMP TABLE role AS
SELECT n, roles.name, 1000000 + n * 4 + place - 1 AS id, updated_at
FROM source_ticket,
     unnest(ARRAY['Requestor', 'Cc', 'AdminCc', 'Owner']) WITH ORDINALITY AS roles (name, place);

INSERT INTO Principals (id, PrincipalType)
SELECT id, 'User' FROM who
UNION ALL SELECT id + 300000, 'Group' FROM who
UNION ALL SELECT id, 'Group' FROM role;

INSERT INTO Users (id, Name, Password, EmailAddress, RealName, Creator, Created, LastUpdatedBy,
    LastUpdated)
SELECT id, email, '*NO-PASSWORD*', email, left(name, 120), 1, now(), 1, now() FROM who;

INSERT INTO Groups (id, Name, Description, Domain, Instance, Creator, Created)
SELECT id + 300000, 'UserEquiv', 'ACL equiv. for user ' || id, 'ACLEquivalence', id, 1, now()
FROM who
UNION ALL SELECT id, name, NULL, 'RT::Ticket-Role', n, 1, updated_at FROM role;

CREATE TEMP TABLE belongs AS
SELECT id + 300000 AS group_id, id AS member_id FROM who
UNION ALL SELECT everyone.id, who.id FROM who, Groups AS everyone
    WHERE everyone.Domain = 'SystemInternal' AND everyone.Name IN ('Everyone', 'Unprivileged')
UNION ALL SELECT role.id, who.id FROM role JOIN source_ticket USING (n) JOIN who USING (email)
    WHERE role.name = 'Requestor'
UNION ALL SELECT role.id, CASE WHEN is_taken THEN root.id ELSE nobody.id END
    FROM role JOIN source_ticket USING (n), Users AS root, Users AS nobody
    WHERE role.name = 'Owner' AND root.Name = 'root' AND nobody.Name = 'Nobody';

INSERT INTO GroupMembers (GroupId, MemberId, Creator, Created)
SELECT group_id, member_id, 1, now() FROM belongs;

INSERT INTO CachedGroupMembers (GroupId, MemberId, Via, ImmediateParentId)
SELECT id, id, 0, id FROM (SELECT id + 300000 AS id FROM who UNION ALL SELECT id FROM role) AS own
UNION ALL SELECT group_id, member_id, 0, group_id FROM belongs;

UPDATE CachedGroupMembers SET Via = id WHERE Via = 0;

INSERT INTO Tickets (id, EffectiveId, Queue, Type, Owner, Subject, Priority, Status, Started,
    Resolved, Creator, Created, LastUpdatedBy, LastUpdated)
SELECT n, n, 1, 'ticket', CASE WHEN is_taken THEN root.id ELSE nobody.id END, subject,
       priority * 10, CASE WHEN is_open THEN 'open' ELSE 'resolved' END, source_ticket.created_at,
       CASE WHEN NOT is_open THEN updated_at END, who.id, source_ticket.created_at, 1, updated_at
FROM source_ticket JOIN who USING (email), Users AS root, Users AS nobody
WHERE root.Name = 'root' AND nobody.Name = 'Nobody';

INSERT INTO Transactions (id, ObjectType, ObjectId, Type, Data, Creator, Created)
SELECT 1000 + row_number() OVER (ORDER BY n, place), 'RT::Ticket', n,
       CASE WHEN place = 1 THEN 'Create' ELSE 'Correspond' END, left(subject, 200),
       CASE WHEN by_desk THEN root.id ELSE who.id END, message.created_at
FROM source_message AS message JOIN source_ticket AS ticket USING (n) JOIN who USING (email),
     Users AS root
WHERE root.Name = 'root';

INSERT INTO Attachments (id, TransactionId, Subject, ContentType, ContentEncoding, Content,
    Headers, Creator, Created)
SELECT id, id, subject, 'text/plain', 'none', body,
       E'Content-Type: text/plain; charset="utf-8"\nContent-Length: ' || octet_length(body), 1,
       created_at
FROM (SELECT 1000 + row_number() OVER (ORDER BY n, place) AS id, subject, body,
             message.created_at
      FROM source_message AS message JOIN source_ticket USING (n)) AS one;

CREATE TABLE AttachmentsIndex (id bigserial PRIMARY KEY, ContentIndex tsvector);

INSERT INTO AttachmentsIndex SELECT id, to_tsvector(Content) FROM Attachments;

CREATE INDEX ContentIndex_idx ON AttachmentsIndex USING gin (ContentIndex);

SELECT setval('principals_id_seq', 3000000), setval('users_id_seq', 3000000),
       setval('groups_id_seq', 3000000), setval('tickets_id_seq', max(n)),
       setval('transactions_id_seq', 3000000), setval('attachments_id_seq', 3000000)
FROM source_ticket;

VACUUM ANALYZE
