-- owner: rules.benefits
SELECT benefits_book(%s::jsonb)
