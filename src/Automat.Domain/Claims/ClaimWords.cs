namespace Automat.Domain.Claims;

/// <summary>What a customer says went wrong.</summary>
public enum ClaimKind
{
    /// <summary>Paid, and nothing came out.</summary>
    NothingCameOut,

    /// <summary>Something else came out than was bought.</summary>
    WrongProduct,

    /// <summary>It came out broken, opened or spoilt.</summary>
    Damaged,
}

/// <summary>How well we know that goods left a machine.</summary>
public enum DeliveryEvidence
{
    /// <summary>Nobody knows: it was assumed, or only that the command was sent.</summary>
    None,

    /// <summary>The machine said so, or took the command.</summary>
    Told,

    /// <summary>Something saw or weighed them on their way out.</summary>
    Seen,
}

/// <summary>What the rules say to a claim.</summary>
public enum ClaimVerdict
{
    /// <summary>Staff have to look.</summary>
    AskStaff,

    /// <summary>The sale itself was in doubt: it ends as not delivered.</summary>
    EndDoubt,

    /// <summary>Nothing speaks against the customer's word.</summary>
    Believe,

    /// <summary>The machine says otherwise; it is little, and this customer has not asked before.</summary>
    Goodwill,
}
