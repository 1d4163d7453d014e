-- owner: rules.benefits
SELECT benefits_release(%s::uuid, %s, %s::timestamptz)
