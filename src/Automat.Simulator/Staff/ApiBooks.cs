using System.Text.Json.Nodes;
using Automat.Simulator.Judging;

namespace Automat.Simulator.Staff;

/// <summary>
/// The books as far as the API shows them: every sale, and what is left on the run's chips. The chain itself only the owner of
/// the database can walk.
/// </summary>
/// <param name="staff">Somebody with a key.</param>
/// <param name="chips">The run's chips: the ids the server gave them.</param>
/// <param name="credit">Minor units each was given.</param>
public sealed class ApiBooks(StaffApi staff, IReadOnlyCollection<string> chips, long credit) : IBooks
{
    private readonly List<BookedVend> read = [];

    /// <inheritdoc/>
    public bool SeesLedger => false;

    /// <inheritdoc/>
    public Task<string?> VerifyAsync(CancellationToken ct) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BookedVend>> VendsAsync(IReadOnlyCollection<string> machines, CancellationToken ct)
    {
        read.Clear();
        foreach (var machine in machines)
        {
            read.AddRange((await staff.AllAsync($"/api/v1/machines/{machine}/vends?limit=200", ct)).Select(v => Of(machine, v)));
        }

        return read;
    }

    /// <summary>All chips as one: they were used at these machines alone, so what is missing on them is what was sold for them.</summary>
    public async Task<IReadOnlyList<BookedChip>> ChipsAsync(CancellationToken ct)
    {
        var balances = new List<long>();
        foreach (var chip in chips) balances.Add((await staff.GetAsync($"/api/v1/chips/{chip}", ct))["balance"]!.GetValue<long>());
        var spent = read.Where(v => v.Tender == "Chip").Sum(v => v.Delivered - v.Refunded);
        return
        [
            new BookedChip("all chips of the run", balances.Sum(), (credit * chips.Count) - spent),
            .. balances.Where(b => b < 0).Select(b => new BookedChip("a chip of the run", b, b)),
        ];
    }

    /// <inheritdoc/>
    public Task<long> BalanceAsync(string account, CancellationToken ct) =>
        throw new NotSupportedException("The API shows no accounts.");

    private static BookedVend Of(string machine, JsonNode vend) => new(
        Text(vend, "id")!, machine, Pascal(Text(vend, "status")!), Pascal(Text(vend, "tender")!),
        vend["amount"]!.GetValue<long>(), vend["delivered"]!.GetValue<long>(), vend["late"]!.GetValue<bool>(), Text(vend, "reason"))
    {
        Session = Text(vend, "session"),
        Code = Text(vend, "code"),
        Email = Text(vend, "email"),
        Command = Text(vend, "command"),
        Refunded = vend["refunded"]!.GetValue<long>(),
    };

    private static string? Text(JsonNode vend, string name) => vend[name]?.GetValue<string>();

    /// <summary><c>partly_refunded</c> as the books spell it.</summary>
    private static string Pascal(string word) =>
        string.Concat(word.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
