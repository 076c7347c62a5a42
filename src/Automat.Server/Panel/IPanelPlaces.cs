using System.Security.Claims;

namespace Automat.Server.Panel;

/// <summary>The organisations somebody works for, as the frame shows them; who keeps memberships tells.</summary>
public interface IPanelPlaces
{
    /// <summary>Those of the person who is signed in; none for anybody else.</summary>
    Task<IReadOnlyList<PanelPlace>> OfAsync(ClaimsPrincipal who, CancellationToken ct);
}

/// <summary>An organisation one works for.</summary>
/// <param name="Id">Which, as the form that switches sends it.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsInUse">Whether it is the one whose pages are shown.</param>
public sealed record PanelPlace(string Id, string Name, bool IsInUse);
