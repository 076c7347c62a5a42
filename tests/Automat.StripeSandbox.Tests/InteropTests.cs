using System.Diagnostics;
using System.Text.Json;

namespace Automat.StripeSandbox.Tests;

/// <summary>Stripe's own client for Node judges the sandbox.</summary>
public sealed class InteropTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "interop");

    [Fact]
    public async Task Stripes_own_client_works_against_the_sandbox_and_verifies_its_signatures()
    {
        if (!await RunsAsync("node", "--version") || !await RunsAsync("npm", "--version"))
            Assert.Skip("node is not installed.");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "stripe")))
        {
            var installed = await RunsAsync("npm", "ci --no-audit --no-fund --ignore-scripts");
            Assert.True(installed, "npm ci failed in " + Folder);
        }
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { WebhookUrls = [receiver.Url] });

        using var node = Start(
            "node", $"check.mjs {sandbox.Host.Port} {sandbox.Host.SecretKey} {sandbox.Host.WebhookSecret}");
        var errors = node.StandardError.ReadToEndAsync();
        var first = await node.StandardOutput.ReadLineAsync();
        if (first == "calls done")
        {
            await sandbox.Client.ControlAsync("/webhooks/deliver");
            foreach (var webhook in receiver.All)
            {
                await node.StandardInput.WriteLineAsync(
                    JsonSerializer.Serialize(new { signature = webhook.Signature, body = webhook.Body }));
            }
        }
        node.StandardInput.Close();
        var last = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();

        Assert.True(node.ExitCode == 0, $"{first}\n{last}\n{await errors}");
        Assert.StartsWith($"webhooks verified: {receiver.All.Count}", last, StringComparison.Ordinal);
    }

    private static async Task<bool> RunsAsync(string program, string arguments)
    {
        try
        {
            using var process = Start(program, arguments);
            process.StandardInput.Close();
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Process Start(string program, string arguments) =>
        Process.Start(new ProcessStartInfo(
            OperatingSystem.IsWindows() && program == "npm" ? "npm.cmd" : program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
