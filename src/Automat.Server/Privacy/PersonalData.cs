using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Automat.Server.Data;

namespace Automat.Server.Privacy;

/// <summary>All places where personal data lie, asked together.</summary>
public sealed class PersonalData(IEnumerable<IPersonalData> places, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>Records a place tells at most; an export says so when there are more.</summary>
    public const int MostEach = 10_000;

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file for people, not part of a page
    };

    /// <summary>Everything kept about somebody, as one JSON document.</summary>
    public async Task<byte[]> ExportAsync(DataSubject subject, CancellationToken ct)
    {
        await using var scope = Open(subject);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var document = new JsonObject { ["made_at"] = clock.GetUtcNow().ToString("O") };
        foreach (var place in places)
        {
            var records = await place.ExportAsync(db, subject, ct);
            document[place.Name] = new JsonArray([.. records]);
            if (records.Count >= MostEach) document[place.Name + "_cut_off_at"] = MostEach;
        }

        return JsonSerializer.SerializeToUtf8Bytes(document, Readable);
    }

    /// <summary>Makes everything about somebody go, or nothing: what is left half done nobody would find again.</summary>
    public async Task EraseAsync(DataSubject subject, CancellationToken ct)
    {
        await using var scope = Open(subject);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        foreach (var place in places) await place.EraseAsync(db, subject, ct);
        await transaction.CommitAsync(ct);
    }

    private AsyncServiceScope Open(DataSubject subject) => subject.Within is { } organization
        ? scopes.CreateScopeOf(organization)
        : scopes.CreateScopeAcross("somebody's own data lie in every organisation they dealt with");
}
