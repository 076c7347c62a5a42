using Automat.Domain;

namespace Automat.Server.Data;

/// <summary>Scopes for work that no signed-in caller has asked for.</summary>
public static class TenantScopes
{
    /// <summary>A scope that sees the rows of one organisation.</summary>
    public static AsyncServiceScope CreateScopeOf(this IServiceScopeFactory scopes, Id<Organization> organization)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(organization);
        return scope;
    }

    /// <summary>
    /// A scope that sees the rows of all organisations: for the server's own sweeps, and for finding out whose a name, key or
    /// token is before anybody is known. Never for what a caller asks for beyond that.
    /// </summary>
    /// <param name="scopes">Where scopes come from.</param>
    /// <param name="reason">Why this work cannot keep to one organisation; a constant phrase.</param>
    public static AsyncServiceScope CreateScopeAcross(this IServiceScopeFactory scopes, string reason)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantOfScope>().Tenant = Tenant.Everybody(reason);
        return scope;
    }
}

/// <summary>Holds the scope's tenant, so that a scope can begin with another than nobody's.</summary>
internal sealed class TenantOfScope
{
    public Tenant Tenant { get; set; } = new();
}
