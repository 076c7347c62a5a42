using Automat.Domain;
using Automat.Server.Chips;

namespace Automat.Server.Demo;

/// <summary>The demo's chips, each with some credit to try a machine with.</summary>
internal static class DemoChips
{
    /// <summary>The one the console shows.</summary>
    public const string Printed = "04A1B2C3D4E580";

    private static readonly (string Uid, string Label, long Credit)[] All =
    [
        (Printed, "Demo chip 1", 2_000),
        ("04A1B2C3D4E581", "Demo chip 2", 1_000),
        ("04A1B2C3D4E582", "Demo chip 3", 100),
    ];

    /// <summary>Issues them once; a second start leaves them as they are. Needs the running journal.</summary>
    public static async Task SetAsync(IServiceProvider services, Id<Organization> organization, CancellationToken ct)
    {
        foreach (var (uid, label, credit) in All)
        {
            await ChipsModule.SeedChipAsync(services, organization, uid, label, credit, ct);
        }
    }
}
