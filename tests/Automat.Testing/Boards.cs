using System.Text.Json;
using System.Text.Json.Nodes;
using Automat.Simulator.Machines;
using Automat.Simulator.Machines.VmFlow;

namespace Automat.Testing;

/// <summary>VMflow boards of a test: registered with a passkey of their own, and simulated over real sockets.</summary>
public static class Boards
{
    public const string Passkey = "0123456789abcdef01";

    /// <summary>What a test can wait for: a session of seconds.</summary>
    public const string Quick =
        """
        {"info_s":5,"watch_tenths":2,"session_s":4,"grace_s":2,"answer_within":2,"confirm_within":2,"restart_within":20,
        "take_within":60,"dex_hours":0,"decide_within":600,"sales_at_once":3,"items":{"12":"A1"}}
        """;

    /// <summary>Registers a machine with one slot, A1 at 1.50 or as said.</summary>
    /// <param name="app">The app.</param>
    /// <param name="id">The machine.</param>
    /// <param name="more">Settings laid over the quick ones, as JSON.</param>
    /// <param name="passkey">Its passkey.</param>
    /// <param name="price">Price of A1.</param>
    public static async Task RegisterBoardAsync(
        this TestApp app, string id, string more = "{}", string passkey = Passkey, long price = 150)
    {
        var settings = JsonNode.Parse(Quick)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject()) settings[name] = value?.DeepClone();
        var (status, body, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/machines", new
        {
            id,
            name = $"Board {id}",
            location = "Here",
            driver = "vmflow",
            time_zone = "Europe/Madrid",
            currency = "EUR",
            secret = passkey,
            settings = JsonElement.Parse(settings.ToJsonString()),
        });
        if (status is not System.Net.HttpStatusCode.Created) throw new InvalidOperationException(body.ToString());
        (status, body, _) = await app.CallAsync(HttpMethod.Put, $"/api/v1/machines/{id}/slots", new
        {
            slots = new[] { new { code = "A1", product = 1, price, capacity = 100, par_level = 80, stock = 50 } },
        });
        if (status is not System.Net.HttpStatusCode.OK) throw new InvalidOperationException(body.ToString());
    }

    /// <summary>Switches a board on; nobody stands before it. It goes to another broker's port where one is named.</summary>
    public static SimulatedBoard StartBoard(
        this TestApp app, string id, string passkey = Passkey, string? clientId = null, string? sub = null, int? port = null,
        TimeSpan? boots = null)
    {
        var board = new SimulatedBoard(
            new MachineIdentity(id, passkey),
            new Surroundings
            {
                Server = new ServerAddress(app.Http, "127.0.0.1", port ?? app.MqttPort, app.RobotPort),
                Http = new HttpMessageInvoker(new SocketsHttpHandler()),
                DispensesFrom = TimeSpan.FromMilliseconds(50),
                DispensesTo = TimeSpan.FromMilliseconds(100),
            },
            new BoardOptions
            {
                IsAttended = false,
                OnSince = TimeSpan.FromHours(1),
                ClientId = clientId,
                Sub = sub,
                Boots = boots ?? TimeSpan.FromMilliseconds(800),
            });
        board.Start();
        return board;
    }

    /// <summary>Registers and starts a board, and waits until it is sold on.</summary>
    public static async Task<SimulatedBoard> GivenBoardAsync(this TestApp app, string id, string more = "{}")
    {
        await app.RegisterBoardAsync(id, more);
        var board = app.StartBoard(id);
        await app.SellsAsync(id);
        return board;
    }

    /// <summary>Waits until a machine says of itself that it can be sold on, or why not.</summary>
    public static Task<string?> SellsAsync(this TestApp app, string id, string? whyNot = null) => TestApp.EventuallyAsync(
        async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{id}/status")).Body.GetProperty("why_not").GetString(),
        why => why == whyNot);

    /// <summary>Waits until the board's reader is there.</summary>
    public static Task<ReaderMode> ComesToAsync(this SimulatedBoard board, ReaderMode mode) =>
        TestApp.EventuallyAsync(() => Task.FromResult(board.Reader.Mode), now => now == mode);

    /// <summary>What a board has reported, as staff see it.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReportsAsync(this TestApp app, string id) =>
        [.. (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{id}/vmflow-reports")).Body.GetProperty("items").EnumerateArray()];
}
