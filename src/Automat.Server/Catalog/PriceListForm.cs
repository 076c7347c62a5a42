using System.Globalization;

namespace Automat.Server.Catalog;

/// <summary>A price list as somebody types it: kept as typed, so that a form with a mistake comes back as it was.</summary>
public sealed record PriceListForm
{
    private const string Machine = "machine:";
    private const string Group = "group:";

    /// <summary>What staff call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Empty for all machines, else <c>machine:id</c> or <c>group:name</c>.</summary>
    public string Where { get; init; } = "";

    /// <summary>The first day, as a date field has it.</summary>
    public string ValidFrom { get; init; } = "";

    /// <summary>The last day.</summary>
    public string ValidUntil { get; init; } = "";

    /// <summary>The days of the week.</summary>
    public IReadOnlyList<string> Days { get; init; } = [];

    /// <summary>When it begins, as a time field has it.</summary>
    public string StartsAt { get; init; } = "";

    /// <summary>When it ends.</summary>
    public string EndsAt { get; init; } = "";

    /// <summary>Whether it is switched off for now.</summary>
    public bool Paused { get; init; }

    /// <summary>Where a list for a machine is for.</summary>
    public static string OfMachine(string id) => Machine + id;

    /// <summary>Where a list for a group is for.</summary>
    public static string OfGroup(string name) => Group + name;

    /// <summary>What was sent.</summary>
    public static PriceListForm Of(IFormCollection form) => new()
    {
        Name = form["name"].ToString(),
        Where = form["where"].ToString(),
        ValidFrom = form["valid_from"].ToString(),
        ValidUntil = form["valid_until"].ToString(),
        Days = [.. form["days"].OfType<string>()],
        StartsAt = form["starts_at"].ToString(),
        EndsAt = form["ends_at"].ToString(),
        Paused = form["paused"] == "true",
    };

    /// <summary>What is there already, to be changed.</summary>
    internal static PriceListForm Of(PriceListAnswer list) => new()
    {
        Name = list.Name,
        Where = list.Machine is { } machine ? OfMachine(machine) : list.Group is { } group ? OfGroup(group) : "",
        ValidFrom = list.ValidFrom?.ToString("O", CultureInfo.InvariantCulture) ?? "",
        ValidUntil = list.ValidUntil?.ToString("O", CultureInfo.InvariantCulture) ?? "",
        Days = list.Days,
        StartsAt = list.StartsAt?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? "",
        EndsAt = list.EndsAt?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? "",
        Paused = list.Paused,
    };

    /// <summary>What it asks for; what cannot be read goes into <paramref name="faults"/> by field.</summary>
    internal PriceListRequest ToRequest(IReadOnlyList<PriceRequest> prices, Dictionary<string, string> faults) => new(
        Name,
        Where.StartsWith(Machine, StringComparison.Ordinal) ? Where[Machine.Length..] : null,
        Where.StartsWith(Group, StringComparison.Ordinal) ? Where[Group.Length..] : null,
        Day("valid_until", ValidFrom, faults), Day("valid_until", ValidUntil, faults), Days, Time(StartsAt, faults), Time(EndsAt, faults), Paused, prices);

    private static DateOnly? Day(string field, string typed, Dictionary<string, string> faults)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        if (DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        faults[field] = "A day such as 2026-12-24.";
        return null;
    }

    private static TimeOnly? Time(string typed, Dictionary<string, string> faults)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        if (TimeOnly.TryParse(typed, CultureInfo.InvariantCulture, out var time)) return time;
        faults["ends_at"] = "A time such as 17:00.";
        return null;
    }
}
