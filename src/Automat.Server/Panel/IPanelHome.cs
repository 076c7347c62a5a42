using Microsoft.AspNetCore.Components;

namespace Automat.Server.Panel;

/// <summary>What a module adds at the end of the panel's first page, such as who is signed in.</summary>
public interface IPanelHome
{
    /// <summary>The part; null for nothing.</summary>
    Task<RenderFragment?> MakeAsync(HttpContext context, CancellationToken ct);
}
