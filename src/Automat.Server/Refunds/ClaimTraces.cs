using System.Text.Json.Nodes;
using Automat.Domain.Claims;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>What claims know of customers: the address they gave to be told, and the words they wrote.</summary>
internal sealed class ClaimTraces : IPersonalData
{
    public string Name => "claims";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var claims = await subject.Of(db.Set<Claim>(), c => c.Email).AsNoTracking()
            .OrderByDescending(c => c.CreatedAt).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. claims.Select(c => new JsonObject
        {
            ["id"] = c.Id.ToString(),
            ["email"] = c.Email,
            ["machine"] = c.MachineId.Value,
            ["kind"] = c.Kind.ToString(),
            ["text"] = c.Text,
            ["status"] = c.Status.ToString(),
            ["answer"] = c.Answer,
            ["created_at"] = c.CreatedAt.ToString("O"),
        })];
    }

    public Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct) => subject.ComparedAddress is null
        ? Task.CompletedTask
        : subject.Of(db.Set<Claim>(), c => c.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Email, (string?)null).SetProperty(c => c.Text, (string?)null), ct);
}

/// <summary>Addresses and words of customers go from claims that were decided.</summary>
internal sealed class ClaimRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "Claims";

    public int DefaultDays => 180;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var old = db.Set<Claim>().Where(c => c.CreatedAt < before && c.Status != ClaimStatus.Waiting && (c.Email != null || c.Text != null))
            .OrderBy(c => c.CreatedAt).Take(BatchSize).Select(c => c.Id);
        return await db.Set<Claim>().Where(c => old.Contains(c.Id)).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Email, (string?)null).SetProperty(c => c.Text, (string?)null), ct) >= BatchSize;
    }
}
