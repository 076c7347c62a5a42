using System.Net;
using System.Net.Sockets;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Simulator.Machines.VmFlow;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>
/// Sales over VMflow boards, from the web page to the settled account, over the real broker: what the board's firmware makes
/// difficult, one promise each.
/// </summary>
[Trait("Accepts", "M8")]
public sealed class VmFlowSaleTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    public async Task A_credit_that_buys_something_is_committed_because_the_board_tells_when_asked()
    {
        await using var board = await app.GivenBoardAsync("vm-success");
        var session = await PayAsync("vm-success");

        await board.ComesToAsync(ReaderMode.Idle);
        board.Deaf = 2; // and an answer may be lost
        Assert.True(await board.VendAsync());

        Assert.Equal(150, (await app.VendAsync(session, VendStatus.Committed)).Delivered);
        Assert.Equal([150], board.Credits);
    }

    [Fact]
    public async Task The_page_says_what_to_press_while_the_credit_is_there()
    {
        await using var board = await app.GivenBoardAsync("vm-page");
        using var order = await app.Buyer.OrderAsync("vm-page");
        var session = Provider.SessionIn(order.Headers.Location!);
        await app.Provider.PayAsync(session);
        await board.ComesToAsync(ReaderMode.Idle);

        var page = await TestApp.EventuallyAsync(
            async () => await app.Client.GetStringAsync(await PageOfAsync(session)), html => html.Contains("data-stage=\"Delivering\"", StringComparison.Ordinal));

        Assert.Contains("choose A1", page, StringComparison.Ordinal);
        await board.VendAsync();
        await app.VendAsync(session, VendStatus.Committed);
    }

    [Fact]
    [Trait("Accepts", "M12")]
    public async Task A_vend_that_fails_is_refunded_at_once()
    {
        await using var board = await app.GivenBoardAsync("vm-failure");
        var session = await PayAsync("vm-failure");
        await board.ComesToAsync(ReaderMode.Idle);

        Assert.False(await board.VendAsync(succeeds: false));

        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal("vend_failed", vend.Reason);
        Assert.Equal(150, (await app.PaidBackAsync(vend)).Amount);
        var report = Assert.Single(await app.ReportsAsync("vm-failure"));
        Assert.Equal(("vend_fail", 150), (report.GetProperty("kind").GetString(), report.GetProperty("amount").GetInt32()));
    }

    [Fact]
    [Trait("Accepts", "M12")]
    public async Task A_session_in_which_nothing_is_chosen_is_refunded()
    {
        await using var board = await app.GivenBoardAsync("vm-nothing");
        var session = await PayAsync("vm-nothing");
        await board.ComesToAsync(ReaderMode.Idle);
        await Task.Delay(600, TestContext.Current.CancellationToken); // long enough to be seen in its session

        board.Reader.Complete();

        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal("no_vend", vend.Reason);
        Assert.Equal(150, (await app.PaidBackAsync(vend)).Amount);
    }

    [Fact]
    public async Task Two_who_have_paid_are_served_one_after_the_other_with_one_credit_each()
    {
        await using var board = await app.GivenBoardAsync("vm-two");
        var (first, second) = (await app.Buyer.OpenAsync("vm-two"), await app.Buyer.OpenAsync("vm-two"));
        await app.Provider.PayAsync(first);
        await app.Provider.PayAsync(second);

        await board.ComesToAsync(ReaderMode.Idle);
        await Task.Delay(2_500, TestContext.Current.CancellationToken); // time in which a second credit would come
        Assert.Equal([150], board.Credits);
        await board.VendAsync();
        var served = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await TestApp.EventuallyAsync(() => Task.FromResult(board.Credits.Count), count => count == 2);
        // A board tells the second of its last vend: no machine turns twice within one.
        await TestApp.EventuallyAsync(
            () => Task.FromResult(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()), second => second > served + 1);
        await board.ComesToAsync(ReaderMode.Idle);
        await board.VendAsync();

        await app.VendAsync(first, VendStatus.Committed);
        await app.VendAsync(second, VendStatus.Committed);
        Assert.Equal([150, 150], board.Credits);
    }

    [Fact]
    public async Task A_machine_that_has_switched_its_reader_off_is_not_sold_and_gets_no_credit()
    {
        await using var board = await app.GivenBoardAsync("vm-disabled", """{"take_within":4,"restart_within":3}""");
        var session = await app.Buyer.OpenAsync("vm-disabled");
        board.Reader.Disable();

        await app.Provider.PayAsync(session);

        await app.PaidBackAsync(await app.VendAsync(session, VendStatus.Cancelled));
        Assert.Empty(board.Credits);
        await app.SellsAsync("vm-disabled", "reader_disabled");
        using var answer = await app.Client.GetAsync(new Uri("/m/vm-disabled", UriKind.Relative), TestContext.Current.CancellationToken);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("__RequestVerificationToken", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_that_restarts_in_the_middle_leaves_a_doubt_and_no_guess()
    {
        await using var board = await app.GivenBoardAsync("vm-restart");
        var session = await PayAsync("vm-restart");
        await board.ComesToAsync(ReaderMode.Idle);
        await board.VendAsync();

        board.Restart(); // and with it the memory of the success
        var vend = (await TestApp.EventuallyAsync(
            () => app.VendOfAsync(session), v => v?.Status is VendStatus.Unknown or VendStatus.Committed))!;

        // It was asked in time, or it could not tell any more; it was never taken for a failure.
        if (vend.Status is VendStatus.Unknown) Assert.Equal("board_restarted", vend.Reason);
        Assert.Equal([150], board.Credits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_between_approval_and_success_is_a_doubt(bool board)
    {
        var id = board ? "vm-reset-board" : "vm-reset-bus";
        await using var one = await app.GivenBoardAsync(id);
        var session = await PayAsync(id);
        await one.ComesToAsync(ReaderMode.Idle);
        Assert.Equal(VendAnswer.Approved, one.Reader.Request(150, 12));
        await Task.Delay(800, TestContext.Current.CancellationToken); // long enough to be seen

        if (board) one.Restart();
        else one.Reader.Reset();

        Assert.Equal(board ? "board_restarted" : "machine_reset", (await app.VendAsync(session, VendStatus.Unknown)).Reason);
    }

    [Fact]
    public async Task A_credit_no_session_began_with_is_taken_back_out_of_the_board_before_the_money_is_returned()
    {
        await using var board = await app.GivenBoardAsync("vm-asleep");
        board.IsPolled = false; // the machine is off, the board is not
        var session = await PayAsync("vm-asleep");

        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        board.IsPolled = true;
        await Task.Delay(500, TestContext.Current.CancellationToken); // the machine polls again

        Assert.Equal("no_session", vend.Reason);
        Assert.Equal([150], board.Credits);
        Assert.Equal(ReaderMode.Enabled, board.Reader.Mode);
        Assert.Equal(0, board.Reader.Funds);
    }

    [Theory]
    [InlineData("vm-dear", 65_535, "1")]
    [InlineData("vm-many", 150, "2")]
    public async Task What_is_no_single_credit_is_refused_before_anybody_pays(string id, long price, string quantity)
    {
        await app.RegisterBoardAsync(id, price: price);
        await using var board = app.StartBoard(id);
        await app.SellsAsync(id);

        using var answer = await app.Buyer.OrderAsync(id, quantity: quantity);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Empty(board.Credits);
    }

    [Fact]
    public async Task An_insecure_board_sells_on_the_web_up_to_its_limit_and_says_so_before_anybody_pays()
    {
        await app.RegisterBoardAsync("vm-limit", """{"client_id":"ESP32_LIMIT1","allow":["127.0.0.0/8"],"insecure_limit":250}""");
        await using var board = app.StartBoard("vm-limit", clientId: "ESP32_LIMIT1");
        await app.SellsAsync("vm-limit");
        var page = WebUtility.HtmlDecode(await app.Client.GetStringAsync(new Uri("/m/vm-limit", UriKind.Relative)));

        // At the same moment: what waits for its payment counts.
        var orders = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.Buyer.OrderAsync("vm-limit")));
        using var late = await app.Buyer.OrderAsync("vm-limit");

        Assert.Contains("sells for at most €2.50 a day online", page, StringComparison.Ordinal);
        Assert.Single(orders, o => o.StatusCode is HttpStatusCode.SeeOther);
        Assert.Equal(5, orders.Count(o => o.StatusCode is HttpStatusCode.UnprocessableEntity));
        foreach (var order in orders) order.Dispose();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        Assert.Contains("You have not been charged", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(board.Credits);
    }

    [Fact]
    public async Task A_board_that_was_given_another_passkey_is_never_ready()
    {
        await app.RegisterBoardAsync("vm-passkey");
        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/vm-passkey/secrets", new { secret = "fedcba987654321000" });
        await using var board = app.StartBoard("vm-passkey", "fedcba987654321000");
        await app.SellsAsync("vm-passkey");

        var (status, body, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/vm-passkey/secrets", new { secret = "short" });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "secret_invalid"), (status, body.GetProperty("code").GetString()));
        await app.GiveSecretAsync("vm-passkey", "000000000000000000"); // the board knows nothing of it, and answers no more

        await app.SellsAsync("vm-passkey", "machine_offline");
    }

    [Fact]
    public async Task Staff_may_restart_a_board_and_what_it_does_not_understand_is_refused()
    {
        await using var board = await app.GivenBoardAsync("vm-staff");

        var (status, told, _) = await app.CallAsync(
            HttpMethod.Post, "/api/v1/machines/vm-staff/commands", new { kind = "reboot", deadline_seconds = 60 });
        Assert.True(status is HttpStatusCode.Created or HttpStatusCode.Accepted, $"{status} {told}");
        var id = Guid.Parse(told.GetProperty("id").GetString()!);
        await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Set<Automat.Server.Machines.MachineCommand>()
                .Where(c => c.Id == new Id<Automat.Server.Machines.MachineCommand>(id)).Select(c => c.State).SingleAsync()),
            state => state is Automat.Server.Machines.CommandState.Done);

        (status, told, _) = await app.CallAsync(
            HttpMethod.Post, "/api/v1/machines/vm-staff/commands", new { kind = "lock", deadline_seconds = 60 });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "command_unsupported"), (status, told.GetProperty("code").GetString()));
    }

    private async Task<string> PayAsync(string machine)
    {
        var session = await app.Buyer.OpenAsync(machine);
        await app.Provider.PayAsync(session);
        return session;
    }

    private async Task<Uri> PageOfAsync(string session) =>
        new((await app.Provider.StateAsync()).GetProperty("checkout_sessions").EnumerateArray()
            .Single(s => s.GetProperty("id").GetString() == session).GetProperty("success_url").GetString()!);
}

/// <summary>The server dies while somebody stands before a board with a credit in it.</summary>
[Trait("Accepts", "M8")]
public sealed class VmFlowRestartTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_happened_meanwhile_is_booked_when_the_board_tells_of_it(bool vends)
    {
        await using var app = await StartAsync();
        // A vend counts within its session, however long the restart takes; without one the session's end is waited for.
        var (session, board) = await CreditAsync(app, vends ? """{"session_s":70,"grace_s":60}""" : "{}");
        await using var own = board;

        await app.RestartAsync();
        if (vends) await board.VendAsync();
        else board.Reader.Complete();

        await app.VendAsync(session, vends ? VendStatus.Committed : VendStatus.Cancelled);
        Assert.Equal([150], board.Credits);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_board_back_later_than_waited_for_from_the_restart_it_was_told_of_gave_nothing_out()
    {
        await using var app = await StartAsync();
        var (session, board) = await CreditAsync(app, """{"restart_within":1}""", boots: TimeSpan.FromSeconds(6));
        await using var own = board;

        await app.RestartAsync();
        board.Reader.Complete();

        await app.VendAsync(session, VendStatus.Cancelled);
        await app.SettledAsync();
    }

    /// <summary>A server whose boards find it again after it was restarted.</summary>
    private static async Task<TestApp> StartAsync()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return await TestApp.StartAsync(("Automat:Mqtt:Port", $"{port}"));
    }

    /// <summary>A board with a paid credit in it.</summary>
    private static async Task<(string Session, SimulatedBoard Board)> CreditAsync(TestApp app, string settings, TimeSpan? boots = null)
    {
        await app.RegisterBoardAsync("vm-crash", settings);
        await app.GiveSecretAsync("vm-crash", TestApp.MachineSecret); // what the demo gives all its machines when it starts again
        var board = app.StartBoard("vm-crash", TestApp.MachineSecret, boots: boots);
        await app.SellsAsync("vm-crash");
        var session = await app.Buyer.OpenAsync("vm-crash");
        await app.Provider.PayAsync(session);
        await board.ComesToAsync(ReaderMode.Idle);
        return (session, board);
    }
}
