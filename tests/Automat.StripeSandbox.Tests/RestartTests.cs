using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Automat.StripeSandbox.Tests;

public sealed class RestartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-test-").FullName;

    private string DataFile => Path.Combine(folder, "stripe.ndjson");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Everything_answered_for_survives_a_crash()
    {
        await using var before = await TestSandbox.StartAsync(new SandboxOptions
        {
            DataFile = DataFile,
            SecretKey = "sk_test_a",
            WebhookUrls = ["http://127.0.0.1:9/nobody"],
        });
        var session = await before.Client.CreatePaidSessionAsync(("metadata[machine_id]", "m-1"));
        var open = await before.Client.CreateSessionAsync();
        var refund = await before.Client.PostKeyedAsync("k-1", "/v1/refunds",
            ("payment_intent", session.Text("payment_intent")!), ("amount", "100"));
        var crashed = DataFile + ".crashed"; // as a killed process leaves it, with a line cut off
        await File.WriteAllBytesAsync(crashed, [.. await ReadAsync(DataFile), .. "{\"put\":[{\"ki"u8]);

        await using var receiver = await WebhookReceiver.StartAsync();
        await using var after = await TestSandbox.StartAsync(new SandboxOptions
        {
            DataFile = crashed,
            SecretKey = "sk_test_a",
            WebhookUrls = [receiver.Url],
        });
        var kept = await after.Client.GetAsync($"/v1/checkout/sessions/{session.Id}");
        var again = await after.Client.PostKeyedAsync("k-1", "/v1/refunds",
            ("payment_intent", session.Text("payment_intent")!), ("amount", "100"));
        var charge = await after.Client.GetAsync($"/v1/charges/{refund.Text("charge")}");
        await receiver.WaitForAsync("checkout.session.completed");
        var moved = await after.Client.GetAsync($"/v1/checkout/sessions/{open.Id}");
        using var paid = await after.Client.PostPageAsync(moved.Text("url"), ("card", "4242424242424242"));

        Assert.Equal(session.Json.GetRawText(), kept.Json.GetRawText());
        Assert.Equal(refund.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal(refund.Id, Assert.Single(charge.Json.GetProperty("refunds").GetProperty("data").EnumerateArray())
            .GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.SeeOther, paid.StatusCode);
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_it_answered_for()
    {
        var ids = new List<string>();
        var killed = StartProcess();
        using (var http = await ClientOfAsync(killed))
        {
            for (var i = 0; i < 20; i++)
            {
                using var content = new FormUrlEncodedContent([KeyValuePair.Create("name", $"c{i}")]);
                using var answer = await http.PostAsync("/v1/customers", content);
                ids.Add(JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync())
                    .GetProperty("id").GetString()!);
            }
            killed.Kill(); // SIGKILL: nothing gets the chance to tidy up
        }
        await killed.WaitForExitAsync();
        killed.Dispose();

        await using var after = await TestSandbox.StartAsync(
            new SandboxOptions { DataFile = DataFile, SecretKey = "sk_test_a" });
        var listed = await after.Client.GetAsync("/v1/customers?limit=100");

        Assert.Equal(ids.AsEnumerable().Reverse(), listed.Data.Select(one => one.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_data_file_belongs_to_one_sandbox_at_a_time()
    {
        await using var first = await TestSandbox.StartAsync(new SandboxOptions { DataFile = DataFile });

        await Assert.ThrowsAsync<IOException>(
            () => StripeSandboxHost.StartAsync(new SandboxOptions { DataFile = DataFile }));
    }

    [Fact]
    public async Task A_broken_data_file_is_named_and_left_alone()
    {
        await File.WriteAllTextAsync(DataFile, "{\"put\":[]}\nnonsense\n");

        var broken = await Assert.ThrowsAsync<InvalidDataException>(
            () => StripeSandboxHost.StartAsync(new SandboxOptions { DataFile = DataFile }));

        Assert.Contains("Line 2", broken.Message, StringComparison.Ordinal);
        Assert.Equal("{\"put\":[]}\nnonsense\n", await File.ReadAllTextAsync(DataFile));
    }

    private Process StartProcess() => Process.Start(new ProcessStartInfo("dotnet",
        $"\"{Path.Combine(AppContext.BaseDirectory, "Automat.StripeSandbox.dll")}\" --port 0 --secret-key sk_test_a "
        + $"--data \"{DataFile}\"")
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
    })!;

    private static async Task<HttpClient> ClientOfAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync() ?? "";
        var address = line.Split(' ').First(word => word.StartsWith("http://", StringComparison.Ordinal));
        var http = new HttpClient { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_a");
        return http;
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new MemoryStream();
        await file.CopyToAsync(content);
        return content.ToArray();
    }
}
