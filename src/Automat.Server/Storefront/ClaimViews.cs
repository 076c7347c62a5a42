namespace Automat.Server.Storefront;

/// <summary>Where a customer's complaint about a purchase is.</summary>
public enum ClaimStage
{
    /// <summary>It can be made.</summary>
    Open,

    /// <summary>It cannot be made: the machine is still at work.</summary>
    TooEarly,

    /// <summary>It cannot be made any more: too long ago.</summary>
    TooLate,

    /// <summary>There is nothing to claim: the money goes or went back already.</summary>
    NothingLeft,

    /// <summary>It was made; somebody will look at it.</summary>
    Waiting,

    /// <summary>The money goes back.</summary>
    Refunded,

    /// <summary>It was declined.</summary>
    Declined,
}

/// <summary>What a customer can say went wrong, as the form names it.</summary>
public enum ClaimChoice
{
    /// <summary>Nothing came out.</summary>
    NothingCameOut,

    /// <summary>Something else came out.</summary>
    WrongProduct,

    /// <summary>It came out damaged.</summary>
    Damaged,
}

/// <summary>The page at <c>/vends/{token}/claim</c>.</summary>
/// <param name="Token">The secret in the address.</param>
/// <param name="MachineName">Where it was bought.</param>
/// <param name="Stage">What the page is about.</param>
public sealed record ClaimPageView(string Token, string MachineName, ClaimStage Stage)
{
    /// <summary>What goes back; null when nothing does.</summary>
    public Amount? Amount { get; init; }

    /// <summary>What staff said.</summary>
    public string? Answer { get; init; }

    /// <summary>What was chosen, when the form comes back.</summary>
    public ClaimChoice? Choice { get; init; }

    /// <summary>What was written, when the form comes back.</summary>
    public string? Text { get; init; }

    /// <summary>The address that was typed, when the form comes back.</summary>
    public string? Email { get; init; }

    /// <summary>Names of the fields that cannot be: <c>kind</c>, <c>text</c>, <c>email</c>.</summary>
    public IReadOnlyCollection<string> Wrong { get; init; } = [];

    /// <summary>Characters that may be written.</summary>
    public int LongestText { get; init; } = 500;
}
