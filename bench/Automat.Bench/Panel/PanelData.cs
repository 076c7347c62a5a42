using System.Globalization;
using Npgsql;

namespace Automat.Bench.Panel;

/// <summary>
/// A large operator's database: machines, products in their slots, chips, and a year of vends with their ledger entries. The
/// rows are what pages read; the hashes of the entries are none, so that such a ledger cannot be verified.
/// </summary>
internal sealed class PanelData(NpgsqlDataSource owner, int machines, int vends, int entries)
{
    private const int Chips = 5_000;
    private const int Slots = 12;

    public async Task FillAsync()
    {
        await DoAsync("machines", MachineRows);
        await DoAsync("chips", ChipRows);
        await DoAsync("vends", VendRows);
        await DoAsync("ledger entries", EntryRows);
        await DoAsync("statistics", "vacuum (analyze)");
    }

    /// <summary>Has the server compute the days of reports from the new entries, as it does by itself from those of real sales.</summary>
    public async Task AwaitDaysAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        await using var head = owner.CreateCommand(
            "update ledger_heads h set sequence = greatest(sequence, (select max(sequence) from ledger_entries e where e.organization_id = h.organization_id))");
        await head.ExecuteNonQueryAsync();
        await using var behind = owner.CreateCommand(
            "select exists (select from ledger_heads h left join report_marks m using (organization_id) where coalesce(m.sequence, 0) < h.sequence)");
        while (await behind.ExecuteScalarAsync() is true) await Task.Delay(TimeSpan.FromSeconds(1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  days of reports: {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s"));
        await DoAsync("days of the year before, like the newest", OlderDays);
        await DoAsync("their statistics", "vacuum (analyze) machine_days, machine_spans, tender_days, product_days");
    }

    private async Task DoAsync(string what, string sql)
    {
        var begun = TimeProvider.System.GetTimestamp();
        await using var command = owner.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {what}: {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s"));
    }

    private string MachineRows =>
        $"""
        insert into machines select (jsonb_populate_record(m, jsonb_build_object(
                'id', 'bench-' || n, 'name', 'Snack Wall ' || n, 'location', 'Hall ' || (n % 40) || ', floor ' || (n % 7)))).*
            from machines m, generate_series(1, {machines}) n where m.id = 'snack-1';
        insert into slots select (jsonb_populate_record(s, jsonb_build_object('machine_id', 'bench-' || n))).*
            from slots s, generate_series(1, {machines}) n where s.machine_id = 'snack-1';
        insert into machine_statuses select (jsonb_populate_record(t, jsonb_build_object('machine_id', 'bench-' || n))).*
            from machine_statuses t, generate_series(1, {machines}) n where t.machine_id = 'snack-1';
        """;

    private static string ChipRows =>
        $"""
        insert into chips select (jsonb_populate_record(null::chips, to_jsonb(c) || jsonb_build_object('id', md5('chip' || n)::uuid,
                'uid_hash', '\x' || md5('uid' || n), 'label', 'Chip ' || n))).*
            from (select * from chips order by created_at limit 1) c, generate_series(1, {Chips}) n;
        """;

    /// <summary>
    /// One every few seconds, the last one now. Ids carry their time, as real ones do: tables and indexes grow at their end.
    /// </summary>
    private string VendRows =>
        $$"""
        with goods as (
            select s.code, p.id, p.name, p.category, s.price, p.tax_basis_points, row_number() over (order by s.code) - 1 as place
            from slots s join products p on p.id = s.product_id where s.machine_id = 'snack-1'),
        said as (
            select n, now() - ({{vends}} - n) * interval '{{SecondsApart}} seconds' as at, md5(n::text) as luck, (n * 7919::bigint) % 1000 as dice
            from generate_series(1::bigint, {{vends}}) n)
        insert into vends (id, organization_id, machine_id, lines, status, delivered, refunded, reason, late, code, session, intent,
            entry, deadline, reserved_at, started_at, settled_at, amount, currency, tender_kind, tender_reference)
        select
            (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(luck, 1, 3) || '8' || substr(luck, 4, 15))::uuid,
            o.id, 'bench-' || (1 + (n * 104729) % {{machines}}),
            jsonb_build_array(jsonb_build_object('Slot', g.code, 'Product', g.id, 'Name', g.name, 'Quantity', 1,
                'UnitPrice', g.price, 'TaxBasisPoints', g.tax_basis_points, 'Category', g.category)),
            case when dice < 970 then 'Committed' when dice < 990 then 'Cancelled' when dice < 999 or n < {{vends}} - 20000 then 'Refunded' else 'Unknown' end,
            case when dice < 970 or (dice >= 990 and (dice < 999 or n < {{vends}} - 20000)) then g.price else 0 end,
            case when dice >= 990 and (dice < 999 or n < {{vends}} - 20000) then g.price else 0 end,
            case when dice >= 970 and dice < 990 then 'no_answer' when dice >= 990 then 'goods_faulty' end,
            false, null,
            case when n % 10 < 5 then 'cs_bench_' || n end, case when n % 10 < 5 then 'pi_bench_' || n end,
            2 * n, at + interval '1 hour', at, at + interval '2 seconds', at + interval '9 seconds', g.price, o.currency,
            case when n % 10 < 5 then 'Paid' when n % 10 < 8 or dice >= 999 then 'Cash' else 'Chip' end,
            case when n % 10 < 5 then 'stripe' when n % 10 < 8 or dice >= 999 then 'bench-' || (1 + (n * 104729) % {{machines}})
                else md5('chip' || (1 + n % {{Chips}}))::uuid::text end
        from said join goods g on g.place = (n * 31) % {{Slots}}
        cross join (select id, currency from organizations order by created_at limit 1) o;
        """;

    /// <summary>A reserve and a commit of each of the newest vends.</summary>
    private string EntryRows =>
        $$"""
        create temporary table bench_newest as
            select *, row_number() over (order by reserved_at) as n from (
                select v.id, v.organization_id, v.machine_id, v.amount, v.currency, v.reserved_at,
                    case tender_kind when 'Paid' then 'stripe' when 'Cash' then 'cash:' || tender_reference else 'chip:' || tender_reference end as account
                from vends v where v.machine_id like 'bench-%' order by v.reserved_at desc limit {{entries / 2}}) newest;
        insert into ledger_entries (organization_id, sequence, timestamp, kind, payload, payload_hash, prev_hash, nonce, chain_hash)
            select organization_id, 1000000 + 2 * n + step, (extract(epoch from reserved_at) * 1000000)::bigint + step,
                case step when 0 then 'vend.reserved' else 'vend.committed' end,
                json_build_object('currency', currency, 'details', json_build_object('vend', id, 'machine', machine_id), 'kind', 'vend',
                    'postings', case step when 0 then json_build_array(json_build_array(account, -amount), json_build_array('held', amount))
                        else json_build_array(json_build_array('held', -amount), json_build_array('revenue:' || machine_id, amount)) end)::text,
                decode(md5(n::text) || md5(n::text), 'hex'), decode(md5(n::text) || md5(n::text), 'hex'), decode(md5(n::text), 'hex'),
                decode(md5(n::text) || md5(n::text), 'hex')
            from bench_newest, generate_series(0, 1) step;
        insert into ledger_postings (organization_id, account, sequence, currency, amount)
            select organization_id, case when step = 0 then account else 'revenue:' || machine_id end, 1000000 + 2 * n + step, currency,
                case when step = 0 then -amount else amount end
            from bench_newest, generate_series(0, 1) step
            union all
            select organization_id, 'held', 1000000 + 2 * n + step, currency, case when step = 0 then amount else -amount end
            from bench_newest, generate_series(0, 1) step;
        drop table bench_newest;
        """;

    /// <summary>
    /// The entries are those of the newest sales only. For reports of a year, the days before those are copies, ten weeks apart.
    /// </summary>
    private static string OlderDays =>
        """
        do $$
        declare newest date := (select max(day) from machine_days);
        begin
            if exists (select from machine_days where day < newest - 300) then return; end if;
            for back in 1..10 loop
                insert into machine_days (organization_id, day, machine_id, tender, currency, sales, failed, given_back, gross, tax, refunded,
                        net, cost, net_without_cost)
                    select organization_id, day - 70 * back, machine_id, tender, currency, sales, failed, given_back, gross, tax, refunded, net,
                        cost, net_without_cost
                    from machine_days where day between newest - 69 and newest on conflict do nothing;
            end loop;
            delete from machine_spans;
            insert into machine_spans (organization_id, length, first, machine_id, currency, sales, failed, gross, tax, refunded, net, cost,
                    net_without_cost, cash)
                select organization_id, length, day - (day - date '0001-01-01') % length, machine_id, currency, sum(sales), sum(failed), sum(gross),
                    sum(tax), sum(refunded), sum(net), sum(cost), sum(net_without_cost),
                    coalesce(sum(gross) filter (where tender = 'Cash'), 0)
                from machine_days, unnest(array[7, 28]) length group by 1, 2, 3, 4, 5 order by 1, 2, 3;
            delete from tender_days;
            insert into tender_days (organization_id, day, tender, currency, sales, failed, gross, tax, refunded, net, cost, net_without_cost)
                select organization_id, day, tender, currency, sum(sales), sum(failed), sum(gross), sum(tax), sum(refunded), sum(net), sum(cost),
                    sum(net_without_cost)
                from machine_days group by 1, 2, 3, 4;
        end $$;
        """;

    private string SecondsApart => (365.0 * 86_400 / vends).ToString(CultureInfo.InvariantCulture);
}
