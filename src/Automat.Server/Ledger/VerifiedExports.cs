using System.Globalization;
using Automat.Domain;

namespace Automat.Server.Ledger;

/// <summary>Before anything with balances leaves the house, the whole ledger is verified; only a few exports run at once.</summary>
public sealed class VerifiedExports(LedgerVerifier verifier)
{
    private const int AtOnce = 2;
    private int running;

    /// <summary>Verifies the whole ledger of an organisation; dispose what is returned when its export has ended.</summary>
    /// <exception cref="RuleException">
    /// <c>ledger_broken</c> with the first row that is wrong, <c>rate_limited</c> while others export.
    /// </exception>
    public async Task<IDisposable> BeginAsync(Id<Organization> organization, CancellationToken ct)
    {
        if (Interlocked.Increment(ref running) > AtOnce)
        {
            Interlocked.Decrement(ref running);
            throw new RuleException("rate_limited", $"{AtOnce} exports are running at this moment; try again in a while.");
        }

        var one = new One(this);
        try
        {
            await foreach (var verdict in verifier.VerifyAsync(new LedgerScope(organization.ToString()), ct: ct))
            {
                if (verdict.Break is { } wrong)
                {
                    var row = wrong.Sequence is { } number ? string.Create(CultureInfo.InvariantCulture, $" at row {number}") : "";
                    throw new RuleException("ledger_broken", $"The ledger is broken{row} ({wrong.Code}): {wrong.Reason} Nothing was exported.");
                }
            }

            return one;
        }
        catch
        {
            one.Dispose();
            throw;
        }
    }

    private sealed class One(VerifiedExports all) : IDisposable
    {
        private int disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0) Interlocked.Decrement(ref all.running);
        }
    }
}
