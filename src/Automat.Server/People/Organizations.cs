using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>What a platform administrator sends to add an organisation.</summary>
/// <param name="Name">What receipts and pages call it.</param>
/// <param name="Currency">ISO 4217; its new machines start with it.</param>
/// <param name="AdministratorEmail">Who is invited as its first administrator.</param>
public sealed record AddOrganizationRequest(string? Name, string? Currency, string? AdministratorEmail);

/// <summary>An organisation as the platform's administrators see it.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">Name.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="People">How many work for it.</param>
/// <param name="Invited">How many are invited.</param>
public sealed record OrganizationAnswer(
    Guid Id, string Name, string Currency, DateTimeOffset CreatedAt, int People, int Invited);

/// <summary>
/// The organisations of this server, for the platform's administrators alone. What they do here lies beyond their own
/// organisation and is written down as such.
/// </summary>
internal sealed class Organizations(IServiceScopeFactory scopes, Actor actor, TimeProvider clock)
{
    private const int LongestName = 200;
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var organizations = routes.MapGroup("/api/v1/organizations").RequirePermission(Permission.PlatformWrite)
            .DisableAntiforgery().WithTags("Organizations");
        organizations.MapGet("", async (ClaimsPrincipal caller, Organizations all, CancellationToken ct) =>
                TypedResults.Ok(new { items = await all.ListAsync(caller, ct) }))
            .WithName("ListOrganizations").WithSummary("The organisations of this server, the newest first");
        organizations.MapPost("", async (
                AddOrganizationRequest request, ClaimsPrincipal caller, Organizations all, CancellationToken ct) =>
            {
                var added = await all.AddAsync(caller, request, ct);
                return TypedResults.Created($"/api/v1/organizations/{added.Id}", added);
            })
            .WithName("AddOrganization").WithSummary("Add an organisation and invite its first administrator");
    }

    /// <summary>The newest 500.</summary>
    public async Task<IReadOnlyList<OrganizationAnswer>> ListAsync(ClaimsPrincipal caller, CancellationToken ct)
    {
        await using var scope = await scopes.CrossTenantAsync(caller, actor, "the list of organisations", organization: null, ct);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = clock.GetUtcNow();
        var found = await db.Set<Organization>().AsNoTracking().OrderByDescending(o => o.CreatedAt).Take(Most)
            .Select(o => new
            {
                Organization = o,
                People = db.Set<Membership>().Count(m => m.OrganizationId == o.Id && m.DisabledAt == null),
                Invited = db.Set<Invitation>().Count(i => i.OrganizationId == o.Id && i.ClosedAt == null && i.ExpiresAt > now),
            }).ToListAsync(ct);
        return [.. found.Select(f => new OrganizationAnswer(
            f.Organization.Id.Value, f.Organization.Name, f.Organization.Currency.Code, f.Organization.CreatedAt, f.People, f.Invited))];
    }

    /// <summary>Adds one with an empty ledger, and invites its first administrator.</summary>
    /// <exception cref="RuleException"><c>organization_name_taken</c>.</exception>
    /// <exception cref="FieldsException"><c>organization_invalid</c>.</exception>
    public async Task<OrganizationAnswer> AddAsync(ClaimsPrincipal caller, AddOrganizationRequest request, CancellationToken ct)
    {
        var (name, email) = (request.Name?.Trim() ?? "", request.AdministratorEmail?.Trim() ?? "");
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl)) faults["name"] = $"1 to {LongestName} characters.";
        if (!Currency.TryParse(request.Currency?.Trim(), out var currency)) faults["currency"] = "Three letters of ISO 4217, such as EUR.";
        if (!SendInvitation.IsAddress(email)) faults["administrator_email"] = "An e-mail address.";
        FieldsException.ThrowIfAny("organization_invalid", faults);

        await using var scope = await scopes.CrossTenantAsync(caller, actor, "a new organisation", organization: null, ct);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        if (await db.Set<Organization>().AnyAsync(o => EF.Functions.ILike(o.Name, Sql.LikeQuoted(name), Sql.LikeEscape), ct))
        {
            throw new RuleException("organization_name_taken", $"There is an organisation called {name} already.");
        }

        var organization = new Organization
        {
            Id = Id<Organization>.New(clock.GetUtcNow()),
            Name = name,
            Currency = currency,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Add(organization);
        LedgerModule.Open(db, organization.Id);
        db.Note(organization.Id, "organization.added", "organization", organization.Id.ToString());
        await scope.ServiceProvider.GetRequiredService<SendInvitation>()
            .AddAsync(organization.Id, name, email, Role.Admin, caller.PersonOf(), ct);
        await db.SaveChangesAsync(ct);
        return new OrganizationAnswer(organization.Id.Value, name, currency.Code, organization.CreatedAt, People: 0, Invited: 1);
    }
}
