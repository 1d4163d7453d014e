-- owner: rules.benefits
SELECT benefits_commit(%s::uuid, %s, %s::timestamptz)
