namespace Automat.Server.Chips.Registrar;

/// <summary>A chip as a registrar sees it. Its UID is in no answer: it is kept as a keyed hash only.</summary>
/// <param name="ChipId">Names it.</param>
/// <param name="Status"><c>active</c>, <c>locked</c> or <c>retired</c>.</param>
/// <param name="StatusReason">Why, as somebody said.</param>
/// <param name="Holder">Who carries it.</param>
/// <param name="HolderEmail">The holder's address.</param>
/// <param name="Reference">What another system knows it by.</param>
/// <param name="Label">What it is called on lists.</param>
/// <param name="Group">The group whose limits and allowance it shares.</param>
/// <param name="Flags">What it may do.</param>
/// <param name="Balance">Credit in minor units, without what is held.</param>
/// <param name="Held">What is held for open vends, minor units.</param>
/// <param name="Available">What it can still pay, minor units: balance and credit line.</param>
/// <param name="CreditLine">How far the balance may go below zero, minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Limits">Its own limits and locks; what they do not say, its group or the organisation does.</param>
/// <param name="Allowance">Its own allowance.</param>
/// <param name="ReplacedBy">The chip that took its place.</param>
/// <param name="CreatedAt">When it was issued.</param>
internal sealed record RegistrarChip(
    Guid ChipId, string Status, string? StatusReason, string? Holder, string? HolderEmail, string? Reference, string Label,
    string? Group, FlagsBody Flags, long Balance, long Held, long Available, long CreditLine, string Currency, LimitsBody? Limits,
    AllowanceBody? Allowance, Guid? ReplacedBy, DateTimeOffset CreatedAt)
{
    public static RegistrarChip Of(ChipAnswer chip) => new(
        chip.Id, chip.State, chip.StateReason, chip.Holder, chip.HolderEmail, chip.Reference, chip.Label, chip.Group, chip.Flags,
        chip.Balance, chip.Held, chip.Available, chip.CreditLine, chip.Currency, chip.Limits, chip.Allowance, chip.ReplacedBy,
        chip.CreatedAt);
}

/// <summary>A page of chips.</summary>
/// <param name="Items">In the order they were issued.</param>
/// <param name="NextCursor">What to ask for next; null at the end.</param>
internal sealed record RegistrarChips(IReadOnlyList<RegistrarChip> Items, Guid? NextCursor);

/// <summary>Which chip a reader has before it.</summary>
/// <param name="Uid">The chip's UID as the reader gives it, hexadecimal. In the body, so that it is in no address or log.</param>
internal sealed record ResolveChipRequest(string? Uid);

/// <summary>What is to be different about a chip; see the fields of issuing one. What is absent stays.</summary>
/// <param name="Status"><c>active</c>, <c>locked</c> or <c>retired</c>, which is for good.</param>
/// <param name="Reason">Why the status changes; never personal data.</param>
/// <param name="Label">What it is called on lists.</param>
/// <param name="Reference">What another system knows it by; empty for nothing.</param>
/// <param name="Holder">Who carries it; empty for nobody.</param>
/// <param name="HolderEmail">The holder's address; empty for none.</param>
/// <param name="Group">Name of its group; empty for none.</param>
/// <param name="Flags">What it may do.</param>
/// <param name="Limits">Its own limits and locks; <c>{}</c> takes them away.</param>
/// <param name="Allowance">Its own allowance; <c>{}</c> takes it away.</param>
/// <param name="CreditLine">How far its balance may go below zero, minor units; takes <c>chip.topup</c>.</param>
internal sealed record RegistrarChangeRequest(
    string? Status = null, string? Reason = null, string? Label = null, string? Reference = null, string? Holder = null,
    string? HolderEmail = null, string? Group = null, FlagsBody? Flags = null, LimitsBody? Limits = null,
    AllowanceBody? Allowance = null, long? CreditLine = null)
{
    public ChangeChipRequest AsChange() =>
        new(Label, Reference, Holder, HolderEmail, Group, Flags, Limits, Allowance, CreditLine, Status, Reason);
}

/// <summary>Who a token belongs to and what it may do.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="Organization">Whose chips it sees.</param>
/// <param name="Currency">The currency amounts are in, ISO 4217.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ServerTime">The server's clock.</param>
internal sealed record RegistrarMe(
    Guid? TokenId, RegistrarOrganization Organization, string Currency, IReadOnlyList<string> Scopes, DateTimeOffset ServerTime);

/// <summary>An organisation.</summary>
internal sealed record RegistrarOrganization(Guid Id, string Name);

/// <summary>A refusal (RFC 9457).</summary>
/// <param name="Type">Names the kind of problem.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable word for what is wrong; programs look at this.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Errors">What is wrong, by the path of the field.</param>
/// <param name="TraceId">Names the request in the server's log.</param>
internal sealed record RegistrarProblem(
    string Type, string Title, int Status, string Code, string Detail, IReadOnlyDictionary<string, string>? Errors, string TraceId);
