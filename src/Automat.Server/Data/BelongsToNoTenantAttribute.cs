namespace Automat.Server.Data;

/// <summary>Rows of this kind name an organisation and yet are not its own, so that they are seen whoever is served.</summary>
/// <param name="reason">Why, in a sentence.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BelongsToNoTenantAttribute(string reason) : Attribute
{
    /// <summary>Why.</summary>
    public string Reason => reason;
}
