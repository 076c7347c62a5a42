using Automat.Domain;
using Automat.Server.Data;

namespace Automat.Server.Ledger;

/// <summary>The ledger's front door.</summary>
public static class LedgerModule
{
    /// <summary>Adds the ledger's tables, its proofs, its verification and its export.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services) => services
        .AddSingleton<ITables, LedgerTables>()
        .AddScoped<LedgerProofs>()
        .AddSingleton<LedgerVerifier>()
        .AddSingleton<VerifiedExports>()
        .AddSingleton<LedgerExport>();

    /// <summary>Adds an empty ledger to the save that adds an organisation.</summary>
    public static void Open(AutomatDb db, Id<Organization> organization) => db.Add(LedgerHead.Empty(organization));
}
