-- owner: rules.benefits
-- What a counter with a window of minutes has before a receipt: the first thing counted opens a window, and after so
-- many minutes the next one opens a new one. An aggregate for use over the receipts of a person in order of time.
CREATE OR REPLACE FUNCTION benefits_count_on(state bigint[], at timestamptz, number bigint, minutes int) RETURNS bigint[]
LANGUAGE sql IMMUTABLE
-- Opened at (microseconds), counted since, counted before this one.
RETURN CASE
    WHEN state[1] IS NOT NULL AND extract(epoch FROM at) * 1000000 < state[1] + minutes::bigint * 60000000
        THEN ARRAY[state[1], state[2] + number, state[2]]
    WHEN number > 0 THEN ARRAY[(extract(epoch FROM at) * 1000000)::bigint, number, 0]
    ELSE ARRAY[NULL, 0, 0]
END;
CREATE OR REPLACE FUNCTION benefits_counted_since(state bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN coalesce(state[3], 0);
CREATE OR REPLACE AGGREGATE benefits_counted_before(at timestamptz, number bigint, minutes int) (
    SFUNC = benefits_count_on,
    STYPE = bigint[],
    FINALFUNC = benefits_counted_since,
    INITCOND = '{NULL,0,0}'
);
