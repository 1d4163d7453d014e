-- owner: rules.benefits
-- Article numbers as the engine compares them, with 14 digits.
INSERT INTO replay_line (receipt, line, category, gtin, amount, quantity)
SELECT number.receipt, line.id, line.category,
    CASE WHEN coalesce(line.gtin, '') = '' THEN '' ELSE lpad(line.gtin, 14, '0') END,
    line.amount_cents, coalesce(line.quantity, 1)
FROM replay_number AS number
JOIN benefits_decision AS decision USING (id),
    jsonb_to_recordset(decision.lines)
    AS line (id text, category text, gtin text, amount_cents bigint, quantity bigint)
