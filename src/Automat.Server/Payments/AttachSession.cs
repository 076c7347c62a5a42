using Automat.Domain;
using Automat.Server.Journal;

namespace Automat.Server.Payments;

/// <summary>The provider has opened the pay page of a purchase.</summary>
public sealed class AttachSession(Id<Purchase> id, string session) : JournalCommand<bool>
{
    /// <inheritdoc/>
    public override string Key => $"attach:{id}";

    /// <inheritdoc/>
    public override void Ask(JournalRows rows) => rows.Of<PurchaseRows>().Ask(id);

    /// <inheritdoc/>
    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<PurchaseRows>().TryGet(id, out var purchase)) return false;
        if (purchase.SessionId is null) rows.Of<PurchaseRows>().Put(purchase with { SessionId = session });
        return true;
    }
}
