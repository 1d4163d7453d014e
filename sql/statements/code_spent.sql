-- owner: gis_platform.residents
-- Spends a changing code: one row for the first who presents it, none for everybody else.
INSERT INTO residents_spentcode (means_id, step, spent_by, request_key, spent_at)
VALUES (%(means)s, %(step)s, %(spent_by)s, %(request_key)s, %(spent_at)s)
ON CONFLICT (means_id, step) DO NOTHING
RETURNING id
