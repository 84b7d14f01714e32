-- Shared macros, created before any model. Arithmetic stays in BIGINT ns: an interval would cut TIMESTAMP_NS to µs.

create or replace macro add_ns(instant, ns) as make_timestamp_ns(epoch_ns(instant) + (ns)::bigint);

-- Later than any instant of a record; `infinity` would break arithmetic in ns.
create or replace macro end_of_time() as make_timestamp_ns(9223372036854775806);

create or replace macro ns_between(earlier, later) as epoch_ns(later) - epoch_ns(earlier);

create or replace macro s_between(earlier, later) as (epoch_ns(later) - epoch_ns(earlier)) / 1e9;

-- The last instant that a stamp of this resolution can stand for: 12:00:01 at 1 s is [12:00:01, 12:00:01.999999999].
create or replace macro stamp_end(instant, resolution_ns) as
    make_timestamp_ns(epoch_ns(instant) + greatest(coalesce(resolution_ns, 1), 1)::bigint - 1);

create or replace macro utc_text(instant) as
    case when instant is not null then strftime(instant, '%Y-%m-%dT%H:%M:%S.%n') || 'Z' end;

-- Namespaces that hold a cluster's own pods rather than a measured workload.
create or replace macro is_system_namespace(namespace) as
    namespace in ('kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage')
    or starts_with(namespace, 'openshift') or ends_with(namespace, '-system');

-- One of a record's remaining keys as text; null when the record does not have it. The operator ->> binds weaker than =.
create or replace macro field(fields, name) as json_extract_string(fields, '$."' || name || '"');

-- An instant, but not after `cap`; null stays null (least() would give the cap).
create or replace macro capped(instant, cap) as case when instant > cap then cap else instant end;

-- An instant as Go prints it, `2026-11-23 14:59:26.9 +0000 UTC m=+60.7`; null unless it is in UTC and after 1970.
create or replace macro go_instant(text) as
    case when contains(text, ' +0000 UTC') and not starts_with(text, '0001-')
        then try_cast(regexp_extract(text, '^\d+-\d+-\d+ [\d:.]+', 0) as timestamp_ns)
    end;

-- When an event was recorded, on its recorder's clock: the hex unix nanoseconds that end its name; null for a name without.
create or replace macro event_name_instant(name) as
    make_timestamp_ns(try_cast('0x' || nullif(regexp_extract(name, '\.(1[0-9a-f]{15})$', 1), '') as bigint));

-- 0 for what came before the begin of the run; null stays null (greatest() would give 0).
create or replace macro not_below_zero(number) as case when number < 0 then 0 else number end;

-- Length of the windows in which rates over time are told: 10 s, or as many times that as keeps their number at 10000.
create or replace macro rate_window_s(started_at, ended_at) as
    10 * greatest(1, ceil(s_between(started_at, ended_at) / 100000))::bigint;

-- An IPv4 address as a number; null for anything else.
create or replace macro ipv4_number(address) as
    case when regexp_full_match(address, '\d{1,3}(\.\d{1,3}){3}')
        then list_reduce(string_split(address, '.')::bigint[], lambda total, part: total * 256 + part)
    end;

-- An IPv6 address as 128 binary digits, which order as the addresses do; null for anything else, and for one that ends
-- in dotted decimals.
create or replace macro ipv6_bits(address) as
    case when regexp_full_match(address, '[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}')
        then array_to_string(list_transform(
            string_split(
                case when contains(address, '::')
                    then trim(
                        split_part(address, '::', 1)
                        || repeat(':0', 8 - len(list_filter(string_split(address, ':'), lambda part: part <> ''))::integer)
                        || ':' || split_part(address, '::', 2),
                        ':'
                    )
                    else address
                end,
                ':'
            ),
            lambda part: lpad(bin(('0x' || part)::integer), 16, '0')
        ), '')
    end;

-- Whether an address lies in a range as written: CIDR, `first-last`, `first..last` or one address; false for a range of
-- the other family, null when either is no address.
create or replace macro ip_in_range(address, written) as
    case
        when contains(address, ':') <> contains(written, ':') then false
        when contains(address, ':') and contains(written, '/')
            then left(ipv6_bits(address), split_part(written, '/', 2)::integer)
                = left(ipv6_bits(split_part(written, '/', 1)), split_part(written, '/', 2)::integer)
        when contains(address, ':')
            then ipv6_bits(address) between ipv6_bits(regexp_extract(written, '^[0-9a-fA-F:]+', 0))
                and ipv6_bits(regexp_extract(written, '[0-9a-fA-F:]+$', 0))
        when contains(written, '/')
            then ipv4_number(address) // (1::bigint << (32 - split_part(written, '/', 2)::integer))
                = ipv4_number(split_part(written, '/', 1)) // (1::bigint << (32 - split_part(written, '/', 2)::integer))
        else ipv4_number(address) between ipv4_number(regexp_extract(written, '^\d+\.\d+\.\d+\.\d+', 0))
            and ipv4_number(regexp_extract(written, '\d+\.\d+\.\d+\.\d+$', 0))
    end;

-- Probability that a binomial (n, p) is at least m.
create or replace macro binomial_at_least(n, m, p) as
    list_sum(list_transform(
        range(m, n + 1),
        lambda j: exp(lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1)) * pow(p, j) * pow(1 - p, n - j)
    ));

-- Which of n sorted values is the `level` quantile of the m-th smallest value of a bootstrap resample of them.
create or replace macro bootstrap_rank(n, m, level) as
    list_filter(range(1, n + 1), lambda k: binomial_at_least(n, m, k / n) >= level - 1e-12)[1];

-- Twice the negative log-likelihood of `event_count` events in `length_s` seconds of a Poisson process of constant rate.
create or replace macro segment_cost(event_count, length_s) as
    case when event_count > 0 then -2 * (event_count * ln(event_count / length_s) - event_count) else 0.0 end;

-- What makes two log records the same.
create or replace macro record_digest(run_id, ts, node_name, message, error, sandbox_id, fields) as
    hash(run_id, ts, node_name, message, error, sandbox_id, fields);

-- The records of a raw log that are a copy of one in another file: all but one of the k-th equal records of each file.
-- Few records are in two files, and most nodes have one file: these are found first, since to number all records costs
-- many times as much. The digest is given too, since a torn line holds two records.
create or replace macro copied_records(log) as table
    with

    shared_nodes as (

        select
            run_id,
            node_name
        from query_table(log)
        group by run_id, node_name
        having min(file_id) <> max(file_id)

    ),

    records as materialized (

        select
            run_id,
            file_id,
            line,
            via is not null as is_carried,
            record_digest(run_id, ts, node_name, message, error, sandbox_id, fields) as digest
        from query_table(log) as captured
        semi join shared_nodes
            on captured.run_id = shared_nodes.run_id and captured.node_name is not distinct from shared_nodes.node_name
        where ts is not null

    ),

    in_several_files as (

        select digest
        from records
        group by digest
        having min(file_id) <> max(file_id)

    ),

    numbered as materialized (

        select
            records.*,
            row_number() over (
                partition by records.digest, records.file_id
                order by records.line
            ) as occurrence
        from records
        semi join in_several_files
            on records.digest = in_several_files.digest

    ),

    kept as (

        select
            digest,
            occurrence,
            min((is_carried, file_id)) as place
        from numbered
        group by digest, occurrence

    )

    select
        numbered.run_id,
        numbered.file_id,
        numbered.line,
        numbered.digest
    from numbered
    inner join kept
        on numbered.digest = kept.digest and numbered.occurrence = kept.occurrence
    where (numbered.is_carried, numbered.file_id) <> kept.place;
