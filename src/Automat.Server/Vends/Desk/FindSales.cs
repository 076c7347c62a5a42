using System.Text;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends.Desk;

/// <summary>
/// Finds sales. Time, machine and status are found by an index; what no index knows, as words and amounts, is looked for in the
/// newest sales the others leave, so that the costliest wish costs no more than that.
/// </summary>
internal sealed class FindSales(AutomatDb db)
{
    /// <summary>So many are looked through one by one.</summary>
    public const int LookedThrough = 20_000;

    private const int MostMachines = 200;

    // Most sales are of one thing, and taking a list apart costs more than looking at its first.
    private const string Others = " or (jsonb_array_length(lines) > 1 and exists (select from jsonb_array_elements(lines) l";

    // What EF asks a statement of ours for: parts of complex properties by other names than their columns have.
    private const string Columns = "*, amount as \"Amount_Amount\", currency as \"Amount_Currency\", "
        + "tender_kind as \"Tender_Kind\", tender_reference as \"Tender_Reference\"";

    /// <summary>The sales a filter leaves, in no order yet.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="filter">Which.</param>
    /// <param name="startOf">When a day begins for the reader.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RuleException">An amount is none.</exception>
    public async Task<IQueryable<Vend>> OfAsync(
        Id<Organization> organization, SalesFilter filter, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct)
    {
        var sales = db.Set<Vend>().AsNoTracking().Where(v => v.Organization == organization);
        if (filter.Id is { } id) return sales.Where(v => v.Id == id);
        if (filter.Payment is { } payment) return sales.Where(v => v.Session == payment || v.Intent == payment);

        var (from, to) = (filter.From is { } first ? startOf(first).ToUniversalTime() : (DateTimeOffset?)null,
            filter.To is { } last ? startOf(last.AddDays(1)).ToUniversalTime() : (DateTimeOffset?)null);
        var machines = filter.Machine.Length > 0 ? await MachinesAsync(organization, filter.Machine, ct) : null;
        if (filter.LooksInside) return await InsideAsync(organization, filter, (from, to), machines, ct);

        if (machines is [var one]) sales = sales.Where(v => v.Machine == one);
        else if (machines is not null) sales = sales.Where(v => machines.Contains(v.Machine));
        if (filter.Status is { } status) sales = sales.Where(v => v.Status == status);
        if (from is not null) sales = sales.Where(v => v.ReservedAt >= from);
        if (to is not null) sales = sales.Where(v => v.ReservedAt < to);
        return sales;
    }

    /// <summary>Machines by id or by a part of their name.</summary>
    private async Task<List<MachineId>> MachinesAsync(Id<Organization> organization, string word, CancellationToken ct)
    {
        var own = db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization);
        if (MachineId.TryParse(word, out var id) && await own.AnyAsync(m => m.Id == id, ct)) return [id];
        var like = Sql.LikeAnywhere(word);
        return await own.Where(m => EF.Functions.ILike(m.Name, like, Sql.LikeEscape))
            .OrderBy(m => m.Id).Take(MostMachines).Select(m => m.Id).ToListAsync(ct);
    }

    private async Task<IQueryable<Vend>> InsideAsync(
        Id<Organization> organization, SalesFilter filter, (DateTimeOffset? From, DateTimeOffset? To) time,
        IReadOnlyList<MachineId>? machines, CancellationToken ct)
    {
        var values = new List<object>();
        var sql = new StringBuilder($"select * from (select {Columns} from vends where organization_id = ").Append(Add(organization.Value));
        if (machines is not null) sql.Append(" and machine_id = any(").Append(Add(machines.Select(m => m.Value).ToArray())).Append(')');
        if (filter.Status is { } status) sql.Append(" and status = ").Append(Add(status.ToString()));
        if (time.From is { } from) sql.Append(" and reserved_at >= ").Append(Add(from));
        if (time.To is { } to) sql.Append(" and reserved_at < ").Append(Add(to));
        sql.Append(" order by reserved_at desc limit ").Append(Add(LookedThrough)).Append(") newest where true");
        if (filter.Tender is { } tender) sql.Append(" and tender_kind = ").Append(Add(tender.ToString()));
        if (filter.Least.Length + filter.Most.Length > 0)
        {
            var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
            if (filter.Least.Length > 0) sql.Append(" and amount >= ").Append(Add(TypedAmount.MinorOf(filter.Least, currency)));
            if (filter.Most.Length > 0) sql.Append(" and amount <= ").Append(Add(TypedAmount.MinorOf(filter.Most, currency)));
        }

        if (Guid.TryParse(filter.Product, out var product))
        {
            sql.Append(" and lines @> ").Append(Add(JsonSerializer.Serialize(new[] { new { Product = product } }))).Append("::jsonb");
        }
        else if (filter.Product.Length > 0)
        {
            var like = Add(Like(filter.Product));
            sql.Append(" and (lines #>> '{{0,Name}}' ilike ").Append(like).Append(Others).Append(" where l ->> 'Name' ilike ").Append(like).Append(")))");
        }

        if (filter.Text.Length > 0)
        {
            var (text, like) = (Add(filter.Text), Add(Like(filter.Text)));
            sql.Append(" and (code = ").Append(text).Append(" or reason = ").Append(text)
                .Append(" or lines #>> '{{0,Name}}' ilike ").Append(like).Append(" or lines #>> '{{0,Slot}}' = ").Append(text)
                .Append(Others).Append(" where l ->> 'Name' ilike ").Append(like).Append(" or l ->> 'Slot' = ").Append(text).Append(")))");
        }

        return db.Set<Vend>().FromSqlRaw(sql.ToString(), [.. values]).AsNoTracking();

        string Add(object value)
        {
            values.Add(value);
            return $"{{{values.Count - 1}}}";
        }

        static string Like(string word) => Sql.LikeAnywhere(word);
    }
}
