namespace Automat.Server.Customers;

/// <summary>Asking for a mail with a link.</summary>
/// <param name="Joins">Whether for an account; else for a new password.</param>
public sealed record LinkView(bool Joins)
{
    /// <summary>Where to go once the account is there; empty for nowhere special.</summary>
    public string ReturnUrl { get; init; } = "";

    /// <summary>What was typed.</summary>
    public string Typed { get; init; } = "";

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Wrong { get; init; }

    /// <summary>Why nothing was sent; null for no reason.</summary>
    public string? Error { get; init; }

    /// <summary>The mail is on its way, where there is one to send.</summary>
    public bool IsSent { get; init; }
}

/// <summary>Choosing a password with a mailed link.</summary>
/// <param name="Token">The secret in the link.</param>
/// <param name="Email">The address it went to.</param>
/// <param name="IsNew">Whether it makes an account.</param>
public sealed record PasswordView(string Token, string Email, bool IsNew)
{
    /// <summary>What the customer wants to be called.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the name cannot be taken.</summary>
    public bool NameWrong { get; init; }

    /// <summary>What is wrong with the password.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Whether the link no longer works.</summary>
    public bool IsOver { get; init; }
}

/// <summary>Signing in.</summary>
/// <param name="ReturnUrl">Where to go then.</param>
/// <param name="Email">What was typed.</param>
public sealed record CustomerSignInView(string ReturnUrl, string Email)
{
    /// <summary>Why not; null for no reason.</summary>
    public string? Error { get; init; }

    /// <summary>What was done; null for nothing.</summary>
    public string? Done { get; init; }
}

/// <summary>A customer's own account.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Email">Their address.</param>
/// <param name="MailsReady">Whether they are told that an order can be collected.</param>
/// <param name="MailsCollected">Whether they are told that an order was collected.</param>
public sealed record CustomerAccountView(string Name, string Email, bool MailsReady, bool MailsCollected)
{
    /// <summary>What was done; null for nothing.</summary>
    public string? Done { get; init; }

    /// <summary>What is wrong with the name.</summary>
    public string? NameWrong { get; init; }

    /// <summary>What is wrong with the present password.</summary>
    public string? PasswordWrong { get; init; }

    /// <summary>What is wrong with the new password.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The new address that was typed.</summary>
    public string NewEmail { get; init; } = "";

    /// <summary>What is wrong with it.</summary>
    public string? EmailWrong { get; init; }

    /// <summary>What is wrong with the password that goes with it.</summary>
    public string? EmailPasswordWrong { get; init; }

    /// <summary>Passkeys, oldest first.</summary>
    public IReadOnlyList<PasskeyView> Passkeys { get; init; } = [];

    /// <summary>Why no passkey was added.</summary>
    public string? PasskeyWrong { get; init; }

    /// <summary>Why nothing was erased.</summary>
    public string? EraseWrong { get; init; }
}

/// <summary>A passkey of a customer.</summary>
/// <param name="Id">What its authenticator calls it.</param>
/// <param name="Name">What the customer calls it.</param>
/// <param name="Since">When it was added.</param>
public sealed record PasskeyView(byte[] Id, string Name, DateTimeOffset Since);

/// <summary>Confirming a new address with a mailed link.</summary>
/// <param name="Token">The secret in the link.</param>
/// <param name="Email">The new address.</param>
public sealed record EmailView(string Token, string Email)
{
    /// <summary>Whether the link no longer works.</summary>
    public bool IsOver { get; init; }
}
