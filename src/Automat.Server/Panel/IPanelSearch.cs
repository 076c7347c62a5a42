using System.Security.Claims;

namespace Automat.Server.Panel;

/// <summary>A way to find a module's things from anywhere in the panel.</summary>
public interface IPanelSearch
{
    /// <summary>What a text finds. It asks for the permission its pages ask for, and finds nothing for whoever lacks it.</summary>
    /// <param name="who">Who looks.</param>
    /// <param name="text">What for: trimmed, two to a hundred characters.</param>
    /// <param name="most">No more than this.</param>
    /// <param name="ct">Cancels it.</param>
    Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct);
}

/// <summary>Something a search found.</summary>
/// <param name="Kind">What it is, in the reader's language: "Machine", "Sale".</param>
/// <param name="Title">Its name.</param>
/// <param name="Detail">What tells it from others of its name.</param>
/// <param name="Address">Its page.</param>
public sealed record PanelHit(string Kind, string Title, string? Detail, string Address);
