using System.Globalization;
using Automat.Server.Ledger;
using Automat.Testing;

namespace Automat.Server.Tests.Ledger;

/// <summary>Whatever is changed behind the product's back, verification names the first row that is wrong.</summary>
public sealed class LedgerTamperingTests(Books books) : IClassFixture<Books>
{
    private const string Rows = "ledger_entries where organization_id = :org and sequence";

    private const string Row7 = "where organization_id = :org and sequence = 7";

    private const string Held = "organization_id = :org and account = 'held'";

    private const string Waiting = "organization_id = :org and status = 'Reserved'";

    // Found only by what stands beside the entries, so an export does not show it.
    private static readonly string[] BesideTheEntries =
    [
        LedgerBreakCode.TailMissing, LedgerBreakCode.RowBeyondHead, LedgerBreakCode.HeadDiffers,
        LedgerBreakCode.HeadMissing, LedgerBreakCode.BalanceDiffers, LedgerBreakCode.HeldDiffers,
    ];

    public static TheoryData<string, long?, string> Statements => new()
    {
        { $"update ledger_entries set payload = replace(payload, '199', '198') {Row7}", 7, "payload_changed" },
        { $"update ledger_entries set payload_hash = sha256('x') {Row7}", 7, "payload_changed" },
        { $"update ledger_entries set payload_hash = '' {Row7}", 7, "payload_changed" },
        { $"update ledger_entries set prev_hash = sha256('x') {Row7}", 7, "link_broken" },
        { $"update ledger_entries set timestamp = timestamp + 1 {Row7}", 7, "chain_changed" },
        { $"update ledger_entries set nonce = substring(sha256('x') for 16) {Row7}", 7, "chain_changed" },
        { $"update ledger_entries set nonce = '' {Row7}", 7, "chain_changed" },
        { $"update ledger_entries set chain_hash = sha256('x') {Row7}", 7, "chain_changed" },
        { $"update ledger_entries set kind = 'vend.cash' {Row7}", 7, "columns_differ" },
        { $"update ledger_entries set sequence = 1000 {Row7}", 7, "row_missing" },
        { $"update ledger_entries set sequence = -7 {Row7}", -7, "row_unexpected" },
        { $"update ledger_entries set organization_id = gen_random_uuid() {Row7}", 7, "row_missing" },
        { $"delete from {Rows} = 7", 7, "row_missing" },
        { $"delete from {Rows} = 1", 1, "row_missing" },
        { $"delete from {Rows} between 7 and 9", 7, "row_missing" },
        {
            "update ledger_entries set sequence = -sequence where organization_id = :org and sequence in (7, 9); "
                + "update ledger_entries set sequence = 16 + sequence where organization_id = :org and sequence < 0",
            7, "link_broken"
        },
        { $"delete from {Rows} > 20", 21, "tail_missing" },
        { $"delete from {Rows} > 0", 1, "tail_missing" },
        {
            $"delete from {Rows} > 20; update ledger_heads h set sequence = 20, chain_hash = e.chain_hash "
                + "from ledger_entries e "
                + "where h.organization_id = :org and e.organization_id = :org and e.sequence = 20",
            null, "balance_differs"
        },
        { "update ledger_heads set chain_hash = sha256('x') where organization_id = :org", 24, "head_differs" },
        { "update ledger_heads set sequence = 23 where organization_id = :org", 24, "row_beyond_head" },
        { "update ledger_heads set sequence = 25 where organization_id = :org", 25, "tail_missing" },
        { "delete from ledger_heads where organization_id = :org", null, "head_missing" },
        { $"update balances set amount = amount + 1 where {Held}", null, "balance_differs" },
        { $"delete from balances where {Held}", null, "balance_differs" },
        { "insert into balances values (:org, 'chip:new', 'EUR', 100)", null, "balance_differs" },
        { $"update vends set status = 'Committed' where {Waiting}", null, "held_differs" },
        { $"update vends set amount = amount + 1 where {Waiting}", null, "held_differs" },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    [Trait("Accepts", "S2-07")]
    [Trait("Accepts", "S2-08")]
    public async Task A_change_behind_the_products_back_is_found(string sql, long? row, string code)
    {
        await using var database = await books.CopyAsync();
        await using (var tampering = await Tampering.BeginAsync(database, books.Organization))
        {
            Assert.NotEqual(0, await tampering.RunAsync(sql));
        }

        await AssertFoundAsync(database, row, code);
    }

    public static TheoryData<string, string, string> Rewritten => new()
    {
        { "\"vend.committed\"", "\"vend.committed\" ", "payload_not_canonical" },
        { "{\"currency\":\"EUR\"", "{\"currency\":\"eur\"", "payload_not_canonical" },
        { "[\"held\",-199]", "[\"held\",-1990]", "unbalanced" },
        { "\"sequence\":8}", "\"sequence\":80}", "columns_differ" },
        { "\"kind\":\"vend.committed\"", "\"kind\":\"vend.cancelled\"", "columns_differ" },
        { "\"postings\":[", "\"postings\":[[\"chip:0A1B2C3D\",-900],[\"losses\",900],", "chip_overdrawn" },
    };

    [Theory]
    [MemberData(nameof(Rewritten))]
    [Trait("Accepts", "S2-08")]
    public async Task A_chain_written_anew_shows_what_the_product_would_not_have_written(
        string old, string changed, string code)
    {
        await using var database = await books.CopyAsync();
        await using (var tampering = await Tampering.BeginAsync(database, books.Organization))
        {
            await tampering.RechainAsync(8, p => p.Replace(old, changed, StringComparison.Ordinal));
        }

        await AssertFoundAsync(database, 8, code);
    }

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task A_chain_written_anew_from_some_row_does_not_end_in_the_head()
    {
        await using var database = await books.CopyAsync();
        await using (var tampering = await Tampering.BeginAsync(database, books.Organization))
        {
            await tampering.RechainAsync(8, p => p.Replace("snack-1", "snack-2", StringComparison.Ordinal));
        }

        await AssertFoundAsync(database, Books.Entries, LedgerBreakCode.HeadDiffers);
    }

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task A_row_put_at_the_end_is_one_too_many()
    {
        await using var database = await books.CopyAsync();
        await using (var tampering = await Tampering.BeginAsync(database, books.Organization))
        {
            await tampering.AppendAsync(Books.Entries + 1);
        }

        await AssertFoundAsync(database, Books.Entries + 1, LedgerBreakCode.RowBeyondHead);
    }

    private async Task AssertFoundAsync(TestDatabase database, long? row, string code)
    {
        var scope = new LedgerScope(books.Organization.ToString());
        var verdicts = await new LedgerVerifier(database.Address, TimeProvider.System).VerifyAsync(scope).ToListAsync();
        var wrong = Assert.Single(verdicts).Break;
        Assert.Equal((row, code), (wrong?.Sequence, wrong?.Code));

        IndependentCheck.Need();
        using var export = new MemoryStream();
        await new LedgerExport(database.Address).WriteAsync(scope, export);
        var (exit, said) = await IndependentCheck.RunAsync(export.ToArray());
        if (BesideTheEntries.Contains(code))
        {
            Assert.Equal(0, exit);
            return;
        }

        Assert.Equal(1, exit);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{books.Organization}: BROKEN at row {row} ({code})"), said);
    }
}
