using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Refunds;

/// <summary>Names a day's goodwill of an organisation.</summary>
/// <param name="Organization">Whose.</param>
/// <param name="Day">The day, UTC.</param>
/// <param name="Currency">What it is counted in.</param>
internal readonly record struct GoodwillKey(Id<Organization> Organization, DateOnly Day, Currency Currency);

/// <summary>How much goodwill an organisation has shown on a day without a person.</summary>
internal sealed record GoodwillDay
{
    public required Id<Organization> OrganizationId { get; init; }

    public required DateOnly Day { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>Minor units.</summary>
    public required long Amount { get; init; }
}

/// <summary>Goodwill's share in a journal batch: the limit of a day holds however many claim at once.</summary>
internal sealed class GoodwillRows() : JournalTable<GoodwillKey, GoodwillDay>(_columns)
{
    private static readonly JournalColumns<GoodwillDay> _columns = new JournalColumns<GoodwillDay>("goodwill_days")
        .Key("organization_id", NpgsqlDbType.Uuid, d => d.OrganizationId.Value)
        .Key("day", NpgsqlDbType.Date, d => d.Day)
        .Key("currency", NpgsqlDbType.Char, d => d.Currency.Code)
        .Changing("amount", NpgsqlDbType.Bigint, d => d.Amount);

    /// <summary>What was shown already.</summary>
    public long Of(GoodwillKey key) => TryGet(key, out var day) ? day.Amount : 0;

    /// <summary>Some more was shown.</summary>
    public void Add(GoodwillKey key, long amount) => Put(new GoodwillDay
    {
        OrganizationId = key.Organization,
        Day = key.Day,
        Currency = key.Currency,
        Amount = Of(key) + amount,
    });

    /// <inheritdoc/>
    protected override GoodwillKey KeyOf(GoodwillDay row) => new(row.OrganizationId, row.Day, row.Currency);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<GoodwillKey> keys) =>
        Sql.Of("select organization_id, day, currency, amount from goodwill_days "
                + "where (organization_id, day, currency) in (select * from unnest($1, $2, $3)) "
                + "order by organization_id, day, currency for update")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Organization.Value)
            .Column(NpgsqlDbType.Date, keys, k => k.Day)
            .Column(NpgsqlDbType.Char, keys, k => k.Currency.Code);

    /// <inheritdoc/>
    protected override GoodwillDay Read(NpgsqlDataReader reader) => new()
    {
        OrganizationId = new Id<Organization>(reader.GetGuid(0)),
        Day = reader.GetFieldValue<DateOnly>(1),
        Currency = Currency.Parse(reader.GetString(2)),
        Amount = reader.GetInt64(3),
    };
}

/// <summary>How often whoever paid was shown goodwill lately: by the address they paid under, in one organisation.</summary>
internal sealed class GoodwillPayers : IJournalTable
{
    private readonly HashSet<(Id<Organization> Organization, string Address)> asked = [];
    private readonly HashSet<(Id<Organization>, string)> loaded = [];
    private readonly Dictionary<(Id<Organization>, string), int> counts = [];
    private readonly List<(Id<Organization>, string)> pending = [];

    /// <summary>How far back goodwill counts, in days.</summary>
    public const int Days = 90;

    /// <summary>Says that a command must know this payer.</summary>
    /// <param name="organization">Where.</param>
    /// <param name="address">The address they paid under, in lower case.</param>
    public void Ask(Id<Organization> organization, string address)
    {
        if (!loaded.Contains((organization, address))) asked.Add((organization, address));
    }

    /// <summary>How often.</summary>
    public int Of(Id<Organization> organization, string address) =>
        counts.GetValueOrDefault((organization, address)) + pending.Count(p => p == (organization, address));

    /// <summary>Once more.</summary>
    public void Add(Id<Organization> organization, string address) => pending.Add((organization, address));

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(
            Sql.Of("select k.o, k.a, count(*)::int from unnest($1, $2) as k(o, a) "
                    + "join purchases p on lower(p.email) = k.a and p.organization_id = k.o "
                    + "join claims c on c.vend_id = p.vend_id and c.verdict = 'Goodwill' "
                    + $"and c.created_at > now() - interval '{Days} days' group by k.o, k.a")
                .Column(NpgsqlDbType.Uuid, asked, k => k.Organization.Value)
                .Column(NpgsqlDbType.Text, asked, k => k.Address));
        loaded.UnionWith(asked);
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct)) counts[(new Id<Organization>(reader.GetGuid(0)), reader.GetString(1))] = reader.GetInt32(2);
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        // It is written with the claims.
    }

    public void Accept()
    {
        foreach (var payer in pending) counts[payer] = counts.GetValueOrDefault(payer) + 1;
        pending.Clear();
    }

    public void Discard() => pending.Clear();
}
