using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The log is verified by the server, by its command and by a script that shares no code with it.</summary>
public sealed class AuditVerifyTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("automat-audit-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task A_change_behind_the_servers_back_is_found_by_the_api_and_by_the_command()
    {
        await using var app = await TestApp.StartAsync();
        await app.AllowAsync("audit.read");
        await app.GivenMachineAsync("m1");
        Assert.Equal("never", (await CheckAsync(app, HttpMethod.Get)).State);
        Assert.Equal(("unbroken", null), await CheckAsync(app, HttpMethod.Post));
        Assert.Equal(("unbroken", null), await CheckAsync(app, HttpMethod.Get));
        (string, string)[] database =
        [
            ("ConnectionStrings__Automat", app.Database.Address.Serving),
            ("ConnectionStrings__AutomatOwner", app.Database.Address.Owner),
        ];
        var good = await ServerProgram.RunAsync(folder.FullName, ["audit", "verify"], database);
        Assert.Equal((0, ""), (good.Code, ServerProgram.Complaints(good.Errors)));
        Assert.Contains("platform: ", good.Output, StringComparison.Ordinal);

        Assert.NotEqual(0, await app.SetUpAsync(
            "alter table audit_events disable trigger all; update audit_events set actor = 'nobody' where action = 'machine.registered'"));

        var (state, row) = await CheckAsync(app, HttpMethod.Post);
        Assert.Equal("broken", state);
        Assert.Equal(("broken", row), await CheckAsync(app, HttpMethod.Get));
        var bad = await ServerProgram.RunAsync(folder.FullName, ["audit", "verify", "--organization", "Demo Automat"], database);
        Assert.Equal(1, bad.Code);
        Assert.Contains($"BROKEN at row {row} (content_changed)", bad.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await ServerProgram.RunAsync(folder.FullName, ["audit", "verify", "--organization", "x"], database)).Code);
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task An_export_is_verified_by_the_script_of_the_manual()
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(place => File.Exists(Path.Combine(place, "python3"))),
            "This test needs python3.");
        await using var app = await TestApp.StartAsync();
        await app.AllowAsync("audit.read");
        await app.GivenMachineAsync("m1");

        var export = await app.StaffAsync(HttpMethod.Get, "/api/v1/audit/export?format=ndjson");
        var lines = export.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var part = await app.StaffAsync(HttpMethod.Get, "/api/v1/audit/export?format=ndjson&subject=slot");

        Assert.Matches($"^[0-9a-f-]{{36}}: {lines.Length} events, unbroken, head [0-9a-f]{{64}}$", await RunScriptAsync(export));
        Assert.Contains("BROKEN at row", await RunScriptAsync(part), StringComparison.Ordinal);
        Assert.Contains("unbroken", await RunScriptAsync(part, "--loose"), StringComparison.Ordinal);
        Assert.Contains("BROKEN at row 2", await RunScriptAsync(export.Replace(lines[1] + "\n", "", StringComparison.Ordinal)
            .Replace("\"number\":3,", "\"number\":2,", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static async Task<(string? State, long? Row)> CheckAsync(TestApp app, HttpMethod method)
    {
        var (status, body, _) = await app.CallAsync(method, "/api/v1/audit/verify");
        Assert.Equal(HttpStatusCode.OK, status);
        var row = body.GetProperty("broken_at");
        return (body.GetProperty("state").GetString(), row.ValueKind is System.Text.Json.JsonValueKind.Null ? null : row.GetInt64());
    }

    private async Task<string> RunScriptAsync(string export, params string[] arguments)
    {
        var manual = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "audit.md"));
        var script = Path.Combine(folder.FullName, "check.py");
        await File.WriteAllTextAsync(
            script, Regex.Match(
                manual, "```python\r?\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1)).Groups["code"].Value);
        using var python = Process.Start(new ProcessStartInfo("python3", [script, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (said, complaint) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
        try
        {
            await python.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(export));
            python.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has seen enough.
        }

        await python.WaitForExitAsync();
        return ((await said) + (await complaint)).Trim();
    }

    private static string Root()
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "Automat.slnx"))) return place.FullName;
        }

        throw new InvalidOperationException("Run the tests from the checkout's own artifacts.");
    }
}
