DROP TABLE IF EXISTS source_ticket, source_message CASCADE;

CREATE UNLOGGED TABLE source_ticket (
    n integer PRIMARY KEY, number text, subject text, is_open boolean, is_taken boolean,
    priority integer, email text, name text, created_at timestamptz, updated_at timestamptz);

CREATE UNLOGGED TABLE source_message (
    n integer, place integer, by_desk boolean, body text, created_at timestamptz,
    PRIMARY KEY (n, place))
