using Automat.Domain;

namespace Automat.Server.Audit;

/// <summary>What verification found in one log.</summary>
/// <param name="Organization">Whose log.</param>
/// <param name="Name">The organisation's name, or its id where it has none; <c>platform</c> for the platform's own.</param>
/// <param name="Events">Events that were read and found in order.</param>
/// <param name="Head">Hash of the last of these.</param>
/// <param name="Break">What is wrong first, or null.</param>
public sealed record AuditVerdict(
    Id<Organization> Organization, string Name, long Events, ReadOnlyMemory<byte> Head, AuditBreak? Break)
{
    /// <summary>Nothing was found wrong.</summary>
    public bool IsUnbroken => Break is null;
}

/// <summary>The first thing that is wrong in a log.</summary>
/// <param name="Number">The row; null where no single row can be blamed.</param>
/// <param name="Code">What, as a stable word of <see cref="AuditBreakCode"/>.</param>
/// <param name="Reason">The same in a sentence.</param>
public sealed record AuditBreak(long? Number, string Code, string Reason);

/// <summary>How far verification has come.</summary>
/// <param name="Name">The organisation's name.</param>
/// <param name="Number">The event last read.</param>
/// <param name="Last">The newest event.</param>
public sealed record AuditProgress(string Name, long Number, long Last);

/// <summary>The stable words for what can be wrong.</summary>
public static class AuditBreakCode
{
    /// <summary>A number is missing: the row was removed or renumbered.</summary>
    public const string RowMissing = "row_missing";

    /// <summary>A row has a number no event can have, or none.</summary>
    public const string RowUnexpected = "row_unexpected";

    /// <summary>The row does not follow the row before it: its link was changed, or rows were exchanged or put in.</summary>
    public const string LinkBroken = "link_broken";

    /// <summary>The hash does not come from this row: something in it was changed.</summary>
    public const string ContentChanged = "content_changed";

    /// <summary>The row that says where the log ends is gone.</summary>
    public const string HeadMissing = "head_missing";

    /// <summary>The head names newer events than there are: the tail was cut off.</summary>
    public const string TailMissing = "tail_missing";

    /// <summary>There are newer events than the head names.</summary>
    public const string RowBeyondHead = "row_beyond_head";

    /// <summary>The head does not name the newest row's hash: the head was changed, or the log was written anew.</summary>
    public const string HeadDiffers = "head_differs";
}
