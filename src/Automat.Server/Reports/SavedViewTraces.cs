using System.Text.Json.Nodes;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Reports;

/// <summary>The views of reports somebody has kept; they go with the person.</summary>
internal sealed class SavedViewTraces : IPersonalData
{
    public string Name => "saved_views";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.Person is not { } person) return [];
        var views = await db.Set<SavedReport>().AsNoTracking().Where(s => s.PersonId == person)
            .OrderBy(s => s.Id).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. views.Select(s => new JsonObject
        {
            ["name"] = s.Name,
            ["report"] = s.Kind.ToString(),
            ["mail"] = s.Rhythm.ToString(),
            ["created_at"] = s.CreatedAt.ToString("O"),
        })];
    }

    public Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct) => subject.Person is { } person
        ? db.Set<SavedReport>().Where(s => s.PersonId == person).ExecuteDeleteAsync(ct)
        : Task.CompletedTask;
}
