using Automat.Domain;

namespace Automat.Server.Push;

/// <summary>The key an organisation shows push services. Browsers take pushes from whoever has the one they were given.</summary>
internal sealed class PushKey
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What browsers are given.</summary>
    public required byte[] PublicKey { get; set; }

    /// <summary>Both halves, encrypted.</summary>
    public required byte[] SealedKey { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; set; }
}
