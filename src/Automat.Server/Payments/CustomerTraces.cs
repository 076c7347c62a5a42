using System.Globalization;
using System.Text.Json.Nodes;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Payments;

/// <summary>
/// What payments know of customers: the address they gave on the pay page, in the purchase, in what the provider told us and
/// in what a machine was told to show. Serving roles may not touch these rows; the database's own functions blank the
/// address and nothing else.
/// </summary>
internal sealed class CustomerTraces : IPersonalData
{
    public string Name => "purchases";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var purchases = await subject.Of(db.Set<Purchase>(), p => p.Email).AsNoTracking()
            .OrderByDescending(p => p.CreatedAt).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. purchases.Select(Tell)];
    }

    public async Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.ComparedAddress is not { } address) return;
        if (subject.Within is null) await db.Database.ExecuteSqlAsync($"select forget_customer_everywhere({address})", ct);
        else await db.Database.ExecuteSqlAsync($"select forget_customer({address})", ct);
    }

    private static JsonObject Tell(Purchase purchase) => new()
    {
        ["id"] = purchase.Id.ToString(),
        ["email"] = purchase.Email,
        ["machine"] = purchase.MachineId.Value,
        ["bought"] = new JsonArray([.. purchase.Lines.Select(l => (JsonNode)l.Say(CultureInfo.InvariantCulture))]),
        ["amount"] = purchase.Amount,
        ["currency"] = purchase.Currency.Code,
        ["status"] = purchase.Status.ToString(),
        ["provider"] = purchase.Provider,
        ["provider_session"] = purchase.SessionId,
        ["created_at"] = purchase.CreatedAt.ToString("O"),
        ["paid_at"] = purchase.PaidAt?.ToString("O"),
    };
}

/// <summary>Addresses of customers go from finished purchases.</summary>
internal sealed class CustomerAddressRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "CustomerAddresses";

    public int DefaultDays => 180;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct) =>
        await OldPayments.ForgetAsync(db, "customers", before, BatchSize, ct) >= BatchSize;
}

/// <summary>The provider's names of cards and customers go from holds that have ended, unless something is still owed.</summary>
internal sealed class CardNameRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "CardNames";

    public int DefaultDays => 180;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct) =>
        await OldPayments.ForgetAsync(db, "cards", before, BatchSize, ct) >= BatchSize;
}

/// <summary>What providers told us goes once it was worked off: it holds what customers typed on their pay page.</summary>
internal sealed class ProviderMessageRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "ProviderMessages";

    public int DefaultDays => 180;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct) =>
        await OldPayments.ForgetAsync(db, "messages", before, BatchSize, ct) >= BatchSize;
}

/// <summary>
/// Serving roles may not touch what payments know of customers: the database's functions blank it, of all organisations for
/// work across, else of the scope's own.
/// </summary>
internal static class OldPayments
{
    public static Task<int> ForgetAsync(AutomatDb db, string what, DateTimeOffset before, int most, CancellationToken ct) =>
        db.Database.SqlQuery<int>($"select forget_before({what}, {before}, {most}) as \"Value\"").SingleAsync(ct);
}
