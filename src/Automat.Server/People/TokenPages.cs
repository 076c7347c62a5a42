using System.Globalization;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Tokens for programs: one's own, and for administrators the organisation's. A key is shown once.</summary>
internal sealed class TokenPages(AutomatDb db, TimeProvider clock)
{
    private const string Address = "/panel/tokens";
    private const int Most = 50;

    private static readonly int[] Lifetimes = [30, 90, 365];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.OwnTokens).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, TokenPages tokens, CancellationToken ct) => Pages.Show<TokensPage>(
            await tokens.ViewAsync(context, ct) with { Done = done is "revoked" ? "Tokens.RevokedDone" : null }));
        pages.MapForm("", (HttpContext context, TokenPages tokens, CancellationToken ct) => tokens.MakeAsync(context, ct))
            .RequireFreshProof(Address);
        pages.MapForm("/revoke", (HttpContext context, TokenPages tokens, CancellationToken ct) => tokens.RevokeAsync(context, ct));
    }

    private async Task<TokensView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var tokens = await Visible(context).AsNoTracking().OrderByDescending(t => t.CreatedAt).ToListAsync(ct);
        return new TokensView(
            [.. tokens.Select(t => new TokenView(
                t.Id.ToString(), t.Name, t.Start, t.PersonId is null, t.Scopes, t.ExpiresAt, t.LastUsedAt))],
            [.. Permissions.ScopesOf(context.User.RoleOf()!.Value).Select(Permissions.NameOf)],
            context.User.Allows(Permission.ServiceTokens));
    }

    private async Task<IResult> MakeAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var view = await ViewAsync(context, ct);
        var name = form["name"].ToString().Trim();
        var scopes = form["scope"].Where(s => s is not null).Select(s => s!).Distinct(StringComparer.Ordinal).ToArray();
        var days = int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        var service = form["kind"] == "service";
        var error = name.Length is 0 or > 100 ? "Tokens.NameMissing"
            : scopes.Length == 0 || scopes.Except(view.Scopes, StringComparer.Ordinal).Any() ? "Tokens.ScopesMissing"
            : !Lifetimes.Contains(days) ? "Tokens.LifetimeInvalid"
            : service && !view.MayMakeService ? "Tokens.NotYours"
            : view.Tokens.Count >= Most ? "Tokens.TooMany"
            : null;
        if (error is not null) return Pages.Show<TokensPage>(view with { Error = error }, StatusCodes.Status422UnprocessableEntity);

        var (key, now) = (ApiToken.NewKey(), clock.GetUtcNow());
        var token = new ApiToken
        {
            Id = Id<ApiToken>.New(now),
            OrganizationId = context.User.OrganizationOf(),
            PersonId = service ? null : context.User.PersonOf(),
            Name = name,
            Hash = ApiToken.HashOf(key),
            Start = key[..ApiToken.Shown],
            Scopes = scopes,
            CreatedAt = now,
            CreatedBy = context.User.PersonOf(),
            ExpiresAt = now.AddDays(days),
        };
        db.Add(token);
        db.Note(token.OrganizationId, "token.created", "token", token.Id.ToString());
        await db.SaveChangesAsync(ct);
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return Pages.Show<TokensPage>(await ViewAsync(context, ct) with { NewKey = key });
    }

    private async Task<IResult> RevokeAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var wanted = Guid.TryParse(form["token"], out var id) ? new Id<ApiToken>(id) : default;
        var token = await Visible(context).SingleOrDefaultAsync(t => t.Id == wanted, ct)
            ?? throw new RuleException("token_unknown", "There is no such token.");
        token.RevokedAt = clock.GetUtcNow();
        db.Note(token.OrganizationId, "token.revoked", "token", token.Id.ToString());
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{Address}?done=revoked");
    }

    /// <summary>One's own in this organisation; for administrators also the organisation's.</summary>
    private IQueryable<ApiToken> Visible(HttpContext context)
    {
        var (organization, person) = (context.User.OrganizationOf(), context.User.PersonOf());
        var alsoService = context.User.Allows(Permission.ServiceTokens);
        return db.Set<ApiToken>().Where(t => t.OrganizationId == organization && t.RevokedAt == null
            && (t.PersonId == person || (alsoService && t.PersonId == null)));
    }
}
