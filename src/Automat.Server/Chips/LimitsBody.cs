using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Automat.Domain.Chips;

namespace Automat.Server.Chips;

/// <summary>At most so much; what is absent has no limit.</summary>
/// <param name="Amount">Minor units of the machine's currency.</param>
/// <param name="Vends">Pieces.</param>
internal sealed record CapBody(long? Amount, int? Vends);

/// <summary>A limit of the day and of the week.</summary>
/// <param name="Day">From midnight to midnight at the machine.</param>
/// <param name="Week">From Monday's midnight to the next.</param>
internal sealed record CapsBody(CapBody? Day, CapBody? Week);

/// <summary>A time in which the chip may buy.</summary>
/// <param name="Days">The days it begins on: <c>monday</c> to <c>sunday</c>; all when absent.</param>
/// <param name="From">Such as <c>07:00</c>.</param>
/// <param name="To">Such as <c>18:30</c>, at most <c>24:00</c>; not after <c>from</c> means: on the next day.</param>
internal sealed record HoursBody(IReadOnlyList<string>? Days, string? From, string? To);

/// <summary>
/// Limits as they are sent and stored. What is absent is said by the chip's group, else by the organisation; an empty
/// <c>{}</c> in the place of a limit lifts it, <c>open</c> lifts a lock, no hours at all mean any time.
/// </summary>
/// <param name="Day">For everything, a day.</param>
/// <param name="Week">For everything, a week.</param>
/// <param name="Categories">By category of products.</param>
/// <param name="MachineGroups">By group of machines.</param>
/// <param name="Locks">By category: <c>proof_of_age</c>, <c>employee</c>, <c>never</c> or <c>open</c>.</param>
/// <param name="Hours">When the chip may buy.</param>
internal sealed record LimitsBody(
    CapBody? Day, CapBody? Week, IReadOnlyDictionary<string, CapsBody>? Categories,
    IReadOnlyDictionary<string, CapsBody>? MachineGroups, IReadOnlyDictionary<string, string>? Locks,
    IReadOnlyList<HoursBody>? Hours)
{
    private const int MostNames = 50;
    private const int MostHours = 20;
    private const int LongestName = 60;
    private const long MostAmount = 100_000_000;
    private const int MostVends = 10_000;

    internal static readonly JsonSerializerOptions Stored = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Whether it says nothing.</summary>
    [JsonIgnore]
    public bool IsEmpty => Day is null && Week is null && Categories is null && MachineGroups is null && Locks is null && Hours is null;

    /// <summary>As it is stored; null when it says nothing.</summary>
    public string? Store() => IsEmpty ? null : JsonSerializer.Serialize(this, Stored);

    /// <summary>What was stored, as it was sent.</summary>
    public static LimitsBody? Show(string? json) => json is null ? null : JsonSerializer.Deserialize<LimitsBody>(json, Stored);

    /// <summary>What was stored, for deciding.</summary>
    public static ChipLimits Read(string? json) => Show(json) is not { } body ? ChipLimits.None : new ChipLimits
    {
        All = new Caps(Of(body.Day), Of(body.Week)),
        Categories = Of(body.Categories),
        MachineGroups = Of(body.MachineGroups),
        Locks = body.Locks?.ToDictionary(l => l.Key, l => LockOf(l.Value)!.Value) ?? [],
        Hours = body.Hours?.Select(h => new OpenHours(DaysOf(h)!, MinuteOf(h.From)!.Value, MinuteOf(h.To)!.Value)).ToList(),
    };

    /// <summary>Notes what cannot be, by the path of the field.</summary>
    public void Check(Dictionary<string, string> faults, string path)
    {
        Check(faults, path + ".day", Day);
        Check(faults, path + ".week", Week);
        Check(faults, path + ".categories", Categories);
        Check(faults, path + ".machine_groups", MachineGroups);
        CheckNames(faults, path + ".locks", Locks?.Keys);
        foreach (var (category, word) in Locks ?? new Dictionary<string, string>())
        {
            if (LockOf(word) is null) faults[$"{path}.locks.{category}"] = "One of proof_of_age, employee, never, open.";
        }

        if (Hours?.Count > MostHours) faults[path + ".hours"] = $"At most {MostHours}.";
        for (var i = 0; i < Math.Min(Hours?.Count ?? 0, MostHours); i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.hours[{i}]");
            if (DaysOf(Hours![i]) is null) faults[at + ".days"] = "Days are monday, tuesday, wednesday, thursday, friday, saturday, sunday.";
            if (MinuteOf(Hours[i].From) is null or 1440) faults[at + ".from"] = "A time from 00:00 to 23:59.";
            if (MinuteOf(Hours[i].To) is null) faults[at + ".to"] = "A time from 00:00 to 24:00.";
        }
    }

    private static void Check(Dictionary<string, string> faults, string path, IReadOnlyDictionary<string, CapsBody>? named)
    {
        CheckNames(faults, path, named?.Keys);
        foreach (var (name, caps) in named ?? new Dictionary<string, CapsBody>())
        {
            Check(faults, $"{path}.{name}.day", caps?.Day);
            Check(faults, $"{path}.{name}.week", caps?.Week);
        }
    }

    private static void Check(Dictionary<string, string> faults, string path, CapBody? cap)
    {
        if (cap?.Amount is < 0 or > MostAmount) faults[path + ".amount"] = $"From 0 to {MostAmount} minor units.";
        if (cap?.Vends is < 0 or > MostVends) faults[path + ".vends"] = $"From 0 to {MostVends}.";
    }

    private static void CheckNames(Dictionary<string, string> faults, string path, IEnumerable<string>? names)
    {
        if (names is null) return;
        var all = names.ToList();
        if (all.Count > MostNames) faults[path] = $"At most {MostNames}.";
        if (all.Exists(n => n.Length is 0 or > LongestName || n.Any(char.IsControl))) faults[path] = $"Names have 1 to {LongestName} characters.";
    }

    private static Cap? Of(CapBody? body) => body is null ? null : new Cap(body.Amount, body.Vends);

    private static Dictionary<string, Caps> Of(IReadOnlyDictionary<string, CapsBody>? named) =>
        named?.ToDictionary(n => n.Key, n => new Caps(Of(n.Value?.Day), Of(n.Value?.Week))) ?? [];

    private static CategoryLock? LockOf(string? word) => word switch
    {
        "open" => CategoryLock.Open,
        "proof_of_age" => CategoryLock.ProofOfAge,
        "employee" => CategoryLock.Employee,
        "never" => CategoryLock.Never,
        _ => null,
    };

    private static List<DayOfWeek>? DaysOf(HoursBody hours)
    {
        if (hours.Days is null) return [.. Enum.GetValues<DayOfWeek>()];
        var days = new List<DayOfWeek>();
        foreach (var word in hours.Days)
        {
            var at = Array.FindIndex(Enum.GetNames<DayOfWeek>(), n => n.Equals(word, StringComparison.OrdinalIgnoreCase));
            if (at < 0) return null;
            days.Add((DayOfWeek)at);
        }

        return days.Count == 0 ? null : days;
    }

    private static int? MinuteOf(string? text) =>
        text == "24:00" ? 1440
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (time.Hour * 60) + time.Minute
            : null;
}

/// <summary>An allowance as it is sent and stored.</summary>
/// <param name="Kind"><c>add</c>: so much is added; <c>fill</c>: filled up to so much.</param>
/// <param name="Amount">Minor units of the organisation's currency; 0 for none, whatever the group has.</param>
/// <param name="Period"><c>week</c> or <c>month</c>, in the time zone of the organisation's settings.</param>
/// <param name="Expires">Whether what is left of it goes when the period ends.</param>
internal sealed record AllowanceBody(string? Kind, long? Amount, string? Period, bool? Expires)
{
    private const long Most = 10_000_000;

    /// <summary>As it is stored.</summary>
    public string Store() => JsonSerializer.Serialize(this, LimitsBody.Stored);

    /// <summary>What was stored, as it was sent.</summary>
    public static AllowanceBody? Show(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<AllowanceBody>(json, LimitsBody.Stored);

    /// <summary>What was stored, for deciding; null where nothing was.</summary>
    public static ChipAllowance? Read(string? json) => Show(json) is { } body
        ? new ChipAllowance(
            body.Kind == "fill" ? AllowanceKind.Fill : AllowanceKind.Add, body.Amount ?? 0,
            body.Period == "week" ? AllowancePeriod.Week : AllowancePeriod.Month, body.Expires ?? false)
        : null;

    /// <summary>Notes what cannot be, by the path of the field.</summary>
    public void Check(Dictionary<string, string> faults, string path)
    {
        if (Kind is not ("add" or "fill")) faults[path + ".kind"] = "Either add or fill.";
        if (Amount is not (>= 0 and <= Most)) faults[path + ".amount"] = $"From 0 to {Most} minor units.";
        if (Period is not ("week" or "month")) faults[path + ".period"] = "Either week or month.";
    }
}
