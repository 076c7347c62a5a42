using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Dex;
using Automat.Server.Machines;
using Automat.Simulator.Machines.VmFlow;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>
/// A board that restarted between approval and success knows nothing of the vend; its machine's own counter does. It clears up
/// what is certain, and nothing else.
/// </summary>
[Trait("Accepts", "M8")]
public sealed class VmFlowDoubtTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Theory]
    [InlineData(true, VendStatus.Committed)]
    [InlineData(false, VendStatus.Cancelled)]
    public async Task The_machines_own_counter_clears_up_what_the_board_forgot(bool cameOut, VendStatus status)
    {
        var id = cameOut ? "vx-out" : "vx-not";
        await using var board = await GivenBoardAsync(id, countsReads: cameOut);
        if (cameOut) await SellAsync(board, id); // counted, too; else the very same file comes again
        var session = await DoubtAsync(board, id);
        if (cameOut) board.Audit.Count(150);

        var vend = await app.VendAsync(session, status);

        Assert.Equal("dex_da2", await EvidenceAsync(vend));
        if (!cameOut) Assert.Equal(150, (await app.PaidBackAsync(vend)).Amount);
        board.Audit.Count(150); // whatever is counted afterwards is of something else
        await RefreshAsync(id);
        await FilesAsync(id, cameOut ? 3 : 2);
        Assert.Equal(status, (await app.VendOfAsync(session))!.Status);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task What_staff_bring_and_a_counter_that_may_mean_another_sale_leave_the_doubt()
    {
        await using var board = await GivenBoardAsync("vx-doubt");
        var sold = await SellAsync(board, "vx-doubt");
        board.ReadsAudit = false;
        var session = await DoubtAsync(board, "vx-doubt");
        await AskedAsync("vx-doubt"); // in vain

        await UploadAsync("vx-doubt", board.Audit.Read());
        await FilesAsync("vx-doubt", 2);
        Assert.Equal(VendStatus.Unknown, (await app.VendOfAsync(session))!.Status);

        await app.SetUpAsync($"update vends set status = 'Unknown', deadline = now() + interval '1 hour' where id = '{sold.Id}'");
        board.ReadsAudit = true;
        await RefreshAsync("vx-doubt");
        await FilesAsync("vx-doubt", 3);
        Assert.Equal(VendStatus.Unknown, (await app.VendOfAsync(session))!.Status); // one of the two, nobody knows which
        Assert.Equal(VendStatus.Unknown, (await app.VendOfAsync(sold.Session!))!.Status);
        await app.SetUpAsync($"update vends set status = 'Committed' where id = '{sold.Id}'"); // as the books have it
        await app.VerifyBooksAsync();
    }

    private async Task<SimulatedBoard> GivenBoardAsync(string id, bool countsReads = true)
    {
        await app.RegisterBoardAsync(id, """{"dex_hours":24}""");
        var board = app.StartBoard(id);
        board.Audit.CountsReads = countsReads;
        await app.SellsAsync(id);
        await FilesAsync(id, 1); // asked for when it came
        return board;
    }

    private async Task<Vend> SellAsync(SimulatedBoard board, string id)
    {
        var session = await PayAsync(id);
        await board.ComesToAsync(ReaderMode.Idle);
        Assert.True(await board.VendAsync());
        return await app.VendAsync(session, VendStatus.Committed);
    }

    private async Task<string> DoubtAsync(SimulatedBoard board, string id)
    {
        await app.SellsAsync(id);
        var session = await PayAsync(id);
        await board.ComesToAsync(ReaderMode.Idle);
        Assert.Equal(VendAnswer.Approved, board.Reader.Request(150, 12));
        await Task.Delay(800, TestContext.Current.CancellationToken); // long enough to be seen
        board.Restart();
        await app.VendAsync(session, VendStatus.Unknown);
        return session;
    }

    private async Task<string> PayAsync(string id)
    {
        var session = await app.Buyer.OpenAsync(id);
        await app.Provider.PayAsync(session);
        return session;
    }

    private async Task RefreshAsync(string id) => Assert.InRange(
        (int)(await app.CallAsync(
            HttpMethod.Post, $"/api/v1/machines/{id}/commands", new { kind = "refresh_telemetry", deadline_seconds = 60 })).Status, 200, 299);

    /// <summary>Waits until so many audit files have been dealt with.</summary>
    private Task<int> FilesAsync(string id, int count) => TestApp.EventuallyAsync(
        () => app.QueryAsync(db => db.Set<DexRead>().CountAsync(
            r => r.MachineId == MachineId.Parse(id) && r.Status == DexReadStatus.Done)),
        found => found >= count);

    private Task<int> AskedAsync(string id) => TestApp.EventuallyAsync(
        () => app.QueryAsync(db => db.Database.SqlQuery<int>(
            $"select count(*)::int as \"Value\" from vmflow_credits where machine_id = {id} and dex_asked_at is not null").SingleAsync()),
        found => found == 1);

    private Task<string?> EvidenceAsync(Vend vend) => app.QueryAsync(
        db => db.Set<MachineCommand>().Where(c => c.VendId == vend.Id).Select(c => c.Outcome).SingleAsync());

    private async Task UploadAsync(string id, byte[] file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/machines/{id}/dex") { Content = new ByteArrayContent(file) };
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        using var answer = await app.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
