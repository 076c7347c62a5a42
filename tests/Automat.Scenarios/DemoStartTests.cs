using System.Net.Http.Json;
using System.Text.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The one command of the README: it starts with nothing prepared, survives what happens to it, and stops.</summary>
public sealed class DemoStartTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("automat-demo-");
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public void Dispose()
    {
        http.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("Accepts", "S0-03")]
    [Trait("Accepts", "M16")]
    public async Task The_demo_sells_and_survives_kill_and_restart_with_the_same_sign_ins()
    {
        string password, secret, session;
        await using (var first = await ServerProgram.ServeAsync(folder.FullName))
        {
            (password, secret) = (first.Shown("administrator"), first.Shown("machines"));
            Assert.StartsWith("admin@demo.automat  ", password, StringComparison.Ordinal);
            Assert.StartsWith("mqtt://127.0.0.1:", first.Shown("MQTT"), StringComparison.Ordinal);
            session = await BuyAsync(first);
            Assert.True(File.Exists(Path.Combine(folder.FullName, "data", "postgres", "PG_VERSION")));

            var beside = await ServerProgram.RunAsync(folder.FullName, ["ledger", "verify"]);
            Assert.Equal((0, ""), (beside.Code, ServerProgram.Complaints(beside.Errors)));
            Assert.Contains("unbroken", beside.Output, StringComparison.Ordinal);
            await first.SignalAsync("KILL");
            await first.EndAsync(TimeSpan.FromSeconds(60));
        }

        await using (var second = await ServerProgram.ServeAsync(folder.FullName))
        {
            Assert.Equal((password, secret), (second.Shown("administrator"), second.Shown("machines")));
            using var code = await http.GetAsync(new Uri(second.Shown("shop") + $"api/get-code?session_id={session}"));
            Assert.True(code.IsSuccessStatusCode || (int)code.StatusCode == 404);
            await BuyAsync(second);
            var database = await PostmasterAsync();
            await second.SignalAsync("TERM");
            Assert.Equal(0, await second.EndAsync(TimeSpan.FromSeconds(60)));
            Assert.False(Directory.Exists($"/proc/{database}"), "The database outlived its server.");
        }

        var after = await ServerProgram.RunAsync(folder.FullName, ["ledger", "verify"]);
        Assert.Equal(0, after.Code);
        Assert.Contains("unbroken", after.Output, StringComparison.Ordinal);
        var export = await ServerProgram.RunAsync(folder.FullName, ["ledger", "export"]);
        Assert.Equal(0, export.Code);
        var lines = export.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length >= 2);
        for (var i = 0; i < lines.Length; i++)
        {
            var entry = JsonDocument.Parse(lines[i]).RootElement;
            Assert.Equal(i + 1, entry.GetProperty("sequence").GetInt64());
            Assert.Equal(JsonValueKind.String, entry.GetProperty("payload").ValueKind);
            Assert.Matches("^[0-9a-f]{64}$", entry.GetProperty("chain_hash").GetString());
            Assert.Equal(0, entry.GetProperty("postings").EnumerateArray().Sum(p => p.GetProperty("amount").GetInt64()));
        }
    }

    [Fact]
    [Trait("Accepts", "S0-03")]
    public async Task An_interrupt_stops_it_in_good_order_and_the_env_file_is_read()
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, ".env"),
            "# ours\nAutomat__Demo__Password='a password from a file'\nexport Automat__Demo__ApiKey=\"key-from-a-file\"\n"
            + "Automat__DataDirectory=elsewhere\nAutomat__Demo__Simulators=false\n");
        await using var server = await ServerProgram.ServeAsync(folder.FullName, ("Automat__Demo__ApiKey", "key-from-outside"));
        Assert.Equal("admin@demo.automat  a password from a file", server.Shown("administrator"));
        Assert.Equal("key-from-outside", server.Shown("API key"));
        Assert.True(Directory.Exists(Path.Combine(folder.FullName, "elsewhere", "postgres")));
        await server.SignalAsync("INT");
        Assert.Equal(0, await server.EndAsync(TimeSpan.FromSeconds(60)));
    }

    private async Task<string> PostmasterAsync() => (await File.ReadAllLinesAsync(
        Path.Combine(folder.FullName, "data", "postgres", "postmaster.pid")))[0];

    /// <summary>Buys from the simulated robot as a shop's page would; the robot is there soon after the start.</summary>
    private async Task<string> BuyAsync(ServerProgram server)
    {
        var url = await TestApp.EventuallyAsync(
            async () =>
            {
                using var opened = await http.PostAsJsonAsync(
                    new Uri(server.Shown("shop") + "api/create-checkout-session"),
                    new { items = new Dictionary<string, int> { ["1"] = 1 } });
                return opened.IsSuccessStatusCode
                    ? (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()
                    : null;
            },
            found => found is not null);
        var session = new Uri(url!).Segments[^1];
        using var paid = await http.PostAsJsonAsync(
            new Uri(server.Shown("Stripe sandbox") + $"/checkout/sessions/{session}/pay"),
            new { email = "a@example.com", card = "4242424242424242" });
        paid.EnsureSuccessStatusCode();
        using var code = await http.GetAsync(new Uri(server.Shown("shop") + $"api/get-code?session_id={session}"));
        Assert.Equal(200, (int)code.StatusCode);
        return session;
    }
}
