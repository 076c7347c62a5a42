namespace Automat.Domain.Prices;

/// <summary>Other prices than the usual ones, for some machines, at some times: a season's, or a happy hour's.</summary>
public sealed record PriceList
{
    /// <summary>Every day of the week.</summary>
    public const int EveryDay = 0b111_1111;

    /// <summary>Identity.</summary>
    public required Id<PriceList> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What staff call it.</summary>
    public required string Name { get; init; }

    /// <summary>The one machine it is for; null where it is for more.</summary>
    public MachineId? MachineId { get; init; }

    /// <summary>The group of machines it is for; null, without a machine either, where it is for all.</summary>
    public string? Group { get; init; }

    /// <summary>The first day it holds; null where it always has.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>The last day it holds; null where no end is known.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>The days of the week it begins on, a bit each, Monday the lowest.</summary>
    public int Days { get; init; } = EveryDay;

    /// <summary>When it begins on such a day, by the clock at the machine; null, as its end, where it holds all day.</summary>
    public TimeOnly? StartsAt { get; init; }

    /// <summary>When it ends; at or before its beginning it ends on the next day.</summary>
    public TimeOnly? EndsAt { get; init; }

    /// <summary>Whether staff have switched it off for now.</summary>
    public bool Paused { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
