using System.Net.Http.Headers;
using System.Security.Cryptography;
using Automat.Scenarios.Registrar.Generated;
using Automat.Testing;

namespace Automat.Scenarios.Registrar;

/// <summary>A desk with a reader hands out chips, through the client generated from the description.</summary>
[Trait("Accepts", "S2-21")]
public sealed class RegistrarApiTests(SharedApp shared) : IClassFixture<SharedApp>, IDisposable
{
    private readonly HttpClient http = ClientOf(shared.App, TestApp.ApiKey);

    private RegistrarClient Registrar => new(http);

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task A_token_is_checked_before_it_is_used()
    {
        var me = await Registrar.RegistrarMeAsync();
        using var stranger = ClientOf(shared.App, "no-such-token");
        var refused = await Assert.ThrowsAsync<RegistrarException<RegistrarProblem>>(() => new RegistrarClient(stranger).RegistrarMeAsync());

        Assert.Equal(("Demo Automat", "EUR"), (me.Organization.Name, me.Currency));
        Assert.Subset(me.Scopes.ToHashSet(), new HashSet<string> { "chip.read", "chip.write", "chip.topup" });
        Assert.Equal((401, "unauthorized"), (refused.StatusCode, refused.Result.Code));
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task A_chip_is_issued_with_its_first_credit_exactly_once()
    {
        var request = new IssueChipRequest
        {
            Uid = NewUid(),
            Holder = "Erika Beispiel",
            Reference = "P-1",
            Label = "Blue",
            Flags = new FlagsBody { Employee = true },
            Initial_top_up = 2_000,
        };
        var key = NewUid();

        var first = await Registrar.RegistrarIssueChipAsync(request, key);
        var again = await Registrar.RegistrarIssueChipAsync(request, key);
        var taken = await RefusedAsync(() => Registrar.RegistrarIssueChipAsync(request, NewUid()));
        var other = await RefusedAsync(() => Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = request.Uid, Initial_top_up = 1 }, key));
        var stolen = await RefusedAsync(() => Registrar.RegistrarIssueChipAsync(
            new IssueChipRequest { Uid = NewUid(), Reference = "P-1", Label = "Blue", Flags = request.Flags, Initial_top_up = 2_000 }, key));
        var nameless = await RefusedAsync(() => Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid(), Initial_top_up = 1 }));
        var chip = await Registrar.RegistrarResolveChipAsync(new ResolveChipRequest { Uid = request.Uid });

        Assert.Equal((2_000, "EUR"), (first.Balance, first.Currency));
        Assert.Equal((first.Chip_id, first.Ledger_sequence), (again.Chip_id, again.Ledger_sequence));
        Assert.Equal((409, "chip_already_issued"), taken);
        Assert.Equal((422, "idempotency_key_reused"), other);
        Assert.Equal((422, "idempotency_key_reused"), stolen);
        Assert.Equal((400, "idempotency_key_missing"), nameless);
        Assert.Equal((first.Chip_id, "active", "Erika Beispiel", 2_000L, 0L), (chip.Chip_id, chip.Status, chip.Holder, chip.Balance, chip.Held));
        await shared.App.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_top_up_answers_the_new_balance_and_its_entry()
    {
        var chip = await Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid() });
        var key = NewUid();

        var first = await Registrar.RegistrarTopUpChipAsync(chip.Chip_id, new TopUpChipRequest { Amount = 500, Reason = "At the desk" }, key);
        var again = await Registrar.RegistrarTopUpChipAsync(chip.Chip_id, new TopUpChipRequest { Amount = 500, Reason = "At the desk" }, $"\"{key}\"");
        var other = await RefusedAsync(() => Registrar.RegistrarTopUpChipAsync(chip.Chip_id, new TopUpChipRequest { Amount = 501 }, key));
        var fields = await Assert.ThrowsAsync<RegistrarException<RegistrarProblem>>(
            () => Registrar.RegistrarTopUpChipAsync(chip.Chip_id, new TopUpChipRequest { Amount = 0, Source = "sky" }, NewUid()));

        Assert.Equal(500, first.Balance);
        Assert.Equal((first.Balance, first.Ledger_sequence), (again.Balance, again.Ledger_sequence));
        Assert.Equal((422, "idempotency_key_reused"), other);
        Assert.Equal(["amount", "source"], fields.Result.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task The_same_request_many_times_at_once_is_booked_once()
    {
        var chip = await Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid() });
        var key = NewUid();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                return (await Registrar.RegistrarTopUpChipAsync(chip.Chip_id, new TopUpChipRequest { Amount = 500 }, key)).Ledger_sequence;
            }
            catch (RegistrarException<RegistrarProblem> running) when (running.Result.Code == "idempotency_key_in_use")
            {
                Assert.Equal(409, running.StatusCode);
                return (long?)null;
            }
        }));

        Assert.Single(answers.Where(a => a is not null).Distinct());
        Assert.Equal(500, (await Registrar.RegistrarGetChipAsync(chip.Chip_id)).Balance);
        await shared.App.VerifyBooksAsync();
    }

    [Fact]
    public async Task Limits_locks_status_and_flags_are_changed()
    {
        var chip = await Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid(), Holder = "Somebody" });

        var changed = await Registrar.RegistrarChangeChipAsync(chip.Chip_id, new RegistrarChangeRequest
        {
            Status = "locked",
            Reason = "lost",
            Holder = "",
            Flags = new FlagsBody { Proof_of_age = true },
            Limits = new LimitsBody
            {
                Day = new CapBody { Amount = 500 },
                Locks = new Dictionary<string, string> { ["Spirits"] = "proof_of_age" },
                Hours = [new HoursBody { From = "07:00", To = "18:30" }],
            },
        });
        var cleared = await Registrar.RegistrarChangeChipAsync(chip.Chip_id, new RegistrarChangeRequest { Limits = new LimitsBody() });
        var wrong = await Assert.ThrowsAsync<RegistrarException<RegistrarProblem>>(() => Registrar.RegistrarChangeChipAsync(
            chip.Chip_id, new RegistrarChangeRequest { Status = "lost", Limits = new LimitsBody { Week = new CapBody { Vends = -1 } } }));

        Assert.Equal(("locked", "lost", null, 500L), (changed.Status, changed.Status_reason, changed.Holder, changed.Limits!.Day!.Amount));
        Assert.True(changed.Flags.Proof_of_age);
        Assert.Null(cleared.Limits);
        Assert.Equal(422, wrong.StatusCode);
        Assert.Contains("limits.week.vends", wrong.Result.Errors!.Keys);
    }

    [Fact]
    public async Task All_chips_are_listed_page_by_page_and_each_once()
    {
        for (var i = 0; i < 5; i++) await Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid(), Reference = "listed" });
        var seen = new List<Guid>();
        Guid? cursor = null;
        do
        {
            var page = await Registrar.RegistrarListChipsAsync(reference: "listed", cursor: cursor, limit: 2);
            seen.AddRange(page.Items.Select(i => i.Chip_id));
            cursor = page.Next_cursor;
        }
        while (cursor is not null);

        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        Assert.Equal((422, "query_invalid"), await RefusedAsync(() => Registrar.RegistrarListChipsAsync(status: "lost")));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_what_is_not_allowed_forbidden()
    {
        var chip = await Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid() });
        await shared.App.SetUpAsync(
            "insert into api_tokens select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'hash', "
            + "'\\x' || encode(sha256('reader-token'), 'hex'), 'scopes', array['chip.read'], 'start', 'reader'))).* from api_tokens t limit 1");
        using var reading = ClientOf(shared.App, "reader-token");
        var reader = new RegistrarClient(reading);

        Assert.Equal((404, "chip_unknown"), await RefusedAsync(() => Registrar.RegistrarGetChipAsync(Guid.CreateVersion7())));
        Assert.Equal((404, "chip_unknown"), await RefusedAsync(() => Registrar.RegistrarResolveChipAsync(new ResolveChipRequest { Uid = NewUid() })));
        Assert.Equal(chip.Chip_id, (await reader.RegistrarGetChipAsync(chip.Chip_id)).Chip_id);
        Assert.Equal((403, "forbidden"), await RefusedAsync(() => reader.RegistrarTopUpChipAsync(chip.Chip_id, new TopUpChipRequest { Amount = 1 }, "k")));
        Assert.Equal((403, "forbidden"), await RefusedAsync(() => reader.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid() })));
        Assert.Equal((403, "forbidden"), await RefusedAsync(() => reader.RegistrarChangeChipAsync(chip.Chip_id, new RegistrarChangeRequest { Status = "locked" })));
    }

    [Fact]
    public async Task A_lost_chip_is_replaced()
    {
        var chip = await Registrar.RegistrarIssueChipAsync(new IssueChipRequest { Uid = NewUid(), Initial_top_up = 300 }, NewUid());

        var next = await Registrar.RegistrarReplaceChipAsync(chip.Chip_id, new ReplaceChipRequest { Uid = NewUid(), Reason = "lost" }, NewUid());

        Assert.Equal(300, next.Balance);
        Assert.Equal(next.Chip_id, (await Registrar.RegistrarGetChipAsync(chip.Chip_id)).Replaced_by);
    }

    private static HttpClient ClientOf(TestApp app, string token)
    {
        var client = new HttpClient { BaseAddress = app.Http };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static string NewUid() => Convert.ToHexString(RandomNumberGenerator.GetBytes(7));

    private static async Task<(int Status, string Code)> RefusedAsync<T>(Func<Task<T>> call)
    {
        var refused = await Assert.ThrowsAsync<RegistrarException<RegistrarProblem>>(call);
        return (refused.StatusCode, refused.Result.Code);
    }
}
