using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Journal;

namespace Automat.Server.Chips;

/// <summary>A chip that was issued.</summary>
/// <param name="ChipId">Names it from now on.</param>
/// <param name="Balance">Its credit, minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="LedgerSequence">Number of the entry of its first credit; null without any.</param>
internal sealed record IssuedChip(Guid ChipId, long Balance, string Currency, long? LedgerSequence);

/// <summary>Writes a new chip, its holder and its first credit: <c>desk −a, chip:ID +a</c>.</summary>
/// <param name="chip">The chip to be.</param>
/// <param name="hashes">Everything a chip with its UID may be found by already.</param>
/// <param name="by">Who issues it.</param>
/// <param name="key">The caller's idempotency key; null: each try is its own.</param>
/// <param name="fingerprint">What was asked for.</param>
internal sealed class BookIssue(Chip chip, byte[][] hashes, AuditSignature by, string? key, string fingerprint)
    : JournalCommand<IssuedChip>
{
    /// <summary>The hash was made under a key that is not the newest any more.</summary>
    public const string KeyExchanged = "chip_key_exchanged";

    /// <summary>Who carries it.</summary>
    public ChipHolder? Holder { get; init; }

    /// <summary>Its first credit; zero for none.</summary>
    public required Money TopUp { get; init; }

    /// <summary>Where the first credit came from.</summary>
    public CreditSource Source { get; init; } = CreditSource.Desk;

    public override string Key { get; } = $"issue-chip:{key ?? chip.Id.ToString()}";

    public override string Fingerprint => fingerprint;

    public override void Ask(JournalRows rows)
    {
        rows.Of<ChipUids>().Ask(chip.OrganizationId, hashes);
        rows.Of<ChipKeyRows>().Ask(chip.OrganizationId);
    }

    public override IssuedChip Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<ChipKeyRows>().TryGet(chip.OrganizationId, out var newest) || newest.Version != chip.KeyVersion)
        {
            throw new RuleException(KeyExchanged, "The key of the chips is being exchanged. Please repeat.");
        }

        var uids = rows.Of<ChipUids>();
        if (uids.IsTaken(chip.OrganizationId, hashes))
        {
            throw new RuleException("chip_already_issued", "A chip with this UID is registered already.");
        }

        uids.Take(chip.OrganizationId, chip.UidHash);
        rows.Of<ChipRows>().Put(chip);
        if (Holder is { } holder) rows.Of<ChipHolderRows>().Add(holder);
        rows.Of<ChipStateRows>().Put(ChipStateChange.Of(chip, by.Id, now));
        rows.Of<AuditRows>().Note(chip.OrganizationId, by, now, "chip.issued", "chip", chip.Id.ToString());
        long? entry = null;
        if (TopUp.Amount > 0)
        {
            entry = rows.Book(chip.OrganizationId, CreditEntry.Of(chip, TopUp, Source, "first credit"), now);
            rows.Of<AuditRows>().Note(
                chip.OrganizationId, by, now, "chip.topped_up", "chip", chip.Id.ToString(), $"{TopUp}, ledger entry {entry}: first credit");
        }

        return new IssuedChip(chip.Id.Value, TopUp.Amount, TopUp.Currency.Code, entry);
    }
}
