using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>What can be set for a VMflow board.</summary>
internal sealed record VmFlowSettings
{
    /// <summary>Seconds a board must have been on before it is given credit, so that its next start can be told from this one.</summary>
    public const int ShortestSettling = 12;

    /// <summary>The board speaks signed text.</summary>
    public const string Signed = "signed";

    /// <summary>The board speaks the older XOR frames: it is listened to and never told anything.</summary>
    public const string Legacy = "legacy";

    /// <summary>What the board was given as its domain; the machine's id when absent. No two boards have the same.</summary>
    [RegularExpression("^[A-Za-z0-9_-]{1,31}$", ErrorMessage = "Needed: up to 31 letters, digits, hyphens or underscores.")]
    public string? Sub { get; init; }

    /// <summary><c>signed</c>, or <c>legacy</c> for the firmware before signatures, which is insecure.</summary>
    [RegularExpression("^(signed|legacy)$", ErrorMessage = "Either signed or legacy.")]
    public string Firmware { get; init; } = Signed;

    /// <summary>
    /// Lets a board in that presents no name and secret of its own, as the published firmware: known by this MQTT client id.
    /// Insecure, so only together with <see cref="Allow"/>. No two boards have the same.
    /// </summary>
    [RegularExpression("^[ -~]{4,64}$", ErrorMessage = "Needed: 4 to 64 printable characters.")]
    public string? ClientId { get; init; }

    /// <summary>Where a board known by its client id may come from: addresses or networks.</summary>
    [MaxLength(16)]
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>
    /// Whether audit data the board sends is read: its cash is booked and stock follows it. Off where others can write to the
    /// board's topics, as on a broker shared with strangers; then it is kept and shown only.
    /// </summary>
    public bool ReadsDex { get; init; } = true;

    /// <summary>
    /// Hours between two questions for audit data, 0 for only when somebody asks: a doubt can be cleared up by it only where
    /// there is a reading from before.
    /// </summary>
    [Range(0, 720)]
    public int DexHours { get; init; } = 24;

    /// <summary>MDB scale factor the firmware was built with.</summary>
    [Range(1, 255)]
    public int Scale { get; init; } = 1;

    /// <summary>MDB decimal places the firmware was built with.</summary>
    [Range(0, 3)]
    public int Decimals { get; init; } = 2;

    /// <summary>The firmware cuts amounts where it should round (versions of 2026 and before), so 2.05 would become 2.04.</summary>
    public bool CutsAmounts { get; init; }

    /// <summary>Which slot an MDB item number is; one that is not named is the slot of that code, where there is one.</summary>
    [MaxLength(500)]
    public IReadOnlyDictionary<string, string> Items { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How often the board is asked how it is, in seconds; after three times that it counts as away.</summary>
    [Range(5, 600)]
    public int InfoS { get; init; } = 20;

    /// <summary>How often it is asked while somebody chooses, in tenths of a second.</summary>
    [Range(2, 50)]
    public int WatchTenths { get; init; } = 10;

    /// <summary>How long a session lasts at most, in seconds: the firmware ends it after 60; the rest is margin.</summary>
    [Range(1, 600)]
    public int SessionS { get; init; } = 70;

    /// <summary>How long past its end a session that still lasts, or a board that is silent, is watched, in seconds.</summary>
    [Range(1, 600)]
    public int GraceS { get; init; } = 30;

    /// <summary>How long the board may take to answer, in seconds. Its signature window is ten.</summary>
    [Range(1, 30)]
    public int AnswerWithin { get; init; } = 5;

    /// <summary>How long a credit nobody confirmed is waited for, in seconds: past the signature window it cannot be taken
    /// any more.</summary>
    [Range(1, 60)]
    public int ConfirmWithin { get; init; } = 15;

    /// <summary>How long a board may take to start anew and be back, in seconds.</summary>
    [Range(1, 300)]
    public int RestartWithin { get; init; } = 40;

    /// <summary>How long a paid credit waits for a board that is away or busy, in seconds, before the money goes back.</summary>
    [Range(1, 86_400)]
    public int TakeWithin { get; init; } = 180;

    /// <summary>How long an unknown outcome stays open, in seconds.</summary>
    [Range(1, 7 * 86_400)]
    public int DecideWithin { get; init; } = 600;

    /// <summary>Paid sales that may wait for the board; it serves one at a time.</summary>
    [Range(1, 20)]
    public int SalesAtOnce { get; init; } = 1;

    /// <summary>Minor units one cash sale may be.</summary>
    [Range(1, 100_000_000)]
    public long LargestAmount { get; init; } = 100_000;

    /// <summary>Minor units that are believed in a day of what no signature vouches for, and that an insecure board sells on the web.</summary>
    [Range(0, 100_000_000)]
    public long InsecureLimit { get; init; } = 5_000;

    /// <summary>The board speaks the older frames.</summary>
    internal bool IsLegacy => Firmware == Legacy;

    /// <summary>What is wrong with settings as somebody wrote them, by field.</summary>
    public static IReadOnlyDictionary<string, string> FaultsIn(JsonElement json)
    {
        var found = DriverSettings<VmFlowSettings>.FaultsIn(json);
        if (found.Count > 0) return found;
        var given = JsonSerializer.Deserialize<VmFlowSettings>(json, Reading)!;
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (given.Allow is not { } places || !places.All(IsPlace))
        {
            faults["settings.allow"] = "Name addresses such as 10.1.2.3, or networks such as 10.1.2.0/24.";
        }
        else if (given.ClientId is not null && places.Count == 0)
        {
            faults["settings.allow"] = "A board known by its client id needs the addresses it may come from.";
        }

        if (given.Items is not { } items || !items.All(IsItem))
        {
            faults["settings.items"] = "Item numbers from 0 to 4095, each with the code of a slot.";
        }

        return faults;
    }

    private static readonly JsonSerializerOptions Reading =
        new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static bool IsPlace(string? text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text ?? "", out _);

    private static bool IsItem(KeyValuePair<string, string> one) =>
        int.TryParse(one.Key, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number <= 0x0FFF && one.Value is { Length: >= 1 and <= 16 };
}
