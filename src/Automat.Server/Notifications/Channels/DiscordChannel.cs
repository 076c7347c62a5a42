using Automat.Domain;

namespace Automat.Server.Notifications.Channels;

/// <summary>Where an organisation's posts go, and what it wants to read there.</summary>
internal sealed class DiscordChannel
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The webhook's address, encrypted: whoever has it can post. Null while none is set.</summary>
    public string? SealedAddress { get; set; }

    /// <summary>The last characters of the address, so that people can tell which one it is.</summary>
    public string? Ending { get; set; }

    /// <summary>Whether reports of customers are posted.</summary>
    public bool TellsMessages { get; set; } = true;

    /// <summary>Whether changes of goods and prices are posted.</summary>
    public bool TellsStock { get; set; }

    /// <summary>Whether what became of sales is posted.</summary>
    public bool TellsSales { get; set; }

    /// <summary>Whether posts may name people and their addresses.</summary>
    public bool NamesPeople { get; set; }

    /// <summary>Whether words of the list are covered in what customers write.</summary>
    public bool CoversWords { get; set; } = true;

    /// <summary>The words to cover, one a line.</summary>
    public string Words { get; set; } = WordFilter.Usual;

    /// <summary>The ledger's entry up to which sales were told; null before the first.</summary>
    public long? SalesUpTo { get; set; }

    /// <summary>Until when nothing is sent, because the other side asked for it or does not answer.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>Whether a topic is wanted.</summary>
    public bool Wants(ChannelTopic topic) => SealedAddress is not null && topic switch
    {
        ChannelTopic.Messages => TellsMessages,
        ChannelTopic.Stock => TellsStock,
        ChannelTopic.Sales => TellsSales,
        ChannelTopic.Test => true,
    };
}
