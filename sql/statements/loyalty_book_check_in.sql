-- owner: rules.loyalty
SELECT loyalty_book_check_in(
    %(asked)s::jsonb, %(handle)s::text, %(actor)s::text, %(scope)s::text, %(key)s::text, %(body_hash)s::bytea,
    %(answer)s::text, %(expires_at)s::timestamptz
)
