namespace Automat.Domain;

/// <summary>
/// A rule of the trade was broken by what was asked. The <see cref="Code"/> is part of the API and never changes;
/// the message is a sentence a person can act on.
/// </summary>
public sealed class RuleException(string code, string message) : Exception(message)
{
    /// <summary>Stable, snake_case name of the broken rule, such as <c>insufficient_credit</c>.</summary>
    public string Code { get; } = code;
}
