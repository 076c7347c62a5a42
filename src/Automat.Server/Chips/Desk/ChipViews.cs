using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Chips.Desk;

/// <summary>A chip of a list; its UID is known to nobody.</summary>
public sealed record ChipRow(
    Guid Id, string Label, string? Reference, string? Holder, string? Group, string State, Amount Balance, Amount Held, DateTimeOffset Since)
{
    /// <summary>What it is called, or how its id ends where it is called nothing.</summary>
    public string Name => Label.Length > 0 ? Label : "…" + Id.ToString()[^6..].ToUpperInvariant();

    internal static ChipRow Of(ChipAnswer chip) => new(
        chip.Id, chip.Label, chip.Reference, chip.Holder, chip.Group, chip.State, new Amount(chip.Balance, chip.Currency),
        new Amount(chip.Held, chip.Currency), chip.CreatedAt);
}

/// <summary>The list of chips.</summary>
/// <param name="Page">The rows, and how the reader wants to see them.</param>
/// <param name="Columns">The columns, for the page and for the file.</param>
/// <param name="Groups">Names of the groups there are.</param>
public sealed record ChipsView(ListPage<ChipRow> Page, IReadOnlyList<Column<ChipRow>> Columns, IReadOnlyList<string> Groups)
{
    /// <summary>Whether the reader may hand chips out and change them.</summary>
    public bool MayWrite { get; init; }
}

/// <summary>A form for a new chip, as it was sent.</summary>
/// <param name="Label">What it is to be called.</param>
/// <param name="Reference">What another system knows it by.</param>
/// <param name="Holder">Who is to carry it.</param>
/// <param name="HolderEmail">The holder's address.</param>
/// <param name="Group">The group.</param>
/// <param name="Groups">Names of the groups there are.</param>
/// <param name="Wrong">Texts by field that could not be.</param>
public sealed record NewChipView(
    string Label, string Reference, string Holder, string HolderEmail, string Group, IReadOnlyList<string> Groups,
    IReadOnlyDictionary<string, string> Wrong)
{
    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}

/// <summary>Credit that goes by itself.</summary>
public sealed record GoingCredit(Amount Amount, string Source, DateTimeOffset ExpiresAt);

/// <summary>The chip's own limits as a form has them: empty says nothing.</summary>
/// <param name="DayAmount">So much a day, as people write it.</param>
/// <param name="DayVends">So many pieces a day.</param>
/// <param name="WeekAmount">So much a week.</param>
/// <param name="WeekVends">So many pieces a week.</param>
/// <param name="Locks">A category and its lock in each line.</param>
public sealed record LimitsForm(string DayAmount, string DayVends, string WeekAmount, string WeekVends, string Locks);

/// <summary>A chip, all of it.</summary>
/// <param name="Row">Its facts.</param>
/// <param name="Available">What it can still pay.</param>
/// <param name="CreditLine">How far below zero it may go.</param>
/// <param name="HolderEmail">The holder's address.</param>
/// <param name="Flags">What it may do.</param>
/// <param name="Limits">Its own limits.</param>
/// <param name="Going">Credit that goes by itself.</param>
/// <param name="History">The states it came into, newest first.</param>
/// <param name="Groups">Names of the groups there are.</param>
public sealed record ChipView(
    ChipRow Row, Amount Available, Amount CreditLine, string? HolderEmail, (bool FreeVend, bool Employee, bool ProofOfAge) Flags,
    LimitsForm Limits, IReadOnlyList<GoingCredit> Going, IReadOnlyList<TimelineItem> History, IReadOnlyList<string> Groups)
{
    /// <summary>Why it is in its state, as somebody said.</summary>
    public string? StateReason { get; init; }

    /// <summary>The chip that took its place.</summary>
    public Guid? ReplacedBy { get; init; }

    /// <summary>Whether the reader may change it.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Whether the reader may put credit on it.</summary>
    public bool MayTopUp { get; init; }

    /// <summary>Texts by field that could not be.</summary>
    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}

/// <summary>A job of a list.</summary>
public sealed record JobRow(Guid Id, string Kind, string State, DateTimeOffset At);

/// <summary>What can be done to many chips, and what was lately.</summary>
/// <param name="Currency">Of amounts.</param>
/// <param name="Groups">Names of the groups there are.</param>
/// <param name="Jobs">The latest, newest first.</param>
/// <param name="Wrong">Texts by field that could not be.</param>
public sealed record BulkView(string Currency, IReadOnlyList<string> Groups, IReadOnlyList<JobRow> Jobs, IReadOnlyDictionary<string, string> Wrong)
{
    /// <summary>Whether the reader may put credit on chips.</summary>
    public bool MayTopUp { get; init; }
}

/// <summary>What becomes of a row of a job.</summary>
public sealed record JobLine(int Line, string Fate, string? Column, string? Message, Guid? Chip);

/// <summary>A job: what it would do, does or has done.</summary>
/// <param name="Row">Which.</param>
/// <param name="Counts">How many rows wait, are done, unchanged, wrong, refused.</param>
/// <param name="Confirm">To be sent back so that it begins; null once it has.</param>
/// <param name="Lines">Rows that are wrong or were refused, then others.</param>
public sealed record JobView(
    JobRow Row, (int Waiting, int Done, int Unchanged, int Wrong, int Refused) Counts, string? Confirm, IReadOnlyList<JobLine> Lines)
{
    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>How many rows it has.</summary>
    public int All => Counts.Waiting + Counts.Done + Counts.Unchanged + Counts.Wrong + Counts.Refused;

    /// <summary>How much is done, of a hundred.</summary>
    public int Percent => All == 0 ? 100 : (All - Counts.Waiting) * 100 / All;
}

/// <summary>Which text says a word of chips and jobs.</summary>
internal static class ChipTexts
{
    public static string OfState(string state) => state switch
    {
        "active" => "State.Active",
        "locked" => "State.Locked",
        _ => "State.Retired",
    };

    public static string ToneOf(string state) => state switch { "active" => "good", "locked" => "bad", _ => "idle" };

    public static string OfKind(string kind) => kind switch
    {
        "import" => "Job.Import",
        "lock" => "Job.Lock",
        "unlock" => "Job.Unlock",
        "retire" => "Job.Retire",
        _ => "Job.TopUp",
    };

    public static (string Text, string Tone) OfJob(string state) => state switch
    {
        "checked" => ("Job.Checked", "wait"),
        "running" => ("Job.Running", "wait"),
        "done" => ("Job.Done", "good"),
        _ => ("Job.Cancelled", "idle"),
    };

    public static (string Text, string Tone) OfFate(string fate) => fate switch
    {
        "waiting" => ("Fate.Waiting", "wait"),
        "wrong" => ("Fate.Wrong", "bad"),
        "unchanged" => ("Fate.Unchanged", "idle"),
        "done" => ("Fate.Done", "good"),
        _ => ("Fate.Refused", "bad"),
    };

    /// <summary>The text for a field that could not be.</summary>
    public static string OfField(string field) => field switch
    {
        "uid" => "Wrong.Uid",
        "label" or "reference" => "Wrong.Text",
        "holder" => "Wrong.Holder",
        "holder_email" => "Wrong.Email",
        "group" => "Wrong.Group",
        "amount" or "credit_line" => "Wrong.Amount",
        "reason" => "Wrong.Reason",
        "chips" => "Wrong.Chips",
        "file" => "Wrong.File",
        _ => "Wrong.Limits",
    };

    /// <summary>Texts by field.</summary>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> faults) =>
        faults.Keys.ToDictionary(f => f.Split('.')[0], OfField, StringComparer.Ordinal);
}
