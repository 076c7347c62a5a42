namespace Automat.Server.Settlements;

/// <summary>
/// The statements that count books and provider into the same rows. Each counts what is new and nothing else, in the transaction
/// that moves the mark: killed at any line, it counts nothing twice.
/// </summary>
internal static class SettlementStatements
{
    /// <summary>
    /// New postings of the provider's account: whose ($1), the account ($2), after which entry ($3), how many ($4), the days' zone
    /// ($5). Returns the last entry it took. Money that comes in stands below nothing on that account. What happened before the
    /// organisation was founded here was brought along from elsewhere: this provider's account knows nothing of it.
    /// </summary>
    public const string TakeBooked =
        """
        with taken as (
            select p.sequence, p.currency, -p.amount as amount, to_timestamp(e.timestamp / 1000000.0) as at,
                to_timestamp(e.timestamp / 1000000.0) >= o.created_at as own,
                case when e.kind like 'dispute.%' then 'Dispute' when e.kind like 'refund.%' or p.amount > 0 then 'Refund' else 'Payment' end as kind,
                left(coalesce(d ->> 'intent', d ->> 'session', 'entry:' || p.sequence), 255) as key, (d ->> 'vend')::uuid as vend
            from (select sequence, currency, amount from ledger_postings
                    where organization_id = $1 and account = $2 and sequence > $3 order by sequence limit $4) p
                join organizations o on o.id = $1
                join ledger_entries e on e.organization_id = $1 and e.sequence = p.sequence,
                lateral (select e.payload::jsonb -> 'details' as d offset 0) x),
        days as (
            insert into settlement_days as s (organization_id, day, currency, kind, booked, told, fees)
            select $1, (at at time zone $5)::date, currency, kind, sum(amount), 0, 0 from taken where own group by 2, 3, 4
            on conflict (organization_id, day, currency, kind) do update set booked = s.booked + excluded.booked),
        payments as (
            insert into settled_payments as s (organization_id, key, currency, vend_id, booked, told, booked_entries, told_entries, first_at, last_at)
            select $1, key, currency, (array_agg(vend) filter (where vend is not null))[1], sum(amount), 0, count(*), 0, min(at), max(at)
            from taken where own group by key, currency
            on conflict (organization_id, key, currency) do update set vend_id = coalesce(s.vend_id, excluded.vend_id),
                booked = s.booked + excluded.booked, booked_entries = s.booked_entries + excluded.booked_entries,
                first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at))
        select count(*), coalesce(max(sequence), $3) from taken
        """;

    /// <summary>
    /// Movements the provider told: ids ($1), kinds ($2), words ($3), amounts ($4), fees ($5), currencies ($6), payments ($7), times
    /// ($8), its name ($9), whose the account is ($10), organisations ($11) with their zones ($12). Those told before are left out;
    /// a payment the books know is its organisation's.
    /// </summary>
    public const string TakeTold =
        """
        with given as (
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8) as g(id, kind, word, amount, fee, currency, intent, at)),
        fresh as (
            insert into provider_entries (id, organization_id, provider, kind, word, amount, fee, currency, intent_id, created_at)
            select g.id, coalesce(k.organization_id, $10), $9, g.kind, g.word, g.amount, g.fee, g.currency, g.intent, g.at
            from given g left join lateral (select organization_id from settled_payments where key = g.intent limit 1) k on true
            on conflict (id) do nothing
            returning id, organization_id, kind, amount, fee, currency, intent_id, created_at as at),
        days as (
            insert into settlement_days as s (organization_id, day, currency, kind, booked, told, fees)
            select f.organization_id, (f.at at time zone coalesce(z.zone, 'UTC'))::date, f.currency, f.kind, 0, sum(f.amount), sum(f.fee)
            from fresh f left join unnest($11, $12) as z(organization, zone) on z.organization = f.organization_id group by 1, 2, 3, 4
            on conflict (organization_id, day, currency, kind) do update set told = s.told + excluded.told, fees = s.fees + excluded.fees),
        payments as (
            insert into settled_payments as s (organization_id, key, currency, vend_id, booked, told, booked_entries, told_entries, first_at, last_at)
            select organization_id, coalesce(intent_id, id), currency, null::uuid, 0, sum(amount), 0, count(*), min(at), max(at)
            from fresh where kind in ('Payment', 'Refund', 'Dispute') group by 1, 2, 3
            on conflict (organization_id, key, currency) do update set told = s.told + excluded.told,
                told_entries = s.told_entries + excluded.told_entries,
                first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at))
        select count(*) from fresh
        """;

    /// <summary>Every organisation with the zone its days are counted in, as closings are.</summary>
    public const string Zones =
        """
        select o.id, coalesce((select m.time_zone from machines m where m.organization_id = o.id
            group by m.time_zone order by count(*) desc, m.time_zone limit 1), 'UTC')
        from organizations o order by o.id
        """;

    /// <summary>When an organisation was founded: before, nothing of it was on the account.</summary>
    public const string Founded = "select created_at from organizations where id = $1";
}
