using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>
/// Who carries a chip. Apart from the chip itself, so that it can go without it: sales, books and audit name the chip only.
/// </summary>
internal sealed record ChipHolder
{
    public required Id<Chip> ChipId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required string Name { get; init; }

    /// <summary>By which somebody's data are found and erased; null where nobody gave one.</summary>
    public string? Email { get; init; }
}

/// <summary>The holders' share in a journal batch: written with a new chip, moved with a replaced one.</summary>
internal sealed class ChipHolderRows : IJournalTable
{
    private readonly List<ChipHolder> added = [];
    private readonly List<(Id<Chip> From, Id<Chip> To)> moved = [];
    private readonly List<ChipHolder> adding = [];
    private readonly List<(Id<Chip> From, Id<Chip> To)> moving = [];

    public void Add(ChipHolder holder) => adding.Add(holder);

    /// <summary>Whoever carried the one carries the other.</summary>
    public void Move(Id<Chip> from, Id<Chip> to) => moving.Add((from, to));

    public bool AddLoad(NpgsqlBatch batch) => false;

    public Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct) => Task.CompletedTask;

    public void AddWrites(NpgsqlBatch batch)
    {
        if (added.Count > 0)
        {
            batch.BatchCommands.Add(
                Sql.Of("insert into chip_holders (chip_id, organization_id, name, email) select * from unnest($1, $2, $3, $4)")
                    .Column(NpgsqlDbType.Uuid, added, h => h.ChipId.Value)
                    .Column(NpgsqlDbType.Uuid, added, h => h.OrganizationId.Value)
                    .Column(NpgsqlDbType.Text, added, h => h.Name)
                    .Column(NpgsqlDbType.Text, added, h => h.Email));
        }

        // One after the other: a chip may be replaced twice in one batch.
        foreach (var (from, to) in moved)
        {
            batch.BatchCommands.Add(
                Sql.Of("update chip_holders set chip_id = $2 where chip_id = $1").Value(from.Value).Value(to.Value));
        }
    }

    public void Accept()
    {
        added.AddRange(adding);
        moved.AddRange(moving);
        Discard();
    }

    public void Discard()
    {
        adding.Clear();
        moving.Clear();
    }
}

/// <summary>Whose chips somebody's are: the holders' names and addresses.</summary>
internal sealed class ChipHolderTraces : IPersonalData
{
    public string Name => "chips";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.Address is null) return [];
        var rows = await (from holder in subject.Of(db.Set<ChipHolder>().AsNoTracking(), h => h.Email)
                          join chip in db.Set<Chip>().AsNoTracking() on holder.ChipId equals chip.Id
                          orderby chip.CreatedAt descending
                          select new { holder.Name, holder.Email, chip.Id, chip.State, chip.CreatedAt })
            .Take(PersonalData.MostEach).ToListAsync(ct);
        var address = subject.ComparedAddress;
        var waiting = await db.Database.SqlQuery<string?>(
                $"""
                 select content::jsonb ->> 'holder' as "Value" from chip_job_rows
                 where lower(email) = {address} and content is not null order by job_id, line limit {PersonalData.MostEach}
                 """).ToListAsync(ct);
        return
        [
            .. rows.Select(r => new JsonObject
            {
                ["chip"] = r.Id.ToString(),
                ["holder"] = r.Name,
                ["email"] = r.Email,
                ["state"] = r.State.ToString(),
                ["issued_at"] = r.CreatedAt.ToString("O"),
            }),
            // Chips an import names that waits for somebody's word.
            .. waiting.Select(holder => new JsonObject { ["chip"] = null, ["holder"] = holder, ["email"] = subject.Address, ["state"] = "import" }),
        ];
    }

    public async Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.Address is null) return;
        await subject.Of(db.Set<ChipHolder>(), h => h.Email).ExecuteDeleteAsync(ct);
        // An import that waits for somebody's word issues the chip without its holder.
        var address = subject.ComparedAddress;
        await db.Database.ExecuteSqlAsync(
            $"update chip_job_rows set content = (content::jsonb - 'holder' - 'holder_email')::text, email = null where lower(email) = {address}", ct);
    }
}
