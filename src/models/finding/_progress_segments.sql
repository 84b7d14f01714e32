-- Progress in stretches of one pace each: one row per run, measure and stretch; report.progress_segments has the criterion.
--
-- The least cost of cutting what lies before an edge is found from the costs of all edges before it, one edge after the
-- other: the work grows with the square of the number of windows (300 at most), not of the pods. It is a reduction of one
-- list, since a recursive query would cost more for each edge than the edge does.
--
-- grain: run_id, measure, ordinal
with recursive

windows as (

    select
        spans.run_id,
        spans.measure,
        greatest(
            0,
            least(
                not_below_zero(ns_between(spans.started_at, instants.ts)) // spans.window_ns,
                spans.window_count - 1
            )
        ) as number,
        count(*) as progress_count
    from finding._progress_spans as spans
    inner join timeline._progress_instants as instants
        on
            spans.run_id = instants.run_id
            and spans.measure = instants.measure
            and spans.ended_at >= instants.ts
    group by all

),

-- edges are numbered from 0, the begin of the run; done_counts[n + 1] were done by edge n
edges as (

    select
        spans.run_id,
        spans.measure,
        spans.window_count,
        spans.window_ns / 1e9 as window_s,
        ns_between(spans.started_at, spans.ended_at) / 1e9 as span_s,
        spans.dispersion,
        3 * ln(spans.window_count) as penalty,
        list(numbers.done_count order by numbers.edge) as done_counts
    from finding._progress_spans as spans
    inner join (
        select
            grid.run_id,
            grid.measure,
            grid.edge,
            coalesce(sum(windows.progress_count) over (
                partition by grid.run_id, grid.measure
                order by grid.edge
            ), 0)::bigint as done_count
        from (
            select
                run_id,
                measure,
                unnest(range(window_count + 1)) as edge
            from finding._progress_spans
        ) as grid
        left join windows
            on
                grid.run_id = windows.run_id
                and grid.measure = windows.measure
                and grid.edge = windows.number + 1
    ) as numbers
        on spans.run_id = numbers.run_id and spans.measure = numbers.measure
    group by all

),

-- edge by edge the least cost of all ways to cut what lies before it, and where the last cut of the best way is;
-- best_ways[n + 1] is that of edge n
cuts as (

    select
        run_id,
        measure,
        window_count,
        list_reduce(
            list_transform(range(window_count + 1), lambda edge: [{'cost': 0.0::double, 'cut': 0::bigint}]),
            lambda ways, next_edge: list_append(ways, list_min(list_transform(
                ways,
                lambda way, number: {
                    'cost': way.cost
                    + segment_cost(
                        done_counts[len(ways) + 1] - done_counts[number],
                        if(len(ways) = window_count, span_s, len(ways) * window_s) - (number - 1) * window_s
                    ) / dispersion
                    + if(number = 1, 0, penalty),
                    'cut': number - 1
                }
            )))
        ) as best_ways
    from edges

),

-- back from the end of the run, cut by cut
stretches as (

    select
        run_id,
        measure,
        best_ways,
        best_ways[window_count + 1].cut as start_edge,
        window_count as end_edge
    from cuts

    union all

    select
        run_id,
        measure,
        best_ways,
        best_ways[start_edge + 1].cut,
        start_edge
    from stretches
    where start_edge > 0

)

select
    stretches.run_id,
    stretches.measure,
    row_number() over (
        partition by stretches.run_id, stretches.measure
        order by stretches.start_edge
    ) as ordinal,
    add_ns(spans.started_at, stretches.start_edge * spans.window_ns) as started_at,
    case when stretches.end_edge = spans.window_count then spans.ended_at
    else add_ns(spans.started_at, stretches.end_edge * spans.window_ns) end as ended_at,
    edges.done_counts[stretches.start_edge + 1] as done_count_start,
    edges.done_counts[stretches.end_edge + 1] as done_count_end,
    spans.goal_count,
    (edges.done_counts[stretches.end_edge + 1] - edges.done_counts[stretches.start_edge + 1])
    / (
        if(stretches.end_edge = spans.window_count, edges.span_s, stretches.end_edge * edges.window_s)
        - stretches.start_edge * edges.window_s
    ) as rate_per_s,
    spans.window_ns,
    spans.dispersion
from stretches
inner join finding._progress_spans as spans
    on stretches.run_id = spans.run_id and stretches.measure = spans.measure
inner join edges
    on stretches.run_id = edges.run_id and stretches.measure = edges.measure
