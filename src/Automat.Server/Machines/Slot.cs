using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Machines;

/// <summary>Names one slot of one machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Code">The slot's code there, such as <c>A1</c>.</param>
public readonly record struct SlotKey(MachineId Machine, string Code);

/// <summary>A place in a machine's planogram: what lies there, what it costs, how much is left.</summary>
public sealed record Slot
{
    /// <summary>The machine.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>Code of the slot, unique in the machine.</summary>
    public required string Code { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What lies there.</summary>
    public required Id<Product> ProductId { get; init; }

    /// <summary>Price in minor units of the machine's currency, tax included.</summary>
    public required long Price { get; init; }

    /// <summary>How many fit; null where nothing can run out, such as credits of a game.</summary>
    public int? Capacity { get; init; }

    /// <summary>How many are meant to be there after a visit.</summary>
    public int? ParLevel { get; init; }

    /// <summary>With fewer than these it is time for a visit.</summary>
    public int? MinLevel { get; init; }

    /// <summary>How many are there.</summary>
    public int Stock { get; init; }

    /// <summary>How many of these are promised to somebody.</summary>
    public int Reserved { get; init; }

    /// <summary>How many can be sold; null for no limit.</summary>
    public int? Available => Capacity is null ? null : Math.Max(Stock - Reserved, 0);

    /// <summary>Promises some to a customer.</summary>
    /// <exception cref="RuleException"><c>sold_out</c> when fewer are left.</exception>
    public Slot Hold(int quantity) => Available < quantity
        ? throw new RuleException("sold_out", $"Only {Available} left in {Code}.") { Hint = new("Sold out") }
        : this with { Reserved = Reserved + quantity };

    /// <summary>Takes a promise back.</summary>
    public Slot Release(int quantity) => this with { Reserved = Math.Max(Reserved - quantity, 0) };

    /// <summary>Some left the machine, promised or not.</summary>
    public Slot Take(int quantity) => this with { Stock = Capacity is null ? Stock : Math.Max(Stock - quantity, 0) };
}

/// <summary>The slots' share in a journal batch.</summary>
public sealed class SlotRows() : JournalTable<SlotKey, Slot>(_columns)
{
    private const string Columns =
        "machine_id, code, organization_id, product_id, price, capacity, par_level, stock, reserved, min_level";

    private static readonly JournalColumns<Slot> _columns = new JournalColumns<Slot>("slots")
        .Key("machine_id", NpgsqlDbType.Text, s => s.MachineId.Value)
        .Key("code", NpgsqlDbType.Text, s => s.Code)
        .Changing("stock", NpgsqlDbType.Integer, s => s.Stock)
        .Changing("reserved", NpgsqlDbType.Integer, s => s.Reserved);

    /// <inheritdoc/>
    protected override SlotKey KeyOf(Slot row) => new(row.MachineId, row.Code);

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<SlotKey> keys) =>
        // In the order of their keys, and key by key ("offset 0"), however small the table was when this was planned.
        Sql.Of("select s.* from (select * from unnest($1, $2) as u(m, c) order by m, c) k, "
                + $"lateral (select {Columns} from slots where machine_id = k.m and code = k.c offset 0 for update) s")
            .Column(NpgsqlDbType.Text, keys, k => k.Machine.Value)
            .Column(NpgsqlDbType.Text, keys, k => k.Code);

    /// <inheritdoc/>
    protected override Slot Read(NpgsqlDataReader reader) => new()
    {
        MachineId = MachineId.Parse(reader.GetString(0)),
        Code = reader.GetString(1),
        OrganizationId = new Id<Organization>(reader.GetGuid(2)),
        ProductId = new Id<Product>(reader.GetGuid(3)),
        Price = reader.GetInt64(4),
        Capacity = reader.IsDBNull(5) ? null : reader.GetInt32(5),
        ParLevel = reader.IsDBNull(6) ? null : reader.GetInt32(6),
        Stock = reader.GetInt32(7),
        Reserved = reader.GetInt32(8),
        MinLevel = reader.IsDBNull(9) ? null : reader.GetInt32(9),
    };

    /// <inheritdoc/>
    protected override NpgsqlBatchCommand InsertCommand(IReadOnlyList<Slot> inserts) =>
        throw new NotSupportedException("The planogram makes slots; the journal only moves their stock.");
}
