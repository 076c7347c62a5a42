using System.Net.Http.Json;
using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Testing;

/// <summary>A customer of a pick-up robot who uses its web shop, and the hands that change the world around the sale.</summary>
public sealed class RobotBuyer : IDisposable
{
    private readonly TestApp app;

    public RobotBuyer(TestApp app)
    {
        this.app = app;
        Browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Http };
    }

    /// <summary>The customer's browser: keeps its own cookies, follows no redirects.</summary>
    public HttpClient Browser { get; }

    /// <summary>Asks for a pay page.</summary>
    /// <param name="items">Product numbers to quantities, as the shop sends them.</param>
    /// <param name="machine">The robot; the first one when absent.</param>
    public Task<HttpResponseMessage> AskAsync(object? items, string? machine = null) =>
        Browser.PostAsJsonAsync("/api/create-checkout-session", new { items, machine });

    /// <summary>Opens a pay page; returns its session.</summary>
    public async Task<string> OpenAsync(object? items = null, string? machine = null)
    {
        using var answer = await AskAsync(items ?? new Dictionary<string, int> { ["1"] = 1 }, machine);
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(body);
        return new Uri(JsonDocument.Parse(body).RootElement.GetProperty("url").GetString()!).Segments[^1];
    }

    /// <summary>Pays on the pay page.</summary>
    public Task PayAsync(string session, string email = "a@example.com") =>
        SandboxAsync(HttpMethod.Post, $"checkout/sessions/{session}/pay", new { email, card = "4242424242424242" });

    /// <summary>Buys one piece and returns the session once the sale is there.</summary>
    public async Task<string> BuyAsync(object? items = null, string? machine = null, string email = "a@example.com")
    {
        var session = await OpenAsync(items, machine);
        await PayAsync(session, email);
        await SaleAsync(session);
        return session;
    }

    /// <summary>Waits until the payment of a session has become a sale.</summary>
    public async Task<Vend> SaleAsync(string session) =>
        (await TestApp.EventuallyAsync(() => app.VendOfAsync(session), v => v is not null))!;

    /// <summary>Waits until a sale is in a status.</summary>
    public async Task<Vend> SaleAsync(string session, VendStatus status) =>
        (await TestApp.EventuallyAsync(() => app.VendOfAsync(session), v => v?.Status == status))!;

    /// <summary>Waits until the whole price of a sale is back with its customer.</summary>
    public async Task<Payback> RefundAsync(string session)
    {
        var vend = await SaleAsync(session, VendStatus.Cancelled);
        var payback = await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Set<Payback>().AsNoTracking().SingleOrDefaultAsync(p => p.VendId == vend.Id)),
            p => p?.Status is PaybackStatus.Paid);
        return payback!.Amount == vend.Amount.Amount
            ? payback
            : throw new InvalidOperationException($"{payback.Amount} of {vend.Amount} went back.");
    }

    /// <summary>The frame that hands this sale's code to the robot.</summary>
    public async Task<string> FrameOfAsync(string session, string email = "a@example.com") =>
        $$"""{"type":"customer_queue","email":"{{email}}","code":"{{(await SaleAsync(session)).Code}}"}""";

    /// <summary>An answer's status and text.</summary>
    public static async Task<(int Status, string Body)> ReadAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return ((int)answer.StatusCode, (await answer.Content.ReadAsStringAsync()).TrimEnd('\n'));
    }

    /// <summary>A request with the tests' API key.</summary>
    public async Task<HttpResponseMessage> AsStaffAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        if (body is not null) request.Content = JsonContent.Create(body);
        return await Browser.SendAsync(request);
    }

    /// <summary>Uses the sandbox's control interface.</summary>
    public async Task<JsonElement> SandboxAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(app.Sandbox, $"/_sandbox/{path}"));
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await Browser.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException(text);
    }

    /// <summary>Changes a robot's settings. Servers remember a machine for seconds: do this before anything uses it.</summary>
    public Task SettingsAsync(string settings, string machine = "robot-1") =>
        ChangeAsync("update machines set settings = settings || $1::jsonb where id = $2", settings, machine);

    /// <summary>Registers another robot with the same goods.</summary>
    public async Task AddRobotAsync(string machine, string settings)
    {
        await ChangeAsync(
            "insert into machines select (jsonb_populate_record(m, jsonb_build_object('id', $2::text, 'name', $2::text, "
            + "'settings', $1::jsonb, 'created_at', now() + interval '1 minute'))).* from machines m where id = 'robot-1'",
            settings, machine);
        await ChangeAsync(
            "insert into slots select (jsonb_populate_record(s, jsonb_build_object('machine_id', $1::text))).* "
            + "from slots s where machine_id = 'robot-1'", machine);
    }

    /// <summary>Writes into the database as somebody whom nothing holds back.</summary>
    public async Task<int> ChangeAsync(string sql, params object[] values)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync();
    }

    public void Dispose() => Browser.Dispose();
}
