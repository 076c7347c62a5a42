using Automat.Domain;
using Automat.Domain.Vends;

namespace Automat.Server.Messages;

/// <summary>What a customer's report is about.</summary>
public enum MessageTopic
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A machine does not work.</summary>
    Machine,

    /// <summary>Something about the goods: spoilt, missing, wrongly labelled.</summary>
    Goods,

    /// <summary>A payment.</summary>
    Payment,

    /// <summary>These pages.</summary>
    Website,

    /// <summary>Something dangerous: glass, current, warmth where it must be cold.</summary>
    Danger,
}

/// <summary>How far a customer's report has been dealt with.</summary>
public enum MessageState
{
    /// <summary>Nobody has looked at it.</summary>
    New,

    /// <summary>Somebody sees to it.</summary>
    InHand,

    /// <summary>It is dealt with.</summary>
    Done,
}

/// <summary>What a customer wrote to the operator, and what came of it.</summary>
internal sealed class CustomerMessage
{
    public required Id<CustomerMessage> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public MessageTopic Topic { get; init; }

    public required string Text { get; init; }

    /// <summary>The machine it is about; null where none was named.</summary>
    public MachineId? MachineId { get; init; }

    /// <summary>The sale it is about; null where it came from no page of a sale.</summary>
    public Id<Vend>? VendId { get; init; }

    /// <summary>Where the customer wants an answer; null where none is wanted.</summary>
    public string? Email { get; init; }

    /// <summary>The language it was written in.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The picture, written anew; null where there is none.</summary>
    public byte[]? Photo { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public MessageState State { get; set; }

    /// <summary>What staff noted.</summary>
    public string? Note { get; set; }

    /// <summary>When staff changed it last.</summary>
    public DateTimeOffset? ChangedAt { get; set; }
}
