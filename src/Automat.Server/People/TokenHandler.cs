using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Automat.Server.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Automat.Server.People;

/// <summary>Lets programs in by the token they present, with its scopes and, for a personal one, its person's role of now.</summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    IServiceScopeFactory scopes, TimeProvider clock) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const int LongestKey = 512;

    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMinutes(1);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var presented = Callers.PresentedKey(Request);
        if (presented is null) return AuthenticateResult.NoResult();
        if (Encoding.UTF8.GetByteCount(presented) > LongestKey) return AuthenticateResult.Fail("That key is too long.");

        await using var scope = scopes.CreateScopeAcross("a token tells whose it is");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var hash = ApiToken.HashOf(presented);
        var now = clock.GetUtcNow();
        var token = await db.Set<ApiToken>().AsNoTracking().SingleOrDefaultAsync(
            t => t.Hash == hash && t.RevokedAt == null && (t.ExpiresAt == null || t.ExpiresAt > now), Context.RequestAborted);
        if (token is null) return AuthenticateResult.Fail("There is no such key.");

        var identity = new ClaimsIdentity(
            [
                new Claim(Callers.TokenClaim, token.Id.ToString()),
                new Claim(Callers.OrganizationClaim, token.OrganizationId.ToString()),
                .. token.Scopes.Select(scope => new Claim(Callers.ScopeClaim, scope)),
            ],
            Scheme.Name);
        if (token.PersonId is { } person && !await AddPersonAsync(db, identity, token, person))
            return AuthenticateResult.Fail("The person of this key no longer works here.");
        if (token.PersonId is null) identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, $"key:{token.Id}"));
        if (token.LastUsedAt is not { } last || now - last >= BetweenWrites)
        {
            await db.Set<ApiToken>().Where(t => t.Id == token.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now), Context.RequestAborted);
        }

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    private async Task<bool> AddPersonAsync(AutomatDb db, ClaimsIdentity identity, ApiToken token, Guid person)
    {
        var working = await db.Set<Membership>().AsNoTracking().SingleOrDefaultAsync(
            m => m.OrganizationId == token.OrganizationId && m.PersonId == person && m.DisabledAt == null,
            Context.RequestAborted);
        if (working is null) return false;
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, person.ToString()));
        identity.AddClaim(new Claim(Callers.RoleClaim, working.Role.ToString()));
        return true;
    }
}
