-- owner: gis_platform.residents
-- A session that is not over, with the account that it is expected to be of and the resident whose account that is.
SELECT
    session.session_data, account.id, account.password, account.is_active,
    resident.id, resident.handle, resident.user_id, resident.birth_date
FROM django_session AS session
LEFT JOIN identity_user AS account ON account.id = %(account)s::bigint
LEFT JOIN residents_resident AS resident ON resident.user_id = account.id
WHERE session.session_key = %(session)s AND session.expire_date > %(now)s::timestamptz
