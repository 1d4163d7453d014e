-- owner: rules.benefits
-- What the rules may ask of each decision. A household is known of a decision only where it was limited by one then;
-- else the person stands for it. What was suspended stays so; what a used-up budget held back is given.
INSERT INTO replay_receipt
SELECT number.receipt, number.receipt, decision.decided_at, decision.day, decision.resident,
    coalesce(
        jsonb_path_query_first(decision.usage, '$[*].holder ? (@ starts with "household:")') #>> '{{}}',
        decision.resident
    ),
    decision.merchant, decision.trigger,
    CASE WHEN decision.withheld = '{{}}' THEN '{{}}'
        ELSE ARRAY(SELECT key FROM jsonb_each_text(decision.withheld) WHERE value LIKE {suspension}) END,
    decision.versions{facts}
FROM replay_number AS number
JOIN benefits_decision AS decision USING (id)
