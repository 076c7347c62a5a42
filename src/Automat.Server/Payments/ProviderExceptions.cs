namespace Automat.Server.Payments;

/// <summary>A call to a payment provider that did not end well. The three kinds ask for three treatments.</summary>
public abstract class ProviderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The provider did not answer in time, or not understandably: whether the call had its effect is unknown.
/// Call again with the same key, or look it up; never assume either.
/// </summary>
public sealed class ProviderUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : ProviderException(message, inner)
{
    /// <summary>When the provider wants to be asked again, if it said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>The provider said no: the call had no effect and repeating it will have none.</summary>
/// <param name="code">The provider's stable word, such as <c>card_declined</c>.</param>
/// <param name="message">A sentence for staff; contains no secrets.</param>
/// <param name="parameter">The argument at fault, if the provider names one.</param>
/// <param name="declineCode">The bank's reason for a declined card, if given.</param>
public sealed class ProviderRefusedException(
    string code, string message, string? parameter = null, string? declineCode = null) : ProviderException(message)
{
    /// <summary>The provider's stable word, such as <c>card_declined</c>.</summary>
    public string Code { get; } = code;

    /// <summary>The argument at fault, if the provider names one.</summary>
    public string? Parameter { get; } = parameter;

    /// <summary>The bank's reason for a declined card, if given.</summary>
    public string? DeclineCode { get; } = declineCode;
}

/// <summary>
/// The provider answered something we have never seen: an unknown status, a missing field. Loud on purpose.
/// </summary>
public sealed class ProviderAnswerException(string message, Exception? inner = null)
    : ProviderException(message, inner);
