namespace Automat.Domain;

/// <summary>
/// A rule of the trade was broken by what was asked. The <see cref="Code"/> is part of the API and never changes;
/// the message is a sentence a person can act on.
/// </summary>
public sealed class RuleException(string code, string message) : Exception(message)
{
    /// <summary>Stable, snake_case name of the broken rule, such as <c>insufficient_credit</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What else a machine can tell its customer; null where there is nothing to add.</summary>
    public RefusalHint? Hint { get; init; }
}

/// <summary>What a machine can tell whoever stands before it.</summary>
/// <param name="Display">At most 32 printable ASCII characters, for a display of two lines of sixteen.</param>
/// <param name="Rule">Which of several rules of its kind, such as <c>day:category:Sweets</c>; null where there is one only.</param>
/// <param name="OpensAt">When the same would be allowed again; null when it would not, or nobody knows.</param>
public sealed record RefusalHint(string Display, string? Rule = null, DateTimeOffset? OpensAt = null);
