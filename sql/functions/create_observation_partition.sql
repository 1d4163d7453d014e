-- owner: layers.sensors
-- Makes the partition for the month (UTC) of an instant; false when it is there already. Readers and writers of other
-- months do not wait for ATTACH, as they would for CREATE TABLE ... PARTITION OF. There is no default partition: it would
-- have to be searched, under a lock, each time a month is added.
CREATE OR REPLACE FUNCTION create_observation_partition(instant timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    month CONSTANT timestamptz := date_trunc('month', instant, 'UTC');
    partition CONSTANT text := to_char(month AT TIME ZONE 'UTC', '"sensors_observation_y"FMYYYY"m"MM');
BEGIN
    IF to_regclass('public.' || partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- What ATTACH takes in any case. Whoever had it before may have made the partition; waiting for a lock on a table,
    -- unlike an advisory one, also brings the news of it.
    LOCK TABLE public.sensors_observation IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass('public.' || partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.sensors_observation INCLUDING ALL)', partition);
    EXECUTE format(
        'ALTER TABLE public.sensors_observation ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        partition, month, date_trunc('month', month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'
    );
    RETURN true;
END
$$;
