using Automat.Server.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Automat.Server.Tests.Platform;

/// <summary>What the log says, and what it must not.</summary>
public sealed class LogsTests
{
    [Fact]
    public void Machines_read_one_object_per_line_and_people_short_lines()
    {
        Assert.Equal(ConsoleFormatterNames.Json, Formatter(terminal: false));
        Assert.Equal(ConsoleFormatterNames.Simple, Formatter(terminal: true));

        static string? Formatter(bool terminal) => new ServiceCollection()
            .AddLogging(logging => logging.AddLogs(terminal)).BuildServiceProvider()
            .GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
    }

    [Fact]
    public async Task A_request_leaves_neither_its_address_nor_its_body_in_the_log()
    {
        var kept = new KeptLog();
        await using var server = await SmallServer.StartAsync(
            builder => builder.Logging.AddLogs(terminal: false).AddProvider(kept).SetMinimumLevel(LogLevel.Trace),
            app => app.MapPost("/receipts/{token}", (string token, ILogger<LogsTests> log) =>
            {
                log.LogInformation("Receipt shown");
                return token.Length;
            }));

        using var body = new StringContent("personal");
        await server.Http.PostAsync(
            "/receipts/token-secret?mail=personal", body, TestContext.Current.CancellationToken);

        Assert.Contains("Receipt shown", kept.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("token-secret", kept.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("personal", kept.ToString(), StringComparison.Ordinal);
    }
}
