"""Fill an empty desk with many plain tickets by SQL alone, to measure pages that list them."""

from django.db import connection

PEOPLE = 20_000
AGENTS = 60
PLACES = ("IT", "HW", "AC", "FN", "HR", "OF")

SETTING = """
INSERT INTO core_desk (id, company, languages, time_zone, hue, message_limit, file_limit,
    is_demo, mark, created_at)
VALUES (1, 'Measured', ARRAY['en', 'ru', 'bg'], 'UTC', 212, 5000, 52428800, false,
    gen_random_uuid(), now());

INSERT INTO people_department (names, prefix, language, position, is_active, is_public)
SELECT jsonb_build_object('en', 'Department ' || prefix, 'ru', 'Отдел ' || prefix), prefix, 'en',
       row_number() OVER (), true, true
FROM unnest(%(places)s::text[]) AS prefix;

INSERT INTO people_organization (name, standing, products, remarks, shares_tickets, created_at)
SELECT 'Company ' || n, 'customer', '', '', false, now() FROM generate_series(1, 500) AS n;

INSERT INTO people_person (surname, given_name, patronymic, organization_id, position, office,
    time_zone, language, channel, remarks, look_up, version, created_at)
SELECT 'Surname' || n, 'Name' || n, '', (SELECT min(id) FROM people_organization) + n %% 500, '',
       '',
       'UTC', 'en', 'web', '', 'name' || n || ' surname' || n, 1, now()
FROM generate_series(1, %(people)s) AS n;

INSERT INTO people_account (person_id, password, login, is_active, is_administrator,
    must_change_password, theme, signature, undo_seconds, plays_sound, shows_pop_ups, muted_kinds,
    columns, created_at)
SELECT id, '!', 'agent' || id, true, n = 1, false, '', '', 5, true, true, '[]', '[]', now()
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_person ORDER BY id
      LIMIT %(agents)s) AS agents;

INSERT INTO people_membership (person_id, department_id, role)
SELECT person_id, department.id,
       CASE WHEN row_number() OVER (PARTITION BY department.id ORDER BY person_id) = 1
            THEN 'supervisor' ELSE 'agent' END
FROM people_account JOIN people_department AS department
    ON (people_account.person_id + department.id) %% 3 = 0
WHERE NOT is_administrator;

INSERT INTO tickets_flow (names, is_default) VALUES ('{"en": "Support"}', true);
INSERT INTO tickets_status (flow_id, key, names, phase, position, is_first)
SELECT (SELECT max(id) FROM tickets_flow), phase, jsonb_build_object('en', initcap(phase)), phase,
       n, n = 1
FROM unnest(ARRAY['new', 'assigned', 'progress', 'pending', 'resolved', 'closed', 'reopened'])
    WITH ORDINALITY AS phases (phase, n);
INSERT INTO tickets_tickettype (key, names, hints, flow_id, position, is_active, is_public)
SELECT key, jsonb_build_object('en', initcap(key)), '{}', (SELECT max(id) FROM tickets_flow), n,
       true, true
FROM unnest(ARRAY['programming', 'functional', 'equipment', 'facility', 'hr'])
    WITH ORDINALITY AS types (key, n);
INSERT INTO tickets_priority (level, names, reply_within, solve_within)
SELECT n, jsonb_build_object('en', 'Level ' || n), '8 hours', '24 hours'
FROM generate_series(1, 5) AS n;
INSERT INTO tickets_category (key, names, position, is_active)
SELECT 'category-' || n, jsonb_build_object('en', 'Category ' || n), n, true
FROM generate_series(1, 25) AS n;
"""

TICKETS = """
WITH drawn AS (
    SELECT n, n > %(tickets)s - %(open)s AS is_open,
           now() - (%(tickets)s - n + 1) * interval '3 years' / %(tickets)s AS created_at,
           hashint8(n) & 1048575 AS a, hashint8(n * 7 + 1) & 1048575 AS b,
           hashint8(n * 13 + 5) & 1048575 AS c
    FROM generate_series(1, %(tickets)s) AS n
), made AS (
    SELECT drawn.*,
           CASE WHEN NOT is_open THEN 'closed'
                ELSE (ARRAY['new', 'assigned', 'progress', 'pending', 'resolved', 'reopened'])
                     [1 + a %% 6] END AS phase,
           (ARRAY(SELECT id FROM people_department ORDER BY id))[1 + a %% 6] AS department_id
    FROM drawn
)
INSERT INTO tickets_ticket (number, subject, type_id, category_id, priority_id, department_id,
    requester_id, creator_id, owner_id, assignee_id, status_id, phase, turn, source, language,
    tags, values, version, created_at, updated_at, entered_at, resolved_at, closed_at,
    reply_due_at, solve_due_at, escalated_at, escalated_by_id, last_words, last_author, has_files,
    public_version, public_at, has_public_files)
SELECT department.prefix || '-' || n,
       (ARRAY['Printer on floor', 'Возврат платежа по счёту', 'Плащането не минава за поръчка',
              'Cannot sign in after update', 'Отчёт считает остатки дважды',
              'Принтерът не печата фактури'])[1 + c %% 6] || ' ' || n,
       (SELECT min(id) FROM tickets_tickettype) + b %% 5,
       (SELECT min(id) FROM tickets_category) + c %% 25,
       1 + b %% 5, made.department_id,
       (SELECT min(id) FROM people_person) + %(agents)s + c %% (%(people)s - %(agents)s),
       (SELECT min(id) FROM people_person) + %(agents)s + c %% (%(people)s - %(agents)s),
       NULL,
       CASE WHEN made.phase = 'new' THEN NULL
            ELSE (SELECT min(id) FROM people_person) + b %% %(agents)s END,
       status.id, made.phase,
       CASE made.phase WHEN 'closed' THEN '' WHEN 'pending' THEN 'theirs'
            WHEN 'resolved' THEN 'theirs' ELSE 'ours' END,
       'web', (ARRAY['en', 'ru', 'bg', 'en', 'ru', 'bg'])[1 + b %% 6],
       CASE WHEN c %% 10 = 0 THEN ARRAY['vip'] ELSE ARRAY[]::varchar[] END, '{}', 1,
       made.created_at, made.created_at + (b %% 3600) * interval '1 second', made.created_at,
       CASE WHEN made.phase IN ('resolved', 'closed')
            THEN made.created_at + interval '1 hour' END,
       CASE WHEN made.phase = 'closed' THEN made.created_at + interval '2 hours' END,
       made.created_at + interval '8 hours',
       CASE WHEN is_open THEN now() + (a %% 400 - 20) * interval '20 minutes'
            ELSE made.created_at + interval '1 day' END,
       CASE WHEN is_open AND c %% 50 = 0 THEN made.created_at END,
       CASE WHEN is_open AND c %% 50 = 0 THEN (SELECT min(id) FROM people_person) END,
       'The last words of this ticket, long enough to be cut in a table ' || n, 'Name' || n,
       c %% 4 = 0, 1, made.created_at, c %% 4 = 0
FROM made
JOIN people_department AS department ON department.id = made.department_id
JOIN tickets_status AS status ON status.phase = made.phase
ORDER BY n;

INSERT INTO tickets_tickettext (ticket_id, public, everything)
SELECT id, words, words FROM (
    SELECT id, setweight(to_tsvector('russian', number || ' ' || subject), 'A')
               || to_tsvector('russian', last_words) AS words
    FROM tickets_ticket) AS made;
"""

CONVERSATIONS = """
INSERT INTO tickets_message (ticket_id, author_id, side, body, created_at)
SELECT id, requester_id, 'customer', '<p>' || last_words || '</p>', created_at
FROM tickets_ticket ORDER BY id;

INSERT INTO tickets_historyentry (ticket_id, at, actor_id, actor_name, kind, field, "new",
    is_internal, version)
SELECT id, created_at, requester_id, last_author, kind, '', NULL, false, 1
FROM tickets_ticket, unnest(ARRAY['opened', 'message']) AS kind ORDER BY id;

CREATE TEMPORARY TABLE long AS
SELECT DISTINCT ON (assignee_id) id, assignee_id, requester_id, created_at
FROM tickets_ticket WHERE phase = 'progress' ORDER BY assignee_id, id DESC;

INSERT INTO tickets_message (ticket_id, author_id, side, body, created_at)
SELECT id, CASE WHEN n %% 2 = 0 THEN requester_id ELSE assignee_id END,
       CASE WHEN n %% 2 = 0 THEN 'customer' ELSE 'desk' END,
       (ARRAY['<p>Good afternoon, the fault is back since this morning and nobody can print.</p>'
              '<ul><li>the light is <strong>red</strong></li><li>the tray is full</li></ul>',
              '<p>Добрый день! Возврат мы провели, деньги придут в течение трёх дней.</p>'
              '<p>Если чего-то не хватает, ответьте на это письмо.</p>',
              '<p>Плащането отново не минава, а поръчката трябва да тръгне днес.</p>']
       )[1 + n %% 3], created_at + n * interval '7 minutes'
FROM long, generate_series(2, %(messages)s) AS n ORDER BY id, n;

CREATE TEMPORARY TABLE endless AS
SELECT DISTINCT ON (assignee_id) id, assignee_id, requester_id, created_at
FROM tickets_ticket WHERE phase = 'pending' ORDER BY assignee_id, id DESC LIMIT 10;

INSERT INTO tickets_message (ticket_id, author_id, side, body, created_at)
SELECT id, requester_id, 'customer', '<p>And once more, ' || n || '</p>',
       created_at + n * interval '3 seconds'
FROM endless, generate_series(2, %(endless)s) AS n ORDER BY id, n;

INSERT INTO tickets_historyentry (ticket_id, at, actor_id, actor_name, kind, field, old, "new",
    is_internal, version)
SELECT id, created_at + n * interval '3 seconds', requester_id, 'Name Surname',
       CASE WHEN n %% 2 = 0 THEN 'message' ELSE 'changed' END, 'subject', '"Old"', '"New"', false, n
FROM endless, generate_series(2, %(endless)s) AS n ORDER BY id, n;

INSERT INTO tickets_historyentry (ticket_id, at, actor_id, actor_name, kind, field, old, "new",
    is_internal, version)
SELECT id, created_at + n * interval '7 minutes', assignee_id, 'Name Surname',
       CASE WHEN n %% 3 > 0 THEN 'message' ELSE 'changed' END,
       CASE WHEN n %% 3 > 0 THEN '' ELSE 'subject' END,
       CASE WHEN n %% 3 > 0 THEN NULL ELSE to_jsonb('Before ' || n) END,
       CASE WHEN n %% 3 > 0 THEN NULL ELSE to_jsonb('After ' || n) END, n %% 6 = 0, n
FROM long, generate_series(2, %(messages)s) AS n ORDER BY id, n;

INSERT INTO tickets_note (ticket_id, author_id, body, created_at, version)
SELECT id, assignee_id, '<p>Asked the supplier; they look into it.</p>',
       created_at + n * interval '50 minutes', 1
FROM long, generate_series(1, 3) AS n ORDER BY id, n;

INSERT INTO core_blob (sha256, size, media_type, is_our_copy, scan, scan_tries, threat, created_at)
SELECT repeat(md5('file' || n), 2), 40000 + n, 'text/plain', false, '', 0, '', now()
FROM generate_series(1, 3) AS n;

INSERT INTO tickets_attachment (token, blob_id, name, uploader_id, ticket_id, message_id, field,
    is_inline, created_at)
SELECT md5(long.id || '-' || blob.id), blob.id, 'act-' || blob.id || '.txt', long.requester_id,
       long.id, (SELECT min(id) FROM tickets_message WHERE ticket_id = long.id), '', false, now()
FROM long, core_blob AS blob ORDER BY long.id, blob.id;

INSERT INTO tickets_follow (ticket_id, person_id)
SELECT id, assignee_id FROM long ORDER BY id;

INSERT INTO tickets_ticketlink (source_id, target_id, kind, creator_id, created_at)
SELECT id, lag(id) OVER (ORDER BY id), 'related', assignee_id, now() FROM long
OFFSET 1;

UPDATE tickets_ticket SET has_files = true, has_public_files = true
WHERE id IN (SELECT id FROM long);

INSERT INTO tickets_transition (source_id, target_id, names, allowed, demands_message,
    demands_note, demands_assignee, position)
SELECT source.id, target.id, target.names, ARRAY['agent', 'coordinator', 'supervisor'], false,
       false, false, target.position
FROM tickets_status AS source JOIN tickets_status AS target ON source.id <> target.id
"""


def fill_desk(*, tickets: int, open_tickets: int) -> None:
    """Make a desk of `tickets`, of which the newest `open_tickets` are open.

    Every ticket has a message; of those in progress, each agent's newest has 30, and of those
    that wait for the customer, some agents' newest has 5,000.
    """
    values = {
        "places": list(PLACES),
        "people": PEOPLE,
        "agents": AGENTS,
        "tickets": tickets,
        "open": open_tickets,
        "messages": 30,
        "endless": 5_000,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for part in (SETTING + TICKETS + CONVERSATIONS).split(";\n"):
            if part.strip():
                cursor.execute(part, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
