using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>
/// The account of somebody: names, address, where they work, where they were signed in, what they sign in with. It goes as a
/// whole; audit and other records keep the id, which then leads nowhere.
/// </summary>
internal sealed class PersonTraces : IPersonalData
{
    public string Name => "account";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.Person is not { } id) return [];
        var person = await db.Set<Person>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct);
        if (person is null) return [];
        return
        [
            new JsonObject
            {
                ["id"] = person.Id.ToString(),
                ["name"] = person.UserName,
                ["first_name"] = person.FirstName,
                ["last_name"] = person.LastName,
                ["email"] = person.Email,
                ["last_seen_at"] = person.LastSeenAt?.ToString("O"),
                ["second_step"] = person.TwoFactorEnabled,
                ["works_for"] = await WorksForAsync(db, id, ct),
                ["sessions"] = await SessionsAsync(db, id, ct),
                ["tokens"] = await TokensAsync(db, id, ct),
                ["passkeys"] = await PasskeysAsync(db, id, ct),
            },
        ];
    }

    public async Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        // An invitation stays known, but not whom it was sent to.
        await subject.Of(db.Set<Invitation>(), i => i.Email).ExecuteUpdateAsync(set => set.SetProperty(i => i.Email, (string?)null).SetProperty(i => i.ClosedAt, i => i.ClosedAt ?? i.ExpiresAt), ct);
        if (subject.Person is { } id) await db.Set<Person>().Where(p => p.Id == id).ExecuteDeleteAsync(ct);
    }

    private static async Task<JsonArray> WorksForAsync(AutomatDb db, Guid id, CancellationToken ct)
    {
        var rows = await (from m in db.Set<Membership>().AsNoTracking()
                          join o in db.Set<Organization>().AsNoTracking() on m.OrganizationId equals o.Id
                          where m.PersonId == id
                          orderby m.CreatedAt
                          select new { o.Name, m.Role, m.CreatedAt, m.DisabledAt }).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. rows.Select(m => new JsonObject
        {
            ["organization"] = m.Name,
            ["role"] = m.Role.ToString(),
            ["since"] = m.CreatedAt.ToString("O"),
            ["switched_off_at"] = m.DisabledAt?.ToString("O"),
        })];
    }

    private static async Task<JsonArray> SessionsAsync(AutomatDb db, Guid id, CancellationToken ct)
    {
        var rows = await db.Set<Session>().AsNoTracking().Where(s => s.PersonId == id)
            .OrderByDescending(s => s.CreatedAt).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. rows.Select(s => new JsonObject
        {
            ["from"] = s.Address,
            ["with"] = s.Agent,
            ["created_at"] = s.CreatedAt.ToString("O"),
            ["seen_at"] = s.SeenAt.ToString("O"),
            ["ended_at"] = s.EndedAt?.ToString("O"),
        })];
    }

    private static async Task<JsonArray> TokensAsync(AutomatDb db, Guid id, CancellationToken ct)
    {
        var rows = await db.Set<ApiToken>().AsNoTracking().Where(t => t.PersonId == id)
            .OrderBy(t => t.Id).Take(PersonalData.MostEach).Select(t => new { t.Name, t.Start, t.LastUsedAt }).ToListAsync(ct);
        return [.. rows.Select(t => new JsonObject
        {
            ["name"] = t.Name,
            ["begins_with"] = t.Start,
            ["last_used_at"] = t.LastUsedAt?.ToString("O"),
        })];
    }

    private static async Task<JsonArray> PasskeysAsync(AutomatDb db, Guid id, CancellationToken ct)
    {
        var rows = await db.Set<Microsoft.AspNetCore.Identity.IdentityUserPasskey<Guid>>().AsNoTracking()
            .Where(p => p.UserId == id).OrderBy(p => p.CredentialId).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. rows.Select(p => new JsonObject
        {
            ["name"] = p.Data.Name,
            ["created_at"] = p.Data.CreatedAt.ToString("O"),
        })];
    }
}

/// <summary>Sessions that are over, with the addresses they came from.</summary>
internal sealed class SessionRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "Sessions";

    public int DefaultDays => 90;

    public bool IsPerOrganization => false; // a person's, wherever they work

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var old = db.Set<Session>().Where(s => s.ExpiresAt < before || s.EndedAt < before)
            .OrderBy(s => s.Id).Take(BatchSize).Select(s => s.Id);
        return await db.Set<Session>().Where(s => old.Contains(s.Id)).ExecuteDeleteAsync(ct) == BatchSize;
    }
}

/// <summary>Whom invitations that are over were sent to.</summary>
internal sealed class InvitationRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "Invitations";

    public int DefaultDays => 90;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var old = db.Set<Invitation>().Where(i => i.Email != null && (i.ExpiresAt < before || i.ClosedAt < before))
            .OrderBy(i => i.Id).Take(BatchSize).Select(i => i.Id);
        return await db.Set<Invitation>().Where(i => old.Contains(i.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Email, (string?)null), ct) == BatchSize;
    }
}
