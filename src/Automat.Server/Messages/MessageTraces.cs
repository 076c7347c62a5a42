using System.Text.Json.Nodes;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Messages;

/// <summary>What customers wrote to the operator, where they named their address, in the text or as where to answer.</summary>
internal sealed class MessageTraces : IPersonalData, IRetention
{
    private const int BatchSize = 1_000;

    string IPersonalData.Name => "messages";

    string IRetention.Name => "Messages";

    public int DefaultDays => 365;

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var messages = await Naming(db, subject).AsNoTracking().OrderByDescending(m => m.ReceivedAt)
            .Take(PersonalData.MostEach)
            .Select(m => new { m.Text, m.Email, m.MachineId, m.Note, m.ReceivedAt, HasPhoto = m.Photo != null }).ToListAsync(ct);
        return [.. messages.Select(m => new JsonObject
        {
            ["text"] = m.Text,
            ["email"] = m.Email,
            ["machine"] = m.MachineId?.Value,
            ["photo"] = m.HasPhoto,
            ["note"] = m.Note,
            ["received_at"] = m.ReceivedAt.ToString("O"),
        })];
    }

    public Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct) =>
        Naming(db, subject).ExecuteDeleteAsync(ct);

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var old = db.Set<CustomerMessage>().Where(m => m.ReceivedAt < before)
            .OrderBy(m => m.Id).Take(BatchSize).Select(m => m.Id);
        return await db.Set<CustomerMessage>().Where(m => old.Contains(m.Id)).ExecuteDeleteAsync(ct) == BatchSize;
    }

    private static IQueryable<CustomerMessage> Naming(AutomatDb db, DataSubject subject)
    {
        if (subject.Address is not { } address) return db.Set<CustomerMessage>().Where(_ => false);
        var pattern = Sql.LikeAnywhere(address);
        return db.Set<CustomerMessage>().Where(m => EF.Functions.ILike(m.Text, pattern, Sql.LikeEscape)
            || (m.Email != null && EF.Functions.ILike(m.Email, pattern, Sql.LikeEscape)));
    }
}
